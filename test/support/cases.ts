import fc from 'fast-check'

// Made-up cases. In `npm test` they are the same in every run, so that a change is judged and not luck; `npm run test:long` draws new ones,
// and twenty times as many.

export const isLong = Boolean(process.env.LONG_CAMPAIGN)

if (!isLong) fc.configureGlobal({ seed: 20_261_121 })

/** How many cases to try. */
export const runs = (count: number): number => (isLong ? count * 20 : count)

/** So many of a list, evenly spread; all of them in `npm run test:long`. */
export function some<T>(rows: readonly T[], count: number): T[] {
  const step = isLong ? 1 : Math.max(1, Math.floor(rows.length / count))
  return rows.filter((_row, index) => index % step === 0)
}
