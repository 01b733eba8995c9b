import type { Random } from '../random.ts'

/** A day of the two years before the data was made, YYYY-MM-DD. */
export const pastDay = (random: Random) => new Date(Date.UTC(2026, 10, 15) - random.between(0, 720) * 86_400_000).toISOString().slice(0, 10)

export const daysAfter = (day: string, days: number) => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)
