import { describe, expect, it } from 'vitest'
import { WIDENED_MS } from '../../src/kernel/permits.ts'
import { memoryPermits } from '../../src/store/memory/permits.ts'
import { testClock } from '../support/clock.ts'

const budget = { key: 'login', requests: 2, windowMs: 1_000 }

describe('permits in memory, by the clock', () => {
  it('frees a permit exactly when it leaves the window', async () => {
    const clock = testClock()
    const permits = memoryPermits(clock)
    await permits.take(budget, 0)
    await clock.advance(300)
    await permits.take(budget, 0)
    await clock.advance(699)
    expect(await permits.take(budget, 0)).toEqual({ granted: false, waitMs: 1 })
    await clock.advance(1)
    expect(await permits.take(budget, 0)).toMatchObject({ granted: true, waitMs: 0 })
    expect(await permits.take(budget, 0)).toEqual({ granted: false, waitMs: 300 })
  })

  it('opens the gate when the wait is over', async () => {
    const clock = testClock()
    const permits = memoryPermits(clock)
    await permits.close(budget, 5_000)
    await clock.advance(4_999)
    expect(await permits.take(budget, 0)).toEqual({ granted: false, waitMs: 1 })
    await clock.advance(1)
    expect(await permits.take(budget, 0)).toMatchObject({ granted: true })
  })

  it('has its old window again after a while without refusals', async () => {
    const clock = testClock()
    const permits = memoryPermits(clock)
    await permits.close(budget, 1)
    await clock.advance(WIDENED_MS)
    await permits.take(budget, 0)
    await permits.take(budget, 0)
    expect(await permits.take(budget, 0)).toEqual({ granted: false, waitMs: budget.windowMs })
  })

  it('keeps its figures with a budget larger than its first ring', async () => {
    const clock = testClock()
    const permits = memoryPermits(clock)
    const large = { key: 'large', requests: 500, windowMs: 1_000 }
    for (let taken = 0; taken < 500; taken += 1) {
      expect(await permits.take(large, 0)).toMatchObject({ granted: true, remaining: 499 - taken })
      if (taken === 99) await clock.advance(400)
    }
    expect(await permits.take(large, 0)).toEqual({ granted: false, waitMs: 600 })
    await clock.advance(600)
    expect(await permits.status(large)).toMatchObject({ remaining: 100, resetsInMs: 400 })
  })
})
