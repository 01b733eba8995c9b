import { Refusal } from './refusal.ts'

export type Check = (value: unknown) => boolean
export type Body = Record<string, unknown>

export interface BodyRules {
  /** Members that may be written, and what they may be (422 otherwise). */
  members: Record<string, Check>
  required?: readonly string[]
  /** Known, but 422 in a write, and nothing is saved (F4). */
  readOnly?: readonly string[]
  /** Accepted and dropped, because the vendor's own samples carry them. */
  ignored?: readonly string[]
}

/** The members to store. Unknown or missing members are 400, read-only ones and bad values 422. */
export function checkBody(body: unknown, rules: BodyRules): Body {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new Refusal(400, 'Dados inválidos: envie um objeto JSON.')
  const { members, required = [], readOnly = [], ignored = [] } = rules
  const entries = Object.entries(body)
  const names = entries.map(([name]) => name)
  refuse(
    400,
    'Campos inexistentes',
    names.filter((name) => !(Object.hasOwn(members, name) || readOnly.includes(name) || ignored.includes(name))),
  )
  refuse(
    422,
    'Campos somente leitura',
    names.filter((name) => readOnly.includes(name)),
  )
  refuse(
    400,
    'Campos obrigatórios',
    required.filter((name) => !names.includes(name)),
  )
  const kept = entries.filter(([name]) => Object.hasOwn(members, name))
  refuse(
    422,
    'Valores fora do escopo',
    kept.filter(([name, value]) => !members[name]!(value)).map(([name]) => name),
  )
  return Object.fromEntries(kept)
}

/** Refuses when there are names to name. */
export function refuse(status: number, message: string, names: string[]): void {
  if (names.length > 0) throw new Refusal(status, `${message}: ${names.join(', ')}`, names)
}

export const text =
  (max = 65_535): Check =>
  (value) =>
    typeof value === 'string' && value.length <= max
export const filledText =
  (max: number): Check =>
  (value) =>
    typeof value === 'string' && value.trim() !== '' && value.length <= max
export const pattern =
  (expression: RegExp): Check =>
  (value) =>
    typeof value === 'string' && expression.test(value)
export const flag: Check = (value) => typeof value === 'boolean'
export const number: Check = (value) => typeof value === 'number' && Number.isFinite(value)
export const amount: Check = (value) => number(value) && (value as number) >= 0
export const positive: Check = (value) => number(value) && (value as number) > 0
export const code: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0
export const oneOf =
  (...values: unknown[]): Check =>
  (value) =>
    values.includes(value)
export const either =
  (...checks: Check[]): Check =>
  (value) =>
    checks.some((check) => check(value))
export const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check)
export const texts: Check = listOf(text())

/** A real day, YYYY-MM-DD. */
export const day: Check = (value) => {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false
  const date = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value)
}
export const noDay: Check = oneOf('0000-00-00')
