import { type BodyRules, checked, integer, listOf, moment, money, number, oneOf, shape, text, uuid } from './check.ts'
import type { Call, Endpoints } from './endpoint.ts'
import { among, contains, equals, type Filter, ids, listPage, type Query } from './query.ts'
import { type OrderItem, reais, type Sale, type SaleOrder, type Store } from './records.ts'
import { unprocessable, type Wrong } from './refusal.ts'
import { answered, find, nextId } from './store.ts'

const WORDS = ['canceled', 'closed', 'in_preparation', 'in_route', 'open', 'reserved', 'takeout', 'waiting']

const rules: BodyRules = {
  required: ['unique_id', 'items'],
  members: {
    unique_id: uuid,
    items: listOf(
      shape(['item_id', 'amount', 'unitary_value'], {
        item_id: integer,
        grid_id: integer,
        amount: number,
        unitary_value: money,
        total_value: money,
        unitary_value_ipi: money,
        discount: money,
        notes: text,
        stock_id: integer,
        attributes: listOf(() => true),
      }),
      1,
    ),
    // assumed: the page is cut before.
    customer_id: integer,
    seller_id: integer,
  },
}

const statusRules: BodyRules = { required: ['status'], members: { status: oneOf(...WORDS), payments: listOf(() => true) } }

const since = (keeps: (at: number, bound: number) => boolean): Filter<SaleOrder> => {
  return (value) => (moment(value) ? (row) => keeps(Date.parse(row.date_time), Date.parse(value)) : null)
}

const customerOf = ({ customers }: Store, { customer_id: wanted }: Pick<SaleOrder, 'customer_id'>) =>
  customers.find(({ id }) => id === wanted)
const productOf = ({ products }: Store, { item_id: wanted }: OrderItem) => products.find(({ id }) => id === wanted)

function filtersOf(store: Store, idsIgnored: boolean): Readonly<Record<string, Filter<SaleOrder>>> {
  return {
    search_term: (value, query: Query) => {
      const named = contains<SaleOrder>((row) => [customerOf(store, row)?.name ?? ''])(value, query)!
      return (row) => String(row.id) === value || named(row)
    },
    sale_orders_id: idsIgnored ? () => () => true : ids((row) => row.id),
    item_id: (value) => (row) => row.items.some((item) => String(item.item_id) === value),
    source_type: among((row) => row.source_type, 'erp', 'pdv', 'store', 'totem'),
    unique_id: equals((row) => row.unique_id),
    seller_id: equals((row) => row.seller_id),
    customer_id: equals((row) => row.customer_id),
    status: among((row) => row.status, ...WORDS),
    start_date_time: since((at, bound) => at >= bound),
    end_date_time: since((at, bound) => at <= bound),
  }
}

/** An order, or a sale, as it is read. */
export function shown(row: Omit<SaleOrder, 'source_type'>, store: Store): object {
  const { customer_id: _customer, seller_id: sellerId, items, ...rest } = row
  const customer = customerOf(store, row)
  return {
    ...rest,
    customer: customer ? { id: customer.id, name: customer.name, type: customer.type, documents: customer.documents } : null,
    seller: store.sellers.find(({ id }) => id === sellerId) ?? null,
    items: items.map((item) => ({ ...item, name: productOf(store, item)?.name, sku: productOf(store, item)?.sku })),
  }
}

/** The sale that an order becomes where it is closed (DOC); that it has the members of the order is assumed. */
export function saleFrom({ source_type: _source, ...order }: SaleOrder, id: number): Sale {
  return { ...order, id, sales_order_id: order.id }
}

export const saleOrders: Endpoints = {
  'GET sale-orders': ({ store, query, traps }) =>
    listPage(store.saleOrders, query, {
      key: 'sale_orders',
      filters: filtersOf(store, traps.idsIgnored),
      traps,
      show: (row) => shown(row, store),
    }),
  'POST sale-orders': create,
  'PUT sale-orders/#/status': (call) => {
    const row = find(call.store.saleOrders, call.id)
    const { status } = checked(call.body, statusRules)
    // It has become a sale (DOC).
    if (row.status === 'closed') throw unprocessable([{ field: 'status', type: 'Closed' }])
    Object.assign(row, { status, updated_at: call.moment })
    if (status === 'closed') call.store.sales.push({ ...saleFrom(row, nextId(call.store.sales)), created_at: call.moment })
    return undefined
  },
}

function create({ body, store, traps, moment: now }: Call): unknown {
  const given = checked(body, rules) as unknown as Pick<SaleOrder, 'unique_id' | 'items' | 'customer_id' | 'seller_id'>
  const wrong: Wrong[] = given.items.flatMap((item, at) => (productOf(store, item) ? [] : { field: `items.${at}.item_id`, type: 'Exists' }))
  if (given.customer_id && !customerOf(store, given)) wrong.push({ field: 'customer_id', type: 'Exists' })
  if (store.saleOrders.some((row) => row.unique_id === given.unique_id)) wrong.push({ field: 'unique_id', type: 'Unique' })
  if (wrong.length > 0) throw unprocessable(wrong)
  const id = nextId(store.saleOrders)
  const items = given.items.map((item) => ({
    ...item,
    discount: item.discount ?? null,
    notes: item.notes ?? null,
    total_value: item.total_value ?? reais(item.amount * item.unitary_value.amount - (item.discount?.amount ?? 0)),
  }))
  const row: SaleOrder = {
    id,
    number: 1000 + id,
    unique_id: given.unique_id,
    status: 'open',
    source_type: 'erp',
    customer_id: given.customer_id ?? null,
    seller_id: given.seller_id ?? null,
    items,
    total_value: reais(items.reduce((sum, item) => sum + item.total_value.amount, 0)),
    date_time: now,
    created_at: now,
    updated_at: now,
    deleted_at: null,
  }
  store.saleOrders.push(row)
  return answered(shown(row, store), traps)
}
