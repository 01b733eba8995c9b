import { setTimeout as delay } from 'node:timers/promises'

/** Time as the kernel sees it, so that tests can hold it. */
export interface Clock {
  /** Milliseconds that never go back; only differences mean something. */
  now(): number
  /** Milliseconds since 1970, for what outlives the process. */
  wall(): number
  /** Rejects when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal ? { signal } : undefined),
}
