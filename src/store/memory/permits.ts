import type { Clock } from '../../kernel/clock.ts'
import { type Budget, type Permit, type PermitStore, WIDENED_MS, WIDENING } from '../../kernel/permits.ts'
import { remembered } from '../../kernel/remembered.ts'

interface Window {
  /** Times at which permits were for, oldest at `head`, in a ring of at most `requests`. */
  slots: Float64Array
  head: number
  size: number
  last: number
  closedUntil: number
  widenedUntil: number
}

const FIRST_RING = 64

export interface MemoryPermits extends PermitStore {
  /** Counts a permit that was given elsewhere, for a moment of the clock. */
  note(budget: Budget, at: number): void
  /** How many were for later moments than this. */
  countSince(budget: Budget, since: number): number
}

/** Permits of one process. */
export function memoryPermits(clock: Clock): MemoryPermits {
  const windows = new Map<string, Window>()

  const windowOf = ({ key, requests }: Budget) =>
    remembered(windows, key, (): Window => {
      const slots = new Float64Array(Math.max(1, Math.min(FIRST_RING, requests)))
      return { slots, head: 0, size: 0, last: 0, closedUntil: 0, widenedUntil: 0 }
    })

  const lengthOf = (window: Window, budget: Budget, now: number) =>
    now < window.widenedUntil ? budget.windowMs * WIDENING : budget.windowMs

  function forgetOldest(window: Window): void {
    window.head = (window.head + 1) % window.slots.length
    window.size -= 1
  }

  function forget(window: Window, before: number): void {
    while (window.size > 0 && window.slots[window.head]! <= before) forgetOldest(window)
  }

  /** The permit that has to leave the window before another is given. */
  const oldestInTheWay = ({ slots, head, size }: Window, { requests }: Budget) =>
    size < requests ? Number.NEGATIVE_INFINITY : slots[(head + size - requests) % slots.length]!

  function push(window: Window, budget: Budget, slot: number): void {
    if (window.size === window.slots.length) grow(window, budget)
    window.slots[(window.head + window.size) % window.slots.length] = slot
    window.size += 1
    window.last = slot
  }

  function grow(window: Window, budget: Budget): void {
    const slots = new Float64Array(Math.min(window.slots.length * 2, budget.requests))
    for (let index = 0; index < window.size; index += 1) slots[index] = window.slots[(window.head + index) % window.slots.length]!
    window.slots = slots
    window.head = 0
  }

  return {
    async take(budget, maxWaitMs): Promise<Permit> {
      const now = clock.now()
      const window = windowOf(budget)
      const length = lengthOf(window, budget, now)
      forget(window, now - length)
      const inTheWay = oldestInTheWay(window, budget)
      const slot = Math.max(now, window.last, window.closedUntil, inTheWay + length)
      const waitMs = slot - now
      if (waitMs > maxWaitMs) return { granted: false, waitMs }
      // What is out of the window by then is forgotten now; the first of the two, since a sum may round down.
      forget(window, Math.max(inTheWay, slot - length))
      push(window, budget, slot)
      return { granted: true, waitMs, remaining: budget.requests - window.size }
    },
    async lower(budget, remaining) {
      const now = clock.now()
      const window = windowOf(budget)
      forget(window, now - lengthOf(window, budget, now))
      const at = Math.max(now, window.last)
      while (budget.requests - window.size > remaining) push(window, budget, at)
    },
    async close(budget, retryAfterMs) {
      const now = clock.now()
      const window = windowOf(budget)
      window.closedUntil = Math.max(window.closedUntil, now + (retryAfterMs ?? lengthOf(window, budget, now)))
      window.widenedUntil = now + WIDENED_MS
      return window.closedUntil - now
    },
    async status(budget) {
      const now = clock.now()
      const window = windowOf(budget)
      const length = lengthOf(window, budget, now)
      forget(window, now - length)
      const resetsAt = Math.max(window.closedUntil, window.size > 0 ? window.last + length : 0)
      const someWait = now < window.closedUntil || now < window.last
      return {
        remaining: someWait ? 0 : Math.max(0, budget.requests - window.size),
        resetsInMs: Math.max(0, resetsAt - now),
        closedForMs: Math.max(0, window.closedUntil - now),
        isWidened: now < window.widenedUntil,
      }
    },
    note(budget, at) {
      const window = windowOf(budget)
      const now = clock.now()
      forget(window, now - lengthOf(window, budget, now))
      // Others may note with a larger budget of the same key: a full ring is one that has all that the largest needs.
      if (window.size === window.slots.length && window.size >= budget.requests) forgetOldest(window)
      push(window, budget, Math.max(at, window.last))
    },
    countSince(budget, since) {
      const { slots, head, size } = windowOf(budget)
      let count = 0
      while (count < size && slots[(head + size - 1 - count) % slots.length]! > since) count += 1
      return count
    },
  }
}
