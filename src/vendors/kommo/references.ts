import type { Customer } from '../../contract/customer.ts'
import type { Context } from '../../kernel/adapter.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { boolean, type Note, part, rows, text } from '../../kernel/wire.ts'
import { settingsOf } from './settings.ts'

// How records name each other: a customer is a contact, a company or, where both are, says which.

export type CustomerEntity = 'contacts' | 'companies'

const PREFIXES: Readonly<Record<CustomerEntity, string>> = { contacts: 'contact-', companies: 'company-' }

export const sourceOf = (context: Context) => settingsOf(context, 'customers').source ?? 'contacts'

/** The vendor id of a contact or a company. */
export const customerId = (id: string, entity: CustomerEntity, context: Context) =>
  sourceOf(context) === 'both' ? PREFIXES[entity] + id : id

/** What a customer's vendor id names; null where it is none that this connection gives. */
export function customerNamed(vendorId: string, context: Context): { entity: CustomerEntity; id: string } | null {
  const source = sourceOf(context)
  if (source !== 'both') return /^\d+$/.test(vendorId) ? { entity: source, id: vendorId } : null
  for (const entity of ['contacts', 'companies'] as const) {
    if (vendorId.startsWith(PREFIXES[entity])) return { entity, id: vendorId.slice(PREFIXES[entity].length) }
  }
  return null
}

/** Whether customers of this connection are kept as such. */
export const isCustomerEntity = (entity: unknown, context: Context): entity is CustomerEntity =>
  (entity === 'contacts' || entity === 'companies') && (sourceOf(context) === 'both' || sourceOf(context) === entity)

export const noSuchRecord = () => new GatewayError('not_found', { outcome: 'not_applied', message: 'There is no such record.' })

const unnoted: Note = () => {}

/** Null and absent mean that it is not (AMO). */
export const isDeleted = (value: unknown) => boolean(value, unnoted, '') === true

export const salespersonOf = (id: string | null): Customer['salesperson'] =>
  id === null ? null : { id, name: null, email: null, code: null }

export function tagsOf(value: unknown, note: Note): string[] {
  const read: string[] = []
  for (const tag of rows(value, note, 'tags', 500)) {
    const name = text(part(tag, note, 'tags').name, note, 'tags', 200)
    if (name !== null) read.push(name)
  }
  return read
}
