import { type Ask, type Context, fitted, type ListInput, type Page, pageNumberAfter, type Vendor } from '../../kernel/adapter.ts'
import { object } from '../../kernel/wire.ts'
import { catalogOf, currencyOf, elementsPath } from './account.ts'
import { aroundOf, withAround } from './around.ts'
import { refuseOtherCurrency } from './currency.ts'
import { madeId, PAGE_SIZE, pageOf, readOne, readPage, rowId } from './envelope.ts'
import * as examples from './examples/elements.ts'
import { definitionsOf } from './fields.ts'
import { fromReceivable } from './from-receivable.ts'
import { noSuchRecord } from './references.ts'
import { toReceivable } from './to-receivable.ts'
import type { Element } from './wire.ts'

const WRITABLE = [
  'description',
  'documentNumber',
  'status',
  'vendorStatus',
  'amount',
  'currency',
  'dueOn',
  'paidOn',
  'customer.id',
  'customer.name',
  'customer.taxId.type',
  'customer.taxId.value',
  'customFields',
]

const UNKNOWN: { currency: string | null } = { currency: null }

/** The link to print and pay an invoice comes only where it is asked for (AMO). */
const WITH = 'invoice_link'

// Several calls: which list it is, and the account's currency.
async function listReceivables(ask: Ask, { filters, position }: ListInput, context: Context): Promise<Page> {
  const catalogId = await catalogOf(ask, 'receivables', context)
  const page = pageOf(position)
  const query = { limit: PAGE_SIZE, page, with: WITH, query: filters.q }
  const { rows, next } = readPage((await ask({ method: 'GET', path: elementsPath(catalogId), query })).body, 'elements', page)
  const around = { currency: rows.length === 0 ? null : await currencyOf(ask, context) }
  return { rows: rows.map((row) => withAround(row, around)), next }
}

const readInvoice = (ask: Ask, path: string) => readOne<Element>(ask, { method: 'GET', path, query: { with: WITH } })

export const receivables = {
  'receivables.list': {
    evidence: 'documented',
    filters: { native: ['q'], emulated: ['updatedSince', 'status', 'dueFrom', 'dueTo', 'customerId'] },
    pagination: 'native',
    pageSize: PAGE_SIZE,
    following: pageNumberAfter,
    run: listReceivables,
    record: (row, context) => toReceivable(object<Element>(row), aroundOf(object<Element>(row), UNKNOWN).currency, context),
    rowId,
    examples: [withAround(examples.invoice, { currency: 'BRL' })],
  },
  'receivables.get': {
    evidence: 'documented',
    // Which list it is, and the account's currency.
    async run(ask, { vendorId }, context) {
      const element = await readInvoice(ask, `${elementsPath(await catalogOf(ask, 'receivables', context))}/${vendorId}`)
      return element && toReceivable(element, await currencyOf(ask, context), context)
    },
    examples: (context) => [toReceivable(examples.invoice, 'BRL', context)].filter((receivable) => receivable !== null),
  },
  'receivables.create': {
    evidence: 'documented',
    writable: WRITABLE,
    // The list and its fields first.
    async run(ask, { record }, context) {
      const catalogId = await catalogOf(ask, 'receivables', context)
      await refuseOtherCurrency(ask, record.currency, context)
      const body = await fitted(
        (fresh) => definitionsOf(ask, `/api/v4/catalogs/${catalogId}`, fresh),
        (definitions, within) => [fromReceivable(record, definitions, within, null)],
        context,
      )
      return madeId((await ask({ method: 'POST', path: elementsPath(catalogId), body })).body, 'elements')
    },
  },
  'receivables.update': {
    evidence: 'documented',
    writable: WRITABLE,
    // The list and its fields first, and the invoice itself where the payer changes, of which Kommo keeps more than we have, or where its
    // status says what becomes of the day of payment.
    async run(ask, { vendorId, changes }, context) {
      const catalogId = await catalogOf(ask, 'receivables', context)
      await refuseOtherCurrency(ask, changes.currency, context)
      const path = `${elementsPath(catalogId)}/${vendorId}`
      const needsCurrent = changes.customer !== undefined || (changes.paidOn && changes.status === undefined)
      const current = needsCurrent ? await readInvoice(ask, path) : {}
      if (current === null) throw noSuchRecord()
      const body = await fitted(
        (fresh) => definitionsOf(ask, `/api/v4/catalogs/${catalogId}`, fresh),
        (definitions, within) => fromReceivable(changes, definitions, within, current),
        context,
      )
      if (Object.keys(body).length > 0) await ask({ method: 'PATCH', path, body })
    },
  },
} satisfies Vendor['operations']
