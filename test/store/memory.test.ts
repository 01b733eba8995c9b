import { describe, expect, it } from 'vitest'
import { DONE_MS, LEASE_MS } from '../../src/kernel/idempotency.ts'
import { WIDENED_MS } from '../../src/kernel/permits.ts'
import { memoryIdempotency } from '../../src/store/memory/idempotency.ts'
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

  it('says for a while that the vendor refused lately', async () => {
    const clock = testClock()
    const permits = memoryPermits(clock)
    expect(await permits.status(budget)).toMatchObject({ isWidened: false })
    await permits.close(budget, 1)
    await clock.advance(WIDENED_MS - 1)
    expect(await permits.status(budget)).toMatchObject({ isWidened: true })
    await clock.advance(1)
    expect(await permits.status(budget)).toMatchObject({ isWidened: false })
  })

  it("puts what others used behind the permits that wait, where the vendor's figure is lower", async () => {
    const permits = memoryPermits(testClock())
    const three = { key: 'three', requests: 3, windowMs: 1_000 }
    for (let taken = 0; taken < 3; taken += 1) await permits.take(three, 0)
    expect(await permits.take(three, 1_000)).toMatchObject({ granted: true, waitMs: 1_000, remaining: 2 })
    await permits.lower(three, 0)
    expect(await permits.take(three, 1_999)).toEqual({ granted: false, waitMs: 2_000 })
  })

  it('counts permits that were given elsewhere, and how many were for later than a moment', async () => {
    const clock = testClock()
    const permits = memoryPermits(clock)
    const three = { key: 'three', requests: 3, windowMs: 1_000 }
    permits.note(three, 100)
    permits.note(three, 200)
    expect([0, 99, 100, 200].map((since) => permits.countSince(three, since))).toEqual([2, 2, 1, 0])
    expect(await permits.take(three, 0)).toMatchObject({ granted: false, waitMs: 200 })
    await clock.advance(200)
    expect(await permits.take(three, 0)).toMatchObject({ granted: true, remaining: 0 })
    expect(await permits.take(three, 0)).toEqual({ granted: false, waitMs: 900 })
  })

  it('forgets the oldest where others gave more than the budget, and puts none before one that is there', async () => {
    const permits = memoryPermits(testClock())
    for (const at of [100, 300, 200]) permits.note(budget, at)
    expect([100, 299, 300].map((since) => permits.countSince(budget, since))).toEqual([2, 2, 0])
  })

  it('forgets no more than one for one that is noted, also where several were for the same moment', () => {
    const permits = memoryPermits(testClock())
    for (const at of [100, 100, 200]) permits.note(budget, at)
    expect(permits.countSince(budget, 0)).toBe(2)
  })

  it('counts as many as the larger budget has, where permits are noted with two of one key', async () => {
    const clock = testClock()
    const permits = memoryPermits(clock)
    const all = { key: 'login', requests: 60, windowMs: 73_200 }
    const patient = { ...all, requests: 57 }
    for (let noted = 1; noted <= 400; noted += 1) {
      await clock.advance(1_017)
      permits.note(noted % 7 === 0 && noted > 60 ? patient : all, clock.now())
      expect(permits.countSince(all, clock.now() - 60.5 * 1_017)).toBe(Math.min(60, noted))
    }
  })
})

describe('keyed writes in memory', () => {
  it('are forgotten when their time is over, those with an answer after those without', async () => {
    const clock = testClock()
    const records = new Map()
    const store = memoryIdempotency(clock, records)
    const claim = (name: string) => store.claim(name, { owner: 'me', fingerprint: 'body', sendsAgain: false })
    await claim('done')
    await claim('dead')
    await store.settle('done', 'me', 'answer')
    await clock.advance(LEASE_MS)
    await claim('next')
    expect([...records.keys()]).toEqual(['done', 'next'])
    await store.release('next', 'me')
    await clock.advance(DONE_MS)
    await claim('last')
    expect([...records.keys()]).toEqual(['last'])
  })
})
