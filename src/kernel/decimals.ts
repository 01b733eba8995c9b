import Big from 'big.js'
import type { Note } from './wire.ts'

// Amounts and quantities as decimal texts, never floats: what vendors send as numbers or as text, and sums of them.

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/
const PLAIN = /^(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?$/
const MOST = new Big('1e15')

/** A plain decimal text with its trailing zeros cut, and at least `least` decimals. */
function trimmed(plain: string, least: 0 | 2): string {
  const dot = plain.indexOf('.')
  if (dot === -1) return least === 2 ? `${plain}.00` : plain
  const shortest = dot + 1 + least
  let end = plain.length
  while (end > shortest && plain.charCodeAt(end - 1) === 48) end--
  if (end < shortest) return `${plain}0`
  if (end === dot + 1) return plain.slice(0, dot)
  return end === plain.length ? plain : plain.slice(0, end)
}

/** A decimal text with at least `least` decimals and at most ten; null where it is no number the contract can hold. */
function decimal(value: unknown, least: 0 | 2): string | null {
  if (typeof value === 'number') {
    if (Number.isInteger(value) && value < 1e15 && value > -1e15) return least === 2 ? `${value}.00` : String(value)
    if (!Number.isFinite(value)) return null
  } else if (typeof value !== 'string') return null
  const plain = typeof value === 'number' ? String(value) : value
  if (PLAIN.test(plain)) return trimmed(plain, least)
  return DECIMAL.test(plain) ? written(new Big(plain.startsWith('+') ? plain.slice(1) : plain), least) : null
}

function written(number: Big, least: 0 | 2): string | null {
  const rounded = number.round(10, Big.roundHalfUp)
  if (rounded.abs().gte(MOST)) return null
  const places = Math.max(least, rounded.c.length - 1 - rounded.e, 0)
  // Zero has a sign in big.js.
  return (rounded.eq(0) ? new Big(0) : rounded).toFixed(places)
}

/** An amount: at least two decimals, more only where they are not zero. */
export function money(value: unknown, note: Note, field: string): string | null {
  if (value === null || value === undefined || value === '') return null
  const amount = decimal(typeof value === 'string' ? value.trim() : value, 2)
  if (amount === null) note(field, 'is not a decimal amount')
  return amount
}

/** A quantity, without trailing zeros. */
export function quantity(value: unknown, note: Note, field: string): string | null {
  if (value === null || value === undefined || value === '') return null
  const count = decimal(typeof value === 'string' ? value.trim() : value, 0)
  if (count === null) note(field, 'is not a decimal number')
  return count
}

type Sign = 1 | -1

/** Sum of amounts, each with its sign; null where one is missing. */
export function total(...terms: readonly (readonly [sign: Sign, amount: string | null])[]): string | null {
  let sum = new Big(0)
  for (const [sign, amount] of terms) {
    if (amount === null) return null
    sum = sign === 1 ? sum.plus(amount) : sum.minus(amount)
  }
  return written(sum, 2)
}

/** Quantity times price; null where one is missing. */
export function times(count: string | null, price: string | null): string | null {
  return count === null || price === null ? null : written(new Big(count).times(price), 2)
}

/** Whether two amounts are the same, however they are written. */
export const sameAmount = (one: string, other: string) => new Big(one).eq(other)
