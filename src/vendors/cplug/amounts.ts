import { money } from '../../kernel/decimals.ts'
import { isEmpty, type Note, text } from '../../kernel/wire.ts'
import type { Dinheiro } from './wire.ts'

const asMoney = (value: unknown): Dinheiro | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Dinheiro) : null

/** An amount: `{amount, currency}` (DOC), or a bare number (assumed). */
export function amount(value: unknown, note: Note, field: string): string | null {
  if (isEmpty(value)) return null
  const given = asMoney(value)
  return money(given ? given.amount : value, note, field)
}

/** assumed: reais where nothing is said, as the business is in Brazil. */
export function currency(value: unknown, note: Note): string | null {
  const code = text(asMoney(value)?.currency, note, 'currency')?.toUpperCase() ?? 'BRL'
  if (/^[A-Z]{3}$/.test(code)) return code
  note('currency', 'is no code of a currency')
  return null
}

/** As CPlug takes it. */
export const written = (value: string, code: string | null | undefined) => ({ amount: Number(value), currency: code ?? 'BRL' })
