export interface Limit {
  requests: number
  perMs: number
}

export interface Window {
  /** Takes one place where there is one, and says how many are left; null: none was left. */
  take(): number | null
  /** What is left, taking nothing. */
  remaining(): number
}

/** A sliding window: at no time more than `requests` in the last `perMs`. Refused requests take no place (assumed). */
export function createWindow(limit: () => Limit, now: () => number): Window {
  let taken: number[] = []
  const remaining = () => {
    const { requests, perMs } = limit()
    const from = now() - perMs
    const kept = taken.findIndex((at) => at > from)
    if (kept !== 0) taken = kept < 0 ? [] : taken.slice(kept)
    return Math.max(0, requests - taken.length)
  }
  return {
    remaining,
    take() {
      const left = remaining()
      if (left === 0) return null
      taken.push(now())
      return left - 1
    },
  }
}
