import type { Writable } from '../../contract/operations.ts'
import type { Sale } from '../../contract/sale.ts'
import { type Ask, type Context, fitted, type Vendor } from '../../kernel/adapter.ts'
import { object } from '../../kernel/wire.ts'
import { itemCatalogs, stagesOf } from './account.ts'
import { aroundOf, withAround } from './around.ts'
import { refuseOtherCurrency } from './currency.ts'
import { bornAs, madeId, PAGE_SIZE, rowId } from './envelope.ts'
import * as examples from './examples/leads.ts'
import { definitionsOf } from './fields.ts'
import { fromSale, type LinkChanges, linkChanges, needsStages } from './from-sale.ts'
import { leadPath, listSales, productsCatalog, readAround, readLead } from './read-sales.ts'
import { noSuchRecord } from './references.ts'
import { NOTHING_AROUND, toSale } from './to-sale.ts'
import type { Lead } from './wire.ts'

const WRITABLE = [
  'number',
  'status',
  'vendorStatus',
  'customer.id',
  'salesperson.id',
  'soldOn',
  'currency',
  'total',
  'items.productId',
  'items.quantity',
  'tags',
  'customFields',
]

async function sendLinks(ask: Ask, { unlink, link, members }: LinkChanges, vendorId: string): Promise<void> {
  const options = { stores: { vendorId, members }, dryAnswer: null }
  if (unlink.length > 0) await ask({ method: 'POST', path: `${leadPath(vendorId)}/unlink`, body: unlink }, options)
  if (link.length > 0) await ask({ method: 'POST', path: `${leadPath(vendorId)}/link`, body: link }, options)
}

const NO_CATALOGS = { items: [], products: null }

/** The lists that items go to and come from; not asked for where there is no item. */
async function catalogsFor(ask: Ask, hasItems: boolean, context: Context) {
  if (!hasItems) return NO_CATALOGS
  const items = await itemCatalogs(ask, context)
  return { items, products: await productsCatalog(ask, items, context) }
}

/** What a lead itself holds, with the stages and fields of the account where the record names some. */
const leadBody = (ask: Ask, record: Writable<Sale>, context: Context, current: Lead | null) =>
  fitted(
    async (fresh) => ({
      stages: needsStages(record) ? await stagesOf(ask, { fresh }) : [],
      definitions: record.customFields?.length ? await definitionsOf(ask, '/api/v4/leads', fresh) : [],
    }),
    ({ stages, definitions }, within) => fromSale(record, definitions, stages, within, current),
    context,
  )

export const sales = {
  'sales.list': {
    evidence: 'documented',
    filters: { native: ['q', 'updatedSince', 'status', 'customerId'], emulated: ['soldFrom', 'soldTo'] },
    pagination: 'native',
    pageSize: PAGE_SIZE,
    run: listSales,
    record: (row, context) => toSale(object<Lead>(row), aroundOf(object<Lead>(row), NOTHING_AROUND), context),
    rowId,
    examples: [withAround(examples.lead, examples.around)],
  },
  'sales.get': {
    evidence: 'documented',
    // A second and third call for the products that are its items, and the currency.
    async run(ask, { vendorId }, context) {
      const lead = await readLead(ask, vendorId)
      return lead && toSale(lead, await readAround(ask, [lead], context), context)
    },
    examples: (context) => [toSale(examples.lead, examples.around, context)].filter((sale) => sale !== null),
  },
  'sales.create': {
    evidence: 'documented',
    writable: WRITABLE,
    // The lead, then its items: Kommo takes them as links of a lead that is there.
    async run(ask, { record }, context) {
      await refuseOtherCurrency(ask, record.currency, context)
      const body = [await leadBody(ask, record, context, null)]
      const changes = linkChanges(record, await catalogsFor(ask, Boolean(record.items?.length), context), context, null)
      const made = await ask({ method: 'POST', path: '/api/v4/leads', body }, { dryAnswer: bornAs('leads') })
      const vendorId = madeId(made.body, 'leads')
      await sendLinks(ask, changes, vendorId)
      return vendorId
    },
  },
  'sales.update': {
    evidence: 'documented',
    writable: WRITABLE,
    // The lead first: what it is linked to, and the stage it is in, so that nothing is sent that does not change.
    async run(ask, { vendorId, changes: record }, context) {
      await refuseOtherCurrency(ask, record.currency, context)
      const current = await readLead(ask, vendorId)
      if (current === null) throw noSuchRecord()
      const body = await leadBody(ask, record, context, current)
      const changes = linkChanges(record, await catalogsFor(ask, Array.isArray(record.items), context), context, current)
      if (Object.keys(body).length > 0) await ask({ method: 'PATCH', path: leadPath(vendorId), body }, { dryAnswer: null })
      await sendLinks(ask, changes, vendorId)
    },
  },
} satisfies Vendor['operations']
