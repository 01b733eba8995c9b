import { randomUUID } from 'node:crypto'
import type { Warning } from '../contract/page.ts'
import type { Context } from './adapter.ts'
import type { Clock } from './clock.ts'
import type { Connection } from './connection.ts'
import { GatewayError } from './errors.ts'
import { remembered } from './remembered.ts'

/** A record's id in the gateway, taken apart; null where it is none. */
export function splitId(id: string): { connection: string; vendorId: string } | null {
  const colon = id.indexOf(':')
  return colon < 1 ? null : { connection: id.slice(0, colon), vendorId: id.slice(colon + 1) }
}

const formats = new Map<string, Intl.DateTimeFormat>()
/** The day of the minute that was last asked for: days begin with a minute. */
const days = new Map<string, { minute: number; day: string }>()

/** Today in a zone, YYYY-MM-DD. */
export function today(timeZone: string, wallMs: number): string {
  const known = days.get(timeZone)
  const minute = Math.floor(wallMs / 60_000)
  if (known?.minute === minute) return known.day
  // The Swedish way of writing a date is ISO 8601.
  const format = remembered(formats, timeZone, () => new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }))
  const day = format.format(wallMs)
  days.set(timeZone, { minute, day })
  return day
}

export interface OperationContext extends Context {
  readonly warnings: Warning[]
}

/** What an adapter may know during one operation, and where its warnings gather. */
export function contextOf(connection: Connection, clock: Clock, givenKey?: string): OperationContext {
  const prefix = `${connection.id}:`
  const warnings: Warning[] = []
  let writeKey = givenKey
  return {
    connection: connection.id,
    writeKey() {
      writeKey ??= randomUUID()
      return writeKey
    },
    vendor: connection.vendor.id,
    timeZone: connection.timeZone,
    today: today(connection.timeZone, clock.wall()),
    settings: connection.settings,
    defaults: (connection.settings.defaults ?? {}) as Readonly<Record<string, unknown>>,
    warnings,
    id: (vendorId) => prefix + vendorId,
    vendorId(reference, pointer) {
      if (reference.startsWith(prefix)) return reference.slice(prefix.length)
      throw new GatewayError('vendor_rejected', {
        message: 'A reference points to a record of another connection.',
        errors: [{ pointer, detail: `must be the id of a record of the connection ${connection.id}` }],
      })
    },
    warn(vendorId, field, reason) {
      warnings.push({ ...(vendorId !== null && { vendorId }), field, reason })
    },
  }
}
