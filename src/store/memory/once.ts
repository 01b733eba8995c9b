import type { OnceStore } from '../../kernel/authorization.ts'
import type { Clock } from '../../kernel/clock.ts'

/** What one process may use once. */
export function memoryOnce(clock: Clock): OnceStore {
  const spent = new Map<string, number>()
  return {
    async spend(key, ttlMs) {
      const now = clock.now()
      for (const [other, until] of spent) if (until <= now) spent.delete(other)
      if (spent.has(key)) return false
      spent.set(key, now + ttlMs)
      return true
    },
  }
}
