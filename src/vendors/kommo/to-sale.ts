import type { Sale } from '../../contract/sale.ts'
import type { Context } from '../../kernel/adapter.ts'
import { money, quantity, times } from '../../kernel/decimals.ts'
import { secondsInstant } from '../../kernel/moments.ts'
import { id, type Note, ownId, part, refuse, rows, text } from '../../kernel/wire.ts'
import { byRef, fieldSet, type Selector, textOf } from './fields.ts'
import { LEAD_MEMBERS, readLinks, readMembers } from './native.ts'
import { type ProductSelectors, productSelectors } from './product-fields.ts'
import { customerId, isDeleted, salespersonOf, sourceOf, tagsOf } from './references.ts'
import { settingsOf } from './settings.ts'
import { priceOf } from './to-product.ts'
import type { Element, Lead, LinkedElement } from './wire.ts'
import { LOST, WON } from './words.ts'

/** What is read beside leads: the currency, and the products that their items are. */
export interface SaleAround {
  currency: string | null
  /** Lists whose elements are items. */
  catalogs: readonly string[]
  /** The list whose elements are products of ours. */
  productsCatalog: string | null
  elements: ReadonlyMap<string, Element>
}

export const NOTHING_AROUND: SaleAround = { currency: null, catalogs: [], productsCatalog: null, elements: new Map() }

export interface Link {
  elementId: string
  catalogId: string | null
  quantity: string | null
  priceId: string | null
}

/** What is linked from lists, with the members that AMO's table has beside `metadata` and its sample within. */
export function linksOf({ _embedded }: Lead, note: Note): { link: Link; row: unknown }[] | null {
  const linked = part(_embedded, note, '_embedded').catalog_elements
  if (linked === undefined) return null
  return rows(linked, refuse, 'items', 2000).map((row) => {
    const element = part(row, refuse, 'items') as LinkedElement
    const within = part(element.metadata, refuse, 'items')
    return {
      link: {
        elementId: ownId(element.id, 'items.productId'),
        catalogId: id(within.catalog_id ?? element.catalog_id, note, 'items.productId'),
        quantity: quantity(within.quantity ?? element.quantity, refuse, 'items.quantity'),
        priceId: id(within.price_id ?? element.price_id, note, 'items.unitPrice'),
      },
      row,
    }
  })
}

function item(
  link: Link,
  around: SaleAround,
  selectors: ProductSelectors,
  context: Context,
  note: Note,
): NonNullable<Sale['items']>[number] {
  const element = around.elements.get(link.elementId)
  if (element === undefined) note('items', 'the product of a line could not be read')
  const set = fieldSet(element?.custom_fields_values, note)
  const prices: readonly Selector[] = link.priceId === null ? selectors.price : [byRef({ id: link.priceId }), ...selectors.price]
  const unitPrice = priceOf(set, prices, 'items.unitPrice')
  return {
    productId: link.catalogId === around.productsCatalog ? context.id(link.elementId) : null,
    kind: 'product',
    description: text(element?.name, note, 'items.description'),
    sku: textOf(set, selectors.sku, note, 'items.sku', 200),
    barcode: textOf(set, selectors.barcode, note, 'items.barcode', 100),
    unit: textOf(set, selectors.unit, note, 'items.unit', 60),
    quantity: link.quantity,
    unitPrice,
    unitCost: null,
    discount: null,
    total: times(link.quantity, unitPrice),
    taxes: null,
    notes: null,
  }
}

/** Ids of the stages that are completed and cancelled sales. */
export function endings(context: Context): { won: readonly string[]; lost: readonly string[] } {
  const { wonStatusIds = [WON], lostStatusIds = [LOST] } = settingsOf(context, 'sales')
  return { won: wonStatusIds.map(String), lost: lostStatusIds.map(String) }
}

export function statusOf(statusId: string | null, context: Context): Sale['status'] {
  if (statusId === null) return 'unknown'
  const { won, lost } = endings(context)
  return won.includes(statusId) ? 'completed' : lost.includes(statusId) ? 'cancelled' : 'pending'
}

export function soldOn(lead: Lead, context: Context, note: Note): string | null {
  const closed = settingsOf(context, 'sales').dateField === 'created_at' ? null : lead.closed_at
  return secondsInstant(closed ?? lead.created_at, context.timeZone, note, 'soldOn')?.slice(0, 10) ?? null
}

/** The vendor id of the customer: the main contact, or the company, as the settings say what customers are. */
export function customerOf({ _embedded }: Lead, context: Context, note: Note): string | null {
  const source = sourceOf(context)
  const linked = part(_embedded, note, '_embedded')
  if (source !== 'companies') {
    const contacts = rows(linked.contacts, note, 'customer', 500).map((row) => part(row, note, 'customer'))
    const main = contacts.find(({ is_main }) => is_main === true) ?? contacts[0]
    const contact = id(main?.id, note, 'customer.id')
    if (contact !== null) return customerId(contact, 'contacts', context)
  }
  if (source === 'contacts') return null
  const company = id(part(rows(linked.companies, note, 'customer', 500)[0], note, 'customer').id, note, 'customer.id')
  return company === null ? null : customerId(company, 'companies', context)
}

const LEFT_OUT = { all: [], won: ['pending', 'cancelled', 'unknown'], 'won+lost': ['pending', 'unknown'] } as const

/** Null where the lead is deleted, or the settings do not count it among the sales. */
export function toSale(lead: Lead, around: SaleAround, context: Context): Sale | null {
  const vendorId = ownId(lead.id, 'vendorId')
  const note: Note = (field, reason) => context.warn(vendorId, field, reason)
  const { pipelineIds, include = 'all' } = settingsOf(context, 'sales')
  const statusId = id(lead.status_id, note, 'status')
  const status = statusOf(statusId, context)
  if (isDeleted(lead.is_deleted) || LEFT_OUT[include].some((word) => word === status)) return null
  if (pipelineIds && !pipelineIds.map(String).includes(String(lead.pipeline_id))) return null
  const set = fieldSet(lead.custom_fields_values, note)
  const embedded = part(lead._embedded, note, '_embedded')
  const links = linksOf(lead, note)
  const isItem = ({ link }: { link: Link }) => link.catalogId !== null && around.catalogs.includes(link.catalogId)
  const others = (links ?? []).filter((each) => !isItem(each)).map(({ row }) => row)
  const customer = customerOf(lead, context, note)
  const selectors = productSelectors(context)
  return {
    id: context.id(vendorId),
    connection: context.connection,
    vendor: context.vendor,
    vendorId,
    number: text(lead.name, note, 'number', 200),
    status,
    vendorStatus: statusId,
    customer: customer === null ? null : { id: context.id(customer), name: null, taxId: null },
    salesperson: salespersonOf(id(lead.responsible_user_id, note, 'salesperson.id')),
    soldOn: soldOn(lead, context, note),
    deliveredOn: null,
    currency: around.currency,
    // The budget of the lead; its items may add up to something else.
    total: money(lead.price_with_minor_units ?? lead.price, refuse, 'total'),
    discount: null,
    freight: null,
    downPayment: null,
    items: links?.filter(isItem).map(({ link }) => item(link, around, selectors, context, note)) ?? null,
    installments: [],
    fiscalDocuments: [],
    tags: tagsOf(embedded.tags, note),
    notes: null,
    customFields: [
      ...set.rest(context.timeZone),
      ...readMembers(lead, LEAD_MEMBERS, context.timeZone, note),
      ...readLinks({ ...embedded, catalog_elements: others }, ['contacts', 'companies', 'customers', 'loss_reason', 'catalog_elements']),
    ],
    createdAt: secondsInstant(lead.created_at, context.timeZone, note, 'createdAt'),
    updatedAt: secondsInstant(lead.updated_at, context.timeZone, note, 'updatedAt'),
  }
}
