import { type Flaw, GatewayError } from '../../kernel/errors.ts'
import type { Note } from '../../kernel/wire.ts'

// What bodies for eGestor have in common. A member that is absent is not sent; null clears.

export type Body = Record<string, unknown>

/** The gateway's own refusal, before anything is sent. */
export function rejected(errors: Flaw[]): GatewayError {
  const message = 'eGestor cannot take this record as it is.'
  return new GatewayError('vendor_rejected', { origin: 'gateway', outcome: 'not_applied', message, errors })
}

export function refuseIfAny(flaws: Flaw[]) {
  if (flaws.length > 0) throw rejected(flaws)
}

/** eGestor has empty text where we have null. */
export const orEmpty = (value: string | null | undefined) => (value === null ? '' : value)

const CODE = /^\d{1,15}$/

/** A code of eGestor's own as the number it travels as (seed); null is 0, which is none. Anything but a number is a flaw. */
export function codeOrZero(code: string | null | undefined, pointer: string, flaws: Flaw[]): number | undefined {
  if (code === undefined) return undefined
  if (code === null) return 0
  if (!CODE.test(code)) flaws.push({ pointer, detail: 'eGestor has numbers here' })
  return Number(code)
}

/** Amounts and quantities travel as JSON numbers (seed). */
export const orZero = (value: string | null | undefined) => (value === undefined ? undefined : Number(value ?? 0))

/** Leaves out what would only say that there is nothing: a new record has nothing to clear. */
export function withoutBlanks(body: Body): Body {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined && value !== '' && value !== null))
}

export function inReais(currency: string | null | undefined, flaws: Flaw[]) {
  if (currency && currency !== 'BRL') flaws.push({ pointer: '/currency', detail: 'eGestor keeps amounts in BRL only' })
}

/** For what is read only to be sent back. */
export const unnoted: Note = () => {}
