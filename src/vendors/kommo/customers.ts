import {
  type Ask,
  type Context,
  fitted,
  type ListInput,
  type Page,
  type Position,
  pageNumberAfter,
  type Vendor,
} from '../../kernel/adapter.ts'
import { object } from '../../kernel/wire.ts'
import { BY_ID, changedSince, madeId, PAGE_SIZE, pageOf, readOne, readPage, rowId } from './envelope.ts'
import * as examples from './examples/contacts.ts'
import { definitionsOf } from './fields.ts'
import { fromCustomer, needsCurrent } from './from-customer.ts'
import { type CustomerEntity, customerId, customerNamed, noSuchRecord, sourceOf } from './references.ts'
import { isUnsorted, toCustomer } from './to-customer.ts'
import type { Contact } from './wire.ts'

const WRITABLE = [
  'kind',
  'name',
  'tradeName',
  'contactName',
  'taxId.type',
  'taxId.value',
  'stateRegistration',
  'municipalRegistration',
  'birthDate',
  'emails.value',
  'emails.label',
  'phones.value',
  'phones.label',
  'address.street',
  'address.number',
  'address.complement',
  'address.city',
  'address.cityCode',
  'address.state',
  'address.postalCode',
  'address.country',
  'segment',
  'salesperson.id',
  'tags',
  'notes',
  'customFields',
]

const pathOf = (entity: CustomerEntity) => `/api/v4/${entity}`

/** Contacts come first, then companies: they are two lists at Kommo. */
const companiesPage = (position: Position): number | null =>
  typeof position === 'object' && position !== null ? pageOf(position.companies ?? null) : null

function placeOf(position: Position, context: Context): { entity: CustomerEntity; page: number } {
  const companies = companiesPage(position)
  if (companies !== null) return { entity: 'companies', page: companies }
  return { entity: sourceOf(context) === 'companies' ? 'companies' : 'contacts', page: pageOf(position) }
}

/** As people write it; Kommo searches in what they wrote. */
function formatted(taxId: string): string | null {
  if (taxId.length === 11) return `${taxId.slice(0, 3)}.${taxId.slice(3, 6)}.${taxId.slice(6, 9)}-${taxId.slice(9)}`
  if (taxId.length !== 14) return null
  return `${taxId.slice(0, 2)}.${taxId.slice(2, 5)}.${taxId.slice(5, 8)}/${taxId.slice(8, 12)}-${taxId.slice(12)}`
}

/** One search at a time is possible; the kernel checks the rest. A tax id may be kept in either form. */
function searchesFor({ q, email, taxId }: ListInput['filters']): (string | undefined)[] {
  if (q !== undefined || email !== undefined || taxId === undefined) return [q ?? email]
  const other = formatted(taxId)
  return other === null ? [taxId] : [taxId, other]
}

// Several calls where a tax id is looked for: bare and formatted.
async function listCustomers(ask: Ask, { filters, position }: ListInput, context: Context): Promise<Page> {
  const { entity, page } = placeOf(position, context)
  const rows = new Map<string, unknown>()
  let hasMore = false
  for (const query of searchesFor(filters)) {
    const { body } = await ask({
      method: 'GET',
      path: pathOf(entity),
      query: { limit: PAGE_SIZE, page, ...BY_ID, query, ...changedSince(filters.updatedSince) },
    })
    const read = readPage(body, entity, page)
    hasMore ||= read.next !== null
    for (const row of read.rows) rows.set(rowId(row) ?? `row ${rows.size}`, row)
  }
  return { rows: [...rows.values()], next: nextPlace(entity, hasMore ? page + 1 : null, context) }
}

function nextPlace(entity: CustomerEntity, next: number | null, context: Context): Position {
  if (sourceOf(context) !== 'both') return next
  if (entity === 'contacts') return next ?? { companies: 1 }
  return next === null ? null : { companies: next }
}

function named(vendorId: string, context: Context) {
  const found = customerNamed(vendorId, context)
  if (found === null) throw noSuchRecord()
  return { ...found, path: `${pathOf(found.entity)}/${found.id}` }
}

export const customers = {
  'customers.list': {
    evidence: 'documented',
    filters: { native: ['q', 'updatedSince', 'taxId', 'email'], emulated: [] },
    pagination: 'native',
    pageSize: PAGE_SIZE,
    following: pageNumberAfter,
    run: listCustomers,
    record(row, context, { position }) {
      const contact = object<Contact>(row)
      return isUnsorted(contact) ? null : toCustomer(contact, placeOf(position, context).entity, context)
    },
    rowId,
    examples: [examples.person, examples.company],
  },
  'customers.get': {
    evidence: 'documented',
    // The id says whether it is a contact or a company, and one that this connection does not give asks nothing.
    // A contact among the incoming leads is in no list, but sales and invoices name it.
    async run(ask, { vendorId }, context) {
      const { entity, path } = named(vendorId, context)
      const contact = await readOne<Contact>(ask, { method: 'GET', path })
      return contact && toCustomer(contact, entity, context)
    },
    examples: (context) =>
      [examples.person, examples.company].flatMap(
        (each) => toCustomer(each, 'contacts', { ...context, settings: examples.settings }) ?? [],
      ),
  },
  'customers.create': {
    evidence: 'documented',
    writable: WRITABLE,
    // The account's fields first: which of them the members are, and of what type.
    async run(ask, { record }, context) {
      const source = sourceOf(context)
      const entity = source === 'both' ? (record.kind === 'company' ? 'companies' : 'contacts') : source
      const path = pathOf(entity)
      const body = await fitted(
        (fresh) => definitionsOf(ask, path, fresh),
        (definitions, within) => [fromCustomer(record, entity, definitions, within, null)],
        context,
      )
      return customerId(madeId((await ask({ method: 'POST', path, body })).body, entity), entity, context)
    },
  },
  'customers.update': {
    evidence: 'documented',
    writable: WRITABLE,
    // The account's fields first, and the contact itself where a part of an object is to change.
    async run(ask, { vendorId, changes }, context) {
      const { entity, path } = named(vendorId, context)
      const definitions = await definitionsOf(ask, pathOf(entity))
      const current = needsCurrent(changes, definitions, context) ? await readOne<Contact>(ask, { method: 'GET', path }) : {}
      if (current === null) throw noSuchRecord()
      const body = await fitted(
        (fresh) => definitionsOf(ask, pathOf(entity), fresh),
        (known, within) => fromCustomer(changes, entity, known, within, current),
        context,
      )
      await ask({ method: 'PATCH', path, body })
    },
  },
} satisfies Vendor['operations']
