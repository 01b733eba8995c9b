import { unprocessable, type Wrong } from './refusal.ts'

export type Check = (value: unknown) => boolean
type Body = Record<string, unknown>

export interface BodyRules {
  required: readonly string[]
  members: Readonly<Record<string, Check>>
}

/** The body, all of whose members are known and sound; otherwise a 422 that names every one that is not. */
export function checked(body: unknown, { required, members }: BodyRules): Body {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw unprocessable([{ field: '', type: 'Json' }])
  const given = body as Body
  const wrong: Wrong[] = [
    ...required.filter((name) => given[name] === undefined || given[name] === null).map((field) => ({ field, type: 'Required' })),
    // assumed: whether members that nobody documents are refused is not known; that is the worse case.
    ...Object.keys(given).flatMap((field) => (Object.hasOwn(members, field) ? [] : { field, type: 'Unknown' })),
    ...Object.entries(members).flatMap(([field, check]) =>
      given[field] === undefined || given[field] === null || check(given[field]) ? [] : { field, type: 'Format' },
    ),
  ]
  if (wrong.length > 0) throw unprocessable(wrong)
  return given
}

export const text: Check = (value) => typeof value === 'string' && value.length <= 5000
export const filled: Check = (value) => text(value) && value !== ''
export const integer: Check = (value) => Number.isSafeInteger(value) && Number(value) > 0
export const number: Check = (value) => typeof value === 'number' && Number.isFinite(value)
export const uuid: Check = (value) => typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)
export const oneOf =
  (...values: unknown[]): Check =>
  (value) =>
    values.includes(value)
export const day: Check = (value) =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(`${value}T00:00:00Z`))
/** With its offset (DOC). */
export const moment: Check = (value) =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}$/.test(value) && !Number.isNaN(Date.parse(value))

/** An object with these members and no others. */
export const shape =
  (required: readonly string[], members: Readonly<Record<string, Check>>): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    required.every((name) => Object.hasOwn(value, name)) &&
    Object.entries(value).every(([name, member]) => Object.hasOwn(members, name) && (member === null || members[name]!(member)))

export const listOf =
  (check: Check, least = 0): Check =>
  (value) =>
    Array.isArray(value) && value.length >= least && value.every(check)

export const money = shape(['amount', 'currency'], { amount: number, currency: (value) => /^[A-Z]{3}$/.test(String(value)) })
