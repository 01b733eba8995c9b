import type { Signal } from './abort.ts'

/** Time as the kernel sees it, so that tests can hold it. */
export interface Clock {
  /** Milliseconds that never go back; only differences mean something. */
  now(): number
  /** Milliseconds since 1970, for what outlives the process. */
  wall(): number
  /** Rejects with its reason when the signal is aborted. */
  sleep(ms: number, signal?: Signal): Promise<void>
}

/** Does `work` again and again, each time after a wait, until the signal is aborted. What `work` throws ends it. */
export async function every(clock: Clock, waitMs: number, signal: Signal, work: () => Promise<void>): Promise<void> {
  for (;;) {
    const isOver = await clock.sleep(waitMs, signal).then(
      () => signal.aborted,
      () => true,
    )
    if (isOver) return
    await work()
  }
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', end)
        resolve()
      }, ms)
      if (signal?.aborted) end()
      else signal?.addEventListener('abort', end)
    }),
}
