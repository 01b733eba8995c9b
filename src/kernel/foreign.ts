import type { AnyRecord, Writable } from '../contract/operations.ts'
import type { Connection } from './connection.ts'

/** Members whose ids are the vendor's own: in another account they name something else, or nothing. */
const OWN_IDS: readonly (readonly [member: string, id: string])[] = [
  ['salesperson', 'id'],
  ['category', 'id'],
  ['account', 'id'],
  ['paymentMethod', 'id'],
  ['fiscal', 'taxGroupId'],
]

/**
 * A body that was read from another connection, without the ids that mean something there only. `warn` is told of each. References to
 * records are not touched: references.ts refuses those.
 */
export function withoutForeignIds(
  body: Writable<AnyRecord>,
  { id, vendor }: Connection,
  warn: (field: string, reason: string) => void,
): Writable<AnyRecord> {
  const origin = body as { connection?: string; vendor?: string }
  if (origin.connection === undefined || origin.connection === id) return body
  const own: Record<string, unknown> = { ...body }
  for (const [member, name] of OWN_IDS) {
    const value = own[member] as Record<string, unknown> | null | undefined
    if (!value || value[name] === null || value[name] === undefined) continue
    own[member] = { ...value, [name]: null }
    warn(`${member}.${name}`, `is an id of ${origin.connection} and means nothing here`)
  }
  const { customFields } = own as { customFields?: unknown[] }
  if (origin.vendor !== undefined && origin.vendor !== vendor.id && customFields && customFields.length > 0) {
    delete own.customFields
    warn('customFields', `are fields of ${origin.vendor}`)
  }
  return own as Writable<AnyRecord>
}
