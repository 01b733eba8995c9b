import type { SingleAnswer } from '../contract/page.ts'
import type { AnyReference, ReferenceKind } from '../contract/reference.ts'
import type { Ask, Position, ReferenceOperation, ReferencePage } from './adapter.ts'
import type { Clock } from './clock.ts'
import type { Connection } from './connection.ts'
import { type Caller, type Directory, placed } from './directory.ts'
import { GatewayError } from './errors.ts'
import type { Timed } from './gateway.ts'
import type { Operator, Running } from './operate.ts'

/** What writes refer to at the vendor of one connection. */
export type ReadReferences = (connection: string, kind: ReferenceKind, caller: Caller) => Promise<Timed<SingleAnswer<AnyReference[]>>>

/** Whoever has just added something at the vendor waits no longer than this to see it. */
const KEPT_MS = 60_000

/** Of one list; a register of this length is no choice to pick from. */
const MOST_PAGES = 40

function operationOf({ vendor }: Connection, kind: ReferenceKind): ReferenceOperation<AnyReference> {
  const operation = vendor.references?.[kind] as ReferenceOperation<AnyReference> | undefined
  if (operation) return operation
  const known = Object.keys(vendor.references ?? {})
  throw new GatewayError('unsupported_operation', {
    message: `${vendor.name} has no ${kind} here. It has: ${known.join(', ') || 'nothing of the kind'}.`,
  })
}

export function createReferences(directory: Directory, operator: Operator, clock: Clock): ReadReferences {
  async function allRows(running: Running, operation: ReferenceOperation<AnyReference>): Promise<AnyReference[]> {
    const ask: Ask = (request, options) => running.ask(request, { ...options, cachedForMs: KEPT_MS })
    const rows: AnyReference[] = []
    let position: Position = null
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const read: ReferencePage<AnyReference> = await operator.perform({ ...running, ask }, operation, { position })
      rows.push(...read.rows)
      if (read.next === null) return rows
      position = read.next
    }
    running.context.warn(null, null, `these are the first ${rows.length}: the vendor has more`)
    return rows
  }

  return async (id, kind, caller) => {
    const connection = directory.find(id, caller, 'id')
    let running: Running | undefined
    try {
      const operation = operationOf(connection, kind)
      running = operator.start(connection, `references.${kind}`, { signal: caller.signal })
      const data = await allRows(running, operation)
      const meta = {
        connection: connection.id,
        vendor: connection.vendor.id,
        durationMs: Math.round(clock.now() - running.startedAt),
        warnings: running.context.warnings,
      }
      return { answer: { data, meta }, vendorMs: running.vendorMs }
    } catch (thrown) {
      const error = placed(thrown, connection, `references.${kind}`)
      error.vendorMs = running?.vendorMs
      throw error
    }
  }
}
