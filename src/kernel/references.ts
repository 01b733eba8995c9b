import type { Resource } from '../contract/operations.ts'
import type { Connection } from './connection.ts'
import { splitId } from './context.ts'
import { type Flaw, GatewayError } from './errors.ts'

/** Members that name another record, and of which resource. */
const REFERENCES: readonly { path: readonly string[]; resource: Resource }[] = [
  { path: ['customer', 'id'], resource: 'customers' },
  { path: ['saleId'], resource: 'sales' },
  { path: ['items', '*', 'productId'], resource: 'products' },
  { path: ['installments', '*', 'receivableId'], resource: 'receivables' },
]

function flawsAt(value: unknown, path: readonly string[], pointer: string, judge: (id: string) => string | null): Flaw[] {
  const [member, ...rest] = path
  if (member === undefined) {
    const detail = typeof value === 'string' ? judge(value) : null
    return detail === null ? [] : [{ pointer, detail }]
  }
  if (typeof value !== 'object' || value === null) return []
  if (member !== '*') return flawsAt((value as Record<string, unknown>)[member], rest, `${pointer}/${member}`, judge)
  return Object.entries(value).flatMap(([index, item]) => flawsAt(item, rest, `${pointer}/${index}`, judge))
}

/** Refuses a body that names records of another connection, or ids that the vendor does not give, whether or not the vendor could hold them. */
export function assertOwnReferences(body: object, { id, vendor }: Connection): void {
  const flaws = REFERENCES.flatMap(({ path, resource }) =>
    flawsAt(body, path, '', (reference) => {
      const parts = splitId(reference)
      if (parts?.connection !== id) return `must be the id of a record of the connection ${id}`
      return vendor.ids[resource].test(parts.vendorId) ? null : `is no id that ${vendor.name} gives to ${resource}`
    }),
  )
  if (flaws.length > 0)
    throw new GatewayError('vendor_rejected', { message: 'A reference does not fit the connection.', errors: flaws.slice(0, 20) })
}
