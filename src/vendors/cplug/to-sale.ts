import type { Sale } from '../../contract/sale.ts'
import type { Context } from '../../kernel/adapter.ts'
import { quantity, times, total } from '../../kernel/decimals.ts'
import { instant, localDay } from '../../kernel/moments.ts'
import { id, isEmpty, type Note, object, oneOf, ownId, part, refuse, rows, text, words } from '../../kernel/wire.ts'
import { amount, currency } from './amounts.ts'
import { addField, leftOver } from './custom-fields.ts'
import type { LookedAt } from './lists.ts'
import { CUSTOMERS, customerOf, named } from './references.ts'
import type { SaleOrder as Pedido, SaleOrderItem } from './wire.ts'
import { SALE_STATUSES } from './words.ts'

const KNOWN: ReadonlySet<string> = new Set([
  'id',
  'number',
  'status',
  'customer',
  'customer_id',
  'seller',
  'seller_id',
  'items',
  'notes',
  'discount',
  'freight',
  'total_value',
  'total',
  'date',
  'date_time',
  'created_at',
  'updated_at',
] satisfies (keyof Pedido)[])

/** assumed: no page that could be read shows what an order is called here. */
const TOTALS = ['total_value', 'total'] as const
/** assumed too, and so is that it filters by when an order was registered. */
const DATES = ['date_time', 'date', 'created_at'] as const

/** What each filter looks at. */
export const LOOKED_AT = {
  soldFrom: DATES,
  soldTo: DATES,
  status: ['status'],
  customerId: CUSTOMERS,
} as const satisfies LookedAt

const firstOf = (row: Pedido, names: readonly (keyof Pedido)[]): unknown => {
  const name = names.find((each) => !isEmpty(row[each]))
  return name === undefined ? undefined : row[name]
}

function item(entry: unknown, context: Context, note: Note): NonNullable<Sale['items']>[number] {
  const line = object<SaleOrderItem>(entry, 'items')
  const product = part(line.item, note, 'items')
  const code = id(line.item_id ?? product.id, note, 'items.productId')
  const count = quantity(line.amount, refuse, 'items.quantity')
  const unitPrice = amount(line.unitary_value, refuse, 'items.unitPrice')
  const discount = amount(line.discount, refuse, 'items.discount')
  const ipi = amount(line.unitary_value_ipi, refuse, 'items.taxes')
  return {
    productId: code === null ? null : context.id(code),
    kind: 'unknown',
    description: text(line.name ?? product.name, note, 'items.description'),
    sku: text(line.sku ?? product.sku, note, 'items.sku', 200),
    barcode: null,
    unit: null,
    quantity: count,
    unitPrice,
    unitCost: null,
    discount,
    total: amount(line.total_value, refuse, 'items.total') ?? total([1, times(count, unitPrice)], [-1, discount ?? '0']),
    taxes: times(count, ipi),
    notes: words(line.notes, note, 'items.notes'),
  }
}

const LINE_EXTRAS = ['grid_id', 'stock_id', 'attributes'] as const

function hasMore(entry: unknown): boolean {
  return typeof entry === 'object' && entry !== null && LINE_EXTRAS.some((name) => !isEmpty((entry as Record<string, unknown>)[name]))
}

export function toSale(pedido: Pedido, context: Context): Sale {
  const vendorId = ownId(pedido.id, 'vendorId')
  const note: Note = (field, reason) => context.warn(vendorId, field, reason)
  const seller = named(pedido.seller, pedido.seller_id, note, 'salesperson')
  const value = firstOf(pedido, TOTALS)
  const lines = pedido.items === undefined ? null : rows(pedido.items, refuse, 'items', 2000)
  const items = lines === null ? null : lines.map((line) => item(line, context, note))
  const customFields = leftOver(pedido, KNOWN, note)
  // Lines with a variation or a stock of their own stay whole.
  addField(customFields, 'items', lines?.filter(hasMore), note)
  return {
    id: context.id(vendorId),
    connection: context.connection,
    vendor: context.vendor,
    vendorId,
    number: text(pedido.number, note, 'number', 200),
    status: oneOf(SALE_STATUSES, pedido.status),
    vendorStatus: text(pedido.status, note, 'vendorStatus', 200),
    customer: customerOf(pedido, context, note),
    salesperson: seller && { id: seller.id, name: seller.name, email: null, code: null },
    // It filters by moments, and samples have both zones (DOC).
    soldOn: localDay(firstOf(pedido, DATES), context.timeZone, note, 'soldOn'),
    deliveredOn: null,
    currency: currency(value, note),
    total: amount(value, refuse, 'total'),
    discount: amount(pedido.discount, refuse, 'discount'),
    freight: amount(pedido.freight, refuse, 'freight'),
    downPayment: null,
    items,
    installments: [],
    fiscalDocuments: [],
    tags: [],
    notes: words(pedido.notes, note, 'notes'),
    customFields,
    createdAt: instant(pedido.created_at, context.timeZone, note, 'createdAt'),
    updatedAt: instant(pedido.updated_at, context.timeZone, note, 'updatedAt'),
  }
}
