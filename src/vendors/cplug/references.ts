import type { CustomerReference } from '../../contract/fields.ts'
import type { Context } from '../../kernel/adapter.ts'
import { id, isEmpty, type Note, part, text } from '../../kernel/wire.ts'
import { taxIdIn } from './documents.ts'

// How records name other records and the things of CPlug's own that are no records of ours.

/** A category, an account and the like, or its bare id; null where neither is known. */
export function named(value: unknown, bareId: unknown, note: Note, field: string) {
  const given = typeof value === 'string' ? { name: value } : part(value, note, field)
  const own = id(isEmpty(given.id) ? bareId : given.id, note, `${field}.id`)
  const name = text(given.name, note, `${field}.name`)
  return own === null && name === null ? null : { id: own, name }
}

/** Either of them names the customer of a row. */
export const CUSTOMERS = ['customer', 'customer_id'] as const

export function customerOf(row: { customer?: unknown; customer_id?: unknown }, context: Context, note: Note): CustomerReference {
  const found = named(row.customer, row.customer_id, note, 'customer')
  if (found === null) return null
  const { documents } = typeof row.customer === 'string' ? { documents: null } : part(row.customer, note, 'customer')
  return { id: found.id === null ? null : context.id(found.id), name: found.name, taxId: taxIdIn(documents, note, 'customer.taxId') }
}
