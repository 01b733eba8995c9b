import type { Context } from '../../kernel/adapter.ts'
import { type Flaw, GatewayError } from '../../kernel/errors.ts'

// What bodies for Kommo have in common. A member that is absent is not sent.

export type Body = Record<string, unknown>

/** The gateway's own refusal, before anything is sent. */
export function refuseIfAny(errors: Flaw[]) {
  if (errors.length === 0) return
  const message = 'Kommo cannot take this record as it is.'
  throw new GatewayError('vendor_rejected', { origin: 'gateway', outcome: 'not_applied', message, errors })
}

/** Leaves out what is absent. */
export const present = (body: Body): Body => Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))

/** The same; a body of nothing would be a write that does nothing. */
export function whole(body: Body): Body {
  const kept = present(body)
  if (Object.keys(kept).length > 0) return kept
  throw new GatewayError('unsupported_field', {
    outcome: 'not_applied',
    message: 'This account of Kommo has a place for nothing of this.',
    errors: [{ pointer: '', detail: 'names no member that this account can hold' }],
  })
}

export const listOrAbsent = <T>(list: readonly T[]): readonly T[] | undefined => (list.length === 0 ? undefined : list)

/** Tags are set as a whole; null takes all away (AMO). */
export const tagsBody = (tags: readonly string[] | undefined, isNew: boolean) =>
  tags === undefined || (isNew && tags.length === 0) ? undefined : { tags: tags.length === 0 ? null : tags.map((name) => ({ name })) }

/** Whose record it is, by the id of a user, which travels as a number. */
export function responsible(salesperson: { id: string | null } | null | undefined, isNew: boolean, context: Context): number | undefined {
  const id = salesperson?.id ?? null
  if (id !== null && /^\d{1,15}$/.test(id)) return Number(id)
  if (id !== null) context.warn(null, 'salesperson.id', 'Kommo has the ids of its users here')
  else if (salesperson !== undefined && !isNew) context.warn(null, 'salesperson', 'a record of Kommo always has one')
  return undefined
}
