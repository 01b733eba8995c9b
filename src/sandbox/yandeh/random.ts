/** A small seeded generator (mulberry32): the same seed gives the same data on every machine. */
export interface Random {
  /** An integer of first … last. */
  between(first: number, last: number): number
  pick<T>(list: readonly T[]): T
  digits(count: number): string
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (first: number, last: number) => first + Math.floor(next() * (last - first + 1))
  return {
    between,
    pick: (list) => list[between(0, list.length - 1)]!,
    digits: (count) => Array.from({ length: count }, () => between(0, 9)).join(''),
  }
}

function checkDigit(digits: string, weights: readonly number[]): number {
  const sum = [...digits].reduce((total, digit, at) => total + Number(digit) * weights[at]!, 0)
  return sum % 11 < 2 ? 0 : 11 - (sum % 11)
}

function withCheckDigits(base: string, weights: readonly number[]): string {
  const first = `${base}${checkDigit(base, weights.slice(1))}`
  return `${first}${checkDigit(first, weights)}`
}

export const cpf = (random: Random) => withCheckDigits(random.digits(9), [11, 10, 9, 8, 7, 6, 5, 4, 3, 2])
export const cnpj = (random: Random) => withCheckDigits(`${random.digits(8)}0001`, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])

/** A valid EAN-13 with the Brazilian prefix. */
export function ean13(random: Random): string {
  const base = `789${random.digits(9)}`
  const sum = [...base].reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 1 : 3), 0)
  return `${base}${(10 - (sum % 10)) % 10}`
}

/** A day of the two years before the data was made, YYYY-MM-DD. */
export const pastDay = (random: Random) => new Date(Date.UTC(2026, 10, 15) - random.between(0, 720) * 86_400_000).toISOString().slice(0, 10)

export const daysAfter = (day: string, days: number) => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)
