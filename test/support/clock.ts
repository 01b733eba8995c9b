import type { Clock } from '../../src/kernel/clock.ts'

export interface TestClock extends Clock {
  /** Lets time pass; who sleeps wakes when its time comes, in order. */
  advance(ms: number): Promise<void>
  /** How many sleep now. */
  sleepers(): number
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** A clock that only moves when it is told to. */
export function testClock(wallMs = Date.UTC(2024, 4, 10, 12)): TestClock {
  let passed = 0
  let sleeping: { until: number; wake(): void }[] = []
  return {
    now: () => passed,
    wall: () => wallMs + passed,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const sleeper = { until: passed + ms, wake: resolve }
        sleeping.push(sleeper)
        signal?.addEventListener('abort', () => {
          sleeping = sleeping.filter((one) => one !== sleeper)
          reject(signal.reason)
        })
      })
    },
    async advance(ms) {
      const until = passed + ms
      await turn()
      for (;;) {
        const next = sleeping.filter((one) => one.until <= until).sort((a, b) => a.until - b.until)[0]
        if (!next) break
        sleeping = sleeping.filter((one) => one !== next)
        passed = Math.max(passed, next.until)
        next.wake()
        await turn()
      }
      passed = until
      await turn()
    },
    sleepers: () => sleeping.length,
  }
}
