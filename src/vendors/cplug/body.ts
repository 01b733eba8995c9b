import { type Flaw, GatewayError } from '../../kernel/errors.ts'
import type { Note } from '../../kernel/wire.ts'

// What bodies for CPlug have in common.

export type Body = Record<string, unknown>

/** The gateway's own refusal, before anything is sent. */
export function refuseIfAny(errors: Flaw[]) {
  if (errors.length === 0) return
  const message = 'CPlug cannot take this as it is.'
  throw new GatewayError('vendor_rejected', { origin: 'gateway', outcome: 'not_applied', message, errors })
}

/** Leaves out what would only say that there is nothing: a new record has nothing to clear. */
export function withoutBlanks(body: Body): Body {
  return Object.fromEntries(
    Object.entries(body).filter(([, value]) => value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0)),
  )
}

const ID = /^\d{1,15}$/

/** An id of CPlug's own as the number it travels as (DOC). */
export function numericId(value: unknown, pointer: string, flaws: Flaw[]): number | undefined {
  if (value === undefined || value === null) return undefined
  if (!ID.test(String(value))) flaws.push({ pointer, detail: 'CPlug has numbers here' })
  return Number(value)
}

/** For what is read only to be sent back. */
export const unnoted: Note = () => {}
