import type { Context, ListInput, Vendor } from '../../kernel/adapter.ts'
import type { VendorRequest } from '../../kernel/call.ts'
import { object, Unreadable } from '../../kernel/wire.ts'
import { hasMore, nextPlace, PAGE_SIZE, placeOf, rowId, rowsOf } from './envelope.ts'
import * as examples from './examples/pedidos.ts'
import { pathOf } from './paths.ts'
import { ownStatus, toSale } from './to-sale.ts'
import type { Pedido } from './wire.ts'
import { SALE_STATUSES } from './words.ts'

const WORDS = Object.keys(SALE_STATUSES)

/** Without one only orders changed in the last seven days are given (Y2). */
const FIRST_DAY = '2000-01-01'

/** Words to ask for one after another: without one only the pending are given (Y2). An unknown status may hide under any. */
const wordsFor = (status: string | undefined): readonly string[] =>
  status === undefined || status === 'unknown'
    ? WORDS
    : WORDS.filter((word) => SALE_STATUSES[word as keyof typeof SALE_STATUSES] === status)

/** assumed: an order changes on the day it is sold or later. A day earlier, for the zone in which the vendor counts is not known. */
const startDate = (soldFrom: string | undefined) =>
  soldFrom === undefined ? FIRST_DAY : new Date(Date.parse(soldFrom) - 86_400_000).toISOString().slice(0, 10)

function listOrders({ filters, position }: ListInput, context: Context): VendorRequest | null {
  const words = wordsFor(filters.status)
  if (words.length === 0) return null
  const { status, page } = placeOf(position, words)
  return {
    method: 'GET',
    path: pathOf('orders', context),
    query: { status, start_date: startDate(filters.soldFrom), pagina: page, quantidade_pagina: PAGE_SIZE },
  }
}

/** Should the vendor give other statuses too than it was asked for, each row counts under its own only. */
function isOfAnother(pedido: Pedido, asked: string, context: Context): boolean {
  const own = ownStatus(pedido, context)
  return own !== null && own !== asked && Object.hasOwn(SALE_STATUSES, own)
}

export const sales = {
  'sales.list': {
    evidence: 'documented',
    filters: { native: ['status', 'soldFrom'], emulated: ['soldTo'] },
    pagination: 'native',
    pageSize: PAGE_SIZE,
    request: listOrders,
    read(body, _context, { filters, position }) {
      const words = wordsFor(filters.status)
      const place = placeOf(position, words)
      return { rows: rowsOf(body), next: nextPlace(place, words, hasMore(body, place.page)) }
    },
    record(row, context, { filters, position }) {
      const pedido = object<Pedido>(row)
      const { status } = placeOf(position, wordsFor(filters.status))
      if (isOfAnother(pedido, status, context)) return null
      const sale = toSale(pedido, context, status)
      const isDated = filters.soldFrom !== undefined || filters.soldTo !== undefined
      // It would fall out of every range of days without a word.
      if (isDated && sale.soldOn === null) throw new Unreadable('soldOn', 'is not among the members that settings.aliases.soldOn names')
      return sale
    },
    rowId,
    // A list begins with those that await approval.
    examples: [examples.aguardando],
  },
  'sales.get': {
    evidence: 'documented',
    // Whether an id is looked for in all statuses is not told (Y2): first as it is, then in each.
    async run(ask, { vendorId }, context) {
      for (const status of [undefined, ...WORDS]) {
        const query = { pedidos_ids: vendorId, status, start_date: FIRST_DAY }
        const { body } = await ask({ method: 'GET', path: pathOf('orders', context), query })
        const row = rowsOf(body).find((one) => rowId(one) === vendorId)
        if (row !== undefined) return { ...toSale(object<Pedido>(row), context, status ?? null), raw: row }
      }
      return null
    },
    examples: (context) => [toSale(examples.pedido, context, null)],
  },
} satisfies Vendor['operations']
