const dayMs = 86_400_000

/** The day on which the made data stands: nothing was sold or paid after it, some of it is due later. */
export const dataDay = '2026-11-16'

/** Moves a YYYY-MM-DD by whole days. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)
}

export const cents = (value: number) => Math.round(value * 100) / 100

/** An instant as the vendor writes it: São Paulo, YYYY-MM-DD HH:MM:SS, no zone (assumed; no summer time since 2019). */
export function localTime(ms: number): string {
  return new Date(ms - 3 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
}
