/** A small seeded generator (mulberry32): the same seed gives the same data on every machine. */
export interface Random {
  /** An integer of first … last. */
  between(first: number, last: number): number
  pick<T>(list: readonly T[]): T
  chance(share: number): boolean
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
    chance: (share) => next() < share,
    digits: (count) => Array.from({ length: count }, () => between(0, 9)).join(''),
  }
}
