/** mulberry32: the same seed gives the same account. */
export function createRandom(seed: number) {
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
    pick: <T>(list: readonly T[]): T => list[between(0, list.length - 1)]!,
    chance: (share: number) => next() < share,
    digits: (count: number) => Array.from({ length: count }, () => between(0, 9)).join(''),
  }
}
export type Random = ReturnType<typeof createRandom>
