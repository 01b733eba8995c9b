import { READ_ONLY } from '../contract/operations.ts'
import type { Warning } from '../contract/page.ts'
import { GatewayError } from './errors.ts'

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

/** A member by its dotted path as a JSON Pointer; null is the whole body. */
const pointerOf = (field: string | null) => (field === null ? '' : `/${field.replaceAll('.', '/')}`)

/** The refusal of a body for members that the vendor cannot hold. */
export const unsupportedFields = (message: string, warnings: readonly Warning[]): GatewayError =>
  new GatewayError('unsupported_field', {
    outcome: 'not_applied',
    message,
    errors: warnings.map(({ field, reason }) => ({ pointer: pointerOf(field), detail: reason })),
  })
