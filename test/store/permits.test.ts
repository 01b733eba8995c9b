import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Budget } from '../../src/kernel/permits.ts'
import { runs } from '../support/cases.ts'
import { PERMIT_STORES, type PermitsUnderTest } from '../support/stores.ts'

const LONG_MS = 600_000
const budget = (requests: number, windowMs = LONG_MS): Budget => ({ key: randomUUID(), requests, windowMs })

describe.each(PERMIT_STORES)('permits in %s', (name, start) => {
  let store: PermitsUnderTest
  beforeAll(async () => {
    store = await start()
  })
  afterAll(() => store.close())

  /** The moment a permit is for, or null where it was refused. */
  async function slotOf(from: Budget, maxWaitMs: number): Promise<number | null> {
    const permit = await store.permits.take(from, maxWaitMs)
    return permit.granted ? store.lastSlot(from.key) : null
  }

  async function slotsOf(from: Budget, howMany: number): Promise<number[]> {
    const slots = []
    for (let taken = 0; taken < howMany; taken += 1) slots.push((await slotOf(from, Number.MAX_SAFE_INTEGER))!)
    return slots
  }

  const fill = (from: Budget) => slotsOf(from, from.requests)

  it('never grants more than the budget in any window, whatever the order of takes, and grants first come first served', async () => {
    const take = fc.record({ maxWaitMs: fc.constantFrom(0, 10, 60, 1_000), passMs: fc.integer({ min: 0, max: 90 }) })
    const plan = fc.record({
      requests: fc.integer({ min: 1, max: 7 }),
      windowMs: fc.integer({ min: 5, max: 60 }),
      takes: fc.array(take, { maxLength: 60 }),
    })
    const numRuns = runs(name === 'memory' ? 300 : 8)
    await fc.assert(
      fc.asyncProperty(plan, async ({ requests, windowMs, takes }) => {
        const from = budget(requests, windowMs)
        const slots: number[] = []
        for (const { maxWaitMs, passMs } of takes) {
          const slot = await slotOf(from, maxWaitMs)
          if (slot !== null) slots.push(slot)
          if (passMs > 45) await store.pass(passMs)
        }
        for (let index = 1; index < slots.length; index += 1) expect(slots[index]).toBeGreaterThanOrEqual(slots[index - 1]!)
        for (let index = requests; index < slots.length; index += 1) {
          expect(slots[index]! - slots[index - requests]!).toBeGreaterThanOrEqual(windowMs)
        }
      }),
      { numRuns },
    )
  })

  it('grants at least nine tenths of the budget under saturation', async () => {
    const from = budget(7, 1_000)
    const slots = await slotsOf(from, 350)
    const windows = (slots.at(-1)! - slots[0]!) / from.windowMs + 1
    expect(350 / (windows * from.requests)).toBeGreaterThanOrEqual(0.9)
  })

  it('tells what is left after each permit', async () => {
    const from = budget(3)
    const left = []
    for (let taken = 0; taken < 3; taken += 1) left.push(await store.permits.take(from, 0))
    expect(left).toMatchObject([{ remaining: 2 }, { remaining: 1 }, { remaining: 0 }])
  })

  it('tells what is left at the moment a permit is for, when it has to be waited for', async () => {
    const from = budget(3)
    await store.permits.close(from, 60_000)
    await fill(from)
    expect(await store.permits.take(from, LONG_MS * 2)).toMatchObject({ granted: true, remaining: 2 })
  })

  it('refuses at once with the exact wait, and a refusal costs nothing', async () => {
    const from = budget(2)
    const [first] = await fill(from)
    const refusal = await store.permits.take(from, 0)
    expect(refusal).toMatchObject({ granted: false })
    expect(refusal.waitMs).toBeLessThanOrEqual(LONG_MS)
    expect(refusal.waitMs).toBeGreaterThan(LONG_MS - 60_000)
    expect(await store.permits.take(from, refusal.waitMs - 60_000)).toMatchObject({ granted: false })
    expect(await slotOf(from, refusal.waitMs)).toBe(first! + LONG_MS)
  })

  it('refuses a caller whose time is over', async () => {
    const from = budget(2)
    await fill(from)
    expect(await store.permits.take(from, -1)).toMatchObject({ granted: false })
  })

  it('keeps budgets apart', async () => {
    await fill(budget(1))
    expect(await store.permits.take(budget(1), 0)).toMatchObject({ granted: true })
  })

  describe('lower()', () => {
    it('takes away what others used', async () => {
      const from = budget(5)
      await store.permits.lower(from, 1)
      expect(await store.permits.status(from)).toMatchObject({ remaining: 1 })
      expect(await store.permits.take(from, 0)).toMatchObject({ granted: true })
      expect(await store.permits.take(from, 0)).toMatchObject({ granted: false })
    })

    it('never raises the budget', async () => {
      const from = budget(5)
      await slotsOf(from, 3)
      await store.permits.lower(from, 4)
      expect(await store.permits.status(from)).toMatchObject({ remaining: 2 })
    })

    it('to nothing leaves nothing until a window has passed', async () => {
      const from = budget(5)
      await store.permits.lower(from, 0)
      const permit = await store.permits.take(from, 0)
      expect(permit.granted).toBe(false)
      expect(permit.waitMs).toBeGreaterThan(LONG_MS - 60_000)
    })
  })

  describe('close()', () => {
    it('lets nothing through before the wait that the vendor asked for', async () => {
      const from = budget(5)
      expect(await store.permits.close(from, 120_000)).toBe(120_000)
      const refusal = await store.permits.take(from, 0)
      expect(refusal.granted).toBe(false)
      expect(refusal.waitMs).toBeGreaterThan(60_000)
      expect(refusal.waitMs).toBeLessThanOrEqual(120_000)
      expect(await store.permits.take(from, 120_000)).toMatchObject({ granted: true })
    })

    it('is not shortened by a shorter wait', async () => {
      const from = budget(5)
      await store.permits.close(from, 300_000)
      expect(await store.permits.close(from, 1_000)).toBeGreaterThan(200_000)
    })

    it('lasts a window where the vendor named no wait, and a wider one where it was refused lately', async () => {
      const five = budget(5)
      expect(await store.permits.close(five, undefined)).toBe(LONG_MS)
      expect(await store.permits.close(five, undefined)).toBeGreaterThan(LONG_MS * 1.2)
    })

    it('widens the window by a quarter', async () => {
      const from = budget(4)
      await store.permits.close(from, 1)
      const slots = await slotsOf(from, 5)
      expect(slots[4]! - slots[0]!).toBe(LONG_MS * 1.25)
    })

    it('closes one budget only', async () => {
      await store.permits.close(budget(1), 60_000)
      expect(await store.permits.take(budget(1), 0)).toMatchObject({ granted: true })
    })
  })

  describe('status()', () => {
    it('is whole before the first call', async () => {
      expect(await store.permits.status(budget(5))).toMatchObject({ remaining: 5, resetsInMs: 0 })
    })

    it('counts what is used and tells when all is back', async () => {
      const from = budget(5)
      await slotsOf(from, 2)
      const { remaining, resetsInMs } = await store.permits.status(from)
      expect(remaining).toBe(3)
      expect(resetsInMs).toBeLessThanOrEqual(LONG_MS)
      expect(resetsInMs).toBeGreaterThan(LONG_MS - 60_000)
    })

    it('has nothing left while callers wait for their permits', async () => {
      const from = budget(3)
      await slotsOf(from, 4)
      const { remaining, resetsInMs } = await store.permits.status(from)
      expect(remaining).toBe(0)
      expect(resetsInMs).toBeGreaterThan(LONG_MS)
    })

    it('has nothing left while the gate is closed', async () => {
      const from = budget(5)
      await store.permits.close(from, 120_000)
      expect(await store.permits.status(from)).toMatchObject({ remaining: 0 })
    })
  })
})
