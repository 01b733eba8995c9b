import { Refusal } from './refusal.ts'

export interface Limit {
  requests: number
  perMs: number
  /** What the body of a 429 asks for (KHTTP has 300). */
  retryAfterSeconds: number
  /** After so many 429s everything is 403 (KLIM says repeated; the number is assumed). */
  blockAfter: number
  blockMs: number
}

export const usualLimit: Limit = { requests: 7, perMs: 1000, retryAfterSeconds: 300, blockAfter: 5, blockMs: 300_000 }

/** A sliding window for everything that comes to this account. */
export function createWindow(limit: () => Limit | null, now: () => number) {
  let taken: number[] = []
  let refused = 0
  let blockedUntil = 0
  return {
    /** Takes a place, or refuses. */
    take(): void {
      const rules = limit()
      if (rules === null) return
      if (now() < blockedUntil) throw new Refusal(403, 'Forbidden')
      taken = taken.filter((at) => at > now() - rules.perMs)
      if (taken.length < rules.requests) {
        taken.push(now())
        return
      }
      refused += 1
      if (refused >= rules.blockAfter) {
        refused = 0
        blockedUntil = now() + rules.blockMs
      }
      throw new Refusal(429, 'Too many requests', { retry_after: rules.retryAfterSeconds })
    },
  }
}
