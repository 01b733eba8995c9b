import type { Filters } from '../../contract/query.ts'
import { type Ask, type Context, pageNumberAfter, type Vendor } from '../../kernel/adapter.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { object, ownId } from '../../kernel/wire.ts'
import { withinCompany } from './company.ts'
import { rowId, rowIn } from './envelope.ts'
import * as examples from './examples/sale-orders.ts'
import { fromSale, fromSaleChanges } from './from-sale.ts'
import { assertCarried, dayText, findRow, listRows } from './lists.ts'
import { settingsOf } from './settings.ts'
import { LOOKED_AT, toSale } from './to-sale.ts'
import type { SaleOrder as Pedido } from './wire.ts'
import { SALE_STATUSES } from './words.ts'

const WRITABLE = [
  'status',
  'vendorStatus',
  'customer.id',
  'salesperson.id',
  'currency',
  'total',
  'items.productId',
  'items.quantity',
  'items.unitPrice',
  'items.discount',
  'items.total',
  'items.notes',
]

/** CPlug's words for a status of ours; none where no order can have it, null where any might. */
function wordsFor(status: string | undefined): string[] | null {
  if (status === undefined || status === 'unknown') return null
  return Object.entries(SALE_STATUSES).flatMap(([word, ours]) => (ours === status ? word : []))
}

function queryOf({ q, soldFrom, soldTo, customerId }: Filters, words: string[] | null, { timeZone }: Context) {
  return {
    search_term: q,
    // It takes one word (DOC); where ours is several of CPlug's, the kernel picks.
    status: words?.length === 1 ? words[0] : undefined,
    customer_id: customerId,
    start_date_time: dayText(soldFrom, '00:00:00', timeZone),
    end_date_time: dayText(soldTo, '23:59:59', timeZone),
  }
}

async function findPedido(within: Ask, context: Context, vendorId: string): Promise<Pedido | null> {
  const row = await findRow(within, context, 'saleOrders', { sale_orders_id: vendorId }, vendorId)
  return row === null ? null : object<Pedido>(row)
}

export const sales = {
  'sales.list': {
    evidence: 'documented',
    filters: { native: ['q', 'soldFrom', 'soldTo', 'status', 'customerId'], emulated: [] },
    pagination: 'native',
    pageSize: 50,
    following: pageNumberAfter,
    // The company first.
    async run(ask, input, context) {
      const words = wordsFor(input.filters.status)
      if (words?.length === 0) return { rows: [], next: null }
      const page = await listRows(ask, context, 'saleOrders', queryOf(input.filters, words, context), input)
      assertCarried(page.rows, LOOKED_AT, input.filters)
      return page
    },
    record: (row, context) => toSale(object<Pedido>(row), context),
    rowId,
    examples: [examples.order],
  },
  'sales.get': {
    evidence: 'documented',
    // The company first; then by the list's filter, as no page tells of a single read.
    async run(ask, { vendorId }, context) {
      const pedido = await findPedido(await withinCompany(ask, context), context, vendorId)
      return pedido && { ...toSale(pedido, context), raw: pedido }
    },
    examples: (context) => [toSale(examples.order, context)],
  },
  'sales.create': {
    evidence: 'documented',
    writable: WRITABLE,
    // The company first.
    async run(ask, { record }, context) {
      const body = fromSale(record, context)
      const within = await withinCompany(ask, context)
      const made = await within({ method: 'POST', path: settingsOf(context.settings).paths.saleOrders, body })
      return ownId(rowIn(made.body).id, 'id')
    },
  },
  'sales.update': {
    evidence: 'documented',
    writable: ['status', 'vendorStatus'],
    // The company first; then the order: one that is closed stays so, and one that has the status needs no call.
    async run(ask, { vendorId, changes }, context) {
      const within = await withinCompany(ask, context)
      const current = await findPedido(within, context, vendorId)
      if (current === null) throw new GatewayError('not_found', { outcome: 'not_applied', message: 'There is no such order.' })
      const body = fromSaleChanges(changes, current, context)
      if (body === null) return
      await within({ method: 'PUT', path: `${settingsOf(context.settings).paths.saleOrders}/${vendorId}/status`, body })
    },
  },
} satisfies Vendor['operations']
