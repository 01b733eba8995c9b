import type { Writable } from '../../contract/operations.ts'
import type { Sale } from '../../contract/sale.ts'
import type { Context } from '../../kernel/adapter.ts'
import { sameAmount, times, total } from '../../kernel/decimals.ts'
import { type Flaw, GatewayError } from '../../kernel/errors.ts'
import { oneOf, text } from '../../kernel/wire.ts'
import { written } from './amounts.ts'
import { type Body, numericId, refuseIfAny, unnoted, withoutBlanks } from './body.ts'
import type { SaleOrder as Pedido } from './wire.ts'
import { SALE_STATUSES, SALE_WORDS, wordFor } from './words.ts'

type Items = NonNullable<Sale['items']>

const lineTotal = (item: Items[number]): string | null =>
  item.total ?? total([1, times(item.quantity ?? null, item.unitPrice ?? null)], [-1, item.discount ?? '0'])

function itemsOf(items: Items, currency: string | null | undefined, context: Context, flaws: Flaw[]): Body[] {
  return items.map((item, position) => {
    const at = `/items/${position}`
    for (const member of ['productId', 'quantity', 'unitPrice'] as const) {
      if (!item[member]) flaws.push({ pointer: `${at}/${member}`, detail: 'CPlug requires it' })
    }
    return withoutBlanks({
      item_id: item.productId ? Number(context.vendorId(item.productId, `${at}/productId`)) : undefined,
      amount: item.quantity ? Number(item.quantity) : undefined,
      unitary_value: item.unitPrice ? written(item.unitPrice, currency) : undefined,
      total_value: item.total ? written(item.total, currency) : undefined,
      discount: item.discount ? written(item.discount, currency) : undefined,
      notes: item.notes,
    })
  })
}

export function fromSale(record: Writable<Sale>, context: Context): Body {
  const flaws: Flaw[] = []
  const items = record.items ?? []
  if (items.length === 0) flaws.push({ pointer: '/items', detail: 'CPlug requires at least one' })
  const lines = itemsOf(items, record.currency, context, flaws)
  const seller = numericId(record.salesperson?.id, '/salesperson/id', flaws)
  refuseIfAny(flaws)
  // Every order begins open (DOC). It is never closed on the way: that makes a sale and cannot be undone.
  if (record.status && record.status !== 'pending') context.warn(null, 'status', 'CPlug opens every order: change its status afterwards')
  if (record.vendorStatus && record.vendorStatus !== 'open')
    context.warn(null, 'vendorStatus', 'CPlug opens every order: change its status afterwards')
  const sum = total(...items.map((item) => [1, lineTotal(item)] as const))
  if (record.total && sum !== null && !sameAmount(record.total, sum)) context.warn(null, 'total', 'CPlug computes it from the items')
  return withoutBlanks({
    unique_id: context.writeKey(),
    // assumed: the page is cut before; the list can be asked for both (DOC).
    customer_id: record.customer?.id ? Number(context.vendorId(record.customer.id, '/customer/id')) : undefined,
    seller_id: seller,
    items: lines,
  })
}

const conflict = (message: string) => new GatewayError('conflict', { outcome: 'not_applied', message })

/** The word of CPlug's that a change asks for; the status says it, and vendorStatus which of several words for it. */
function wanted(changes: Writable<Sale>, before: string | null, context: Context, flaws: Flaw[]): string | undefined {
  const { status, vendorStatus } = changes
  const was = oneOf(SALE_STATUSES, before)
  const means = vendorStatus ? oneOf(SALE_STATUSES, vendorStatus) : 'unknown'
  if (vendorStatus && means === 'unknown') context.warn(null, 'vendorStatus', `CPlug takes ${Object.keys(SALE_STATUSES).join(', ')}`)
  if (vendorStatus === null) context.warn(null, 'vendorStatus', 'CPlug always has one')
  if (status !== undefined && status !== was) {
    const word = means === status ? (vendorStatus ?? undefined) : wordFor(SALE_WORDS, status)
    if (word === undefined) flaws.push({ pointer: '/status', detail: `CPlug takes ${Object.keys(SALE_WORDS).join(', ')}` })
    return word
  }
  if (means === 'completed' && was !== 'completed') {
    flaws.push({ pointer: '/vendorStatus', detail: 'closing makes a sale and cannot be undone: ask for the status completed' })
  }
  return means === 'unknown' ? undefined : (vendorStatus ?? undefined)
}

/** The new status of an order, or null where it has it already. */
export function fromSaleChanges(changes: Writable<Sale>, current: Pedido, context: Context): Body | null {
  const flaws: Flaw[] = []
  const before = text(current.status, unnoted, 'status', 200)
  const status = wanted(changes, before, context, flaws)
  refuseIfAny(flaws)
  if (status === undefined || status === before) return null
  // Once it is closed its status cannot be changed any more (DOC).
  if (before === 'closed') throw conflict('A closed order cannot be changed.')
  return { status }
}
