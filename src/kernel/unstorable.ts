import { RECORD_SCHEMAS } from '../contract/components.ts'
import { READ_ONLY } from '../contract/operations.ts'
import type { Warning } from '../contract/page.ts'
import { type Flaw, GatewayError } from './errors.ts'

const isNothing = (value: unknown) => value === null || value === undefined || (Array.isArray(value) && value.length === 0)

const IGNORED: ReadonlySet<string> = new Set(READ_ONLY)

/**
 * What of a body a vendor has no place for, as dotted paths; items of an array share the path of their member. Null members and empty
 * lists say that there is nothing, which any vendor can hold.
 */
export function unstorable(given: object, writable: readonly string[]): { fields: string[]; nothingLeft: boolean } {
  const places = new Set(writable)
  const fields = new Set<string>()
  let stored = 0

  function visit(value: unknown, path: string): void {
    if (places.has(path)) {
      stored += 1
    } else if (isNothing(value)) {
      if (writable.some((place) => place.startsWith(`${path}.`))) stored += 1
    } else if (path === 'customFields') {
      fields.add(path)
    } else if (Array.isArray(value)) {
      for (const item of value) visit(item, path)
    } else if (typeof value === 'object') {
      for (const [name, member] of Object.entries(value as object)) visit(member, `${path}.${name}`)
    } else {
      fields.add(path)
    }
  }

  for (const [name, value] of Object.entries(given)) {
    if (!IGNORED.has(name)) visit(value, name)
  }
  return { fields: [...fields], nothingLeft: stored === 0 }
}

/** Members that are lists: a path into one tells no item, so that only the list itself can be pointed at. */
const LISTS: ReadonlySet<string> = new Set(
  Object.values(RECORD_SCHEMAS).flatMap((schema) => {
    const { properties = {} } = schema as { properties?: Record<string, { type?: unknown }> }
    return Object.keys(properties).filter((name) => [properties[name]!.type].flat().includes('array'))
  }),
)

/** A member by its dotted path as a JSON Pointer, null being the whole body, and what is wrong with it. */
function flawOf({ field, reason }: Warning): Flaw {
  const [member = '', ...within] = field?.split('.') ?? []
  if (field === null) return { pointer: '', detail: reason }
  if (LISTS.has(member) && within.length > 0) return { pointer: `/${member}`, detail: `${within.join('.')}: ${reason}` }
  return { pointer: `/${field.replaceAll('.', '/')}`, detail: reason }
}

/** The refusal of a body for members that the vendor cannot hold. */
export const unsupportedFields = (message: string, warnings: readonly Warning[]): GatewayError =>
  new GatewayError('unsupported_field', {
    outcome: 'not_applied',
    message,
    errors: warnings.map(flawOf),
  })
