import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LEASE_MS } from '../../src/kernel/idempotency.ts'
import { IDEMPOTENCY_STORES, type IdempotencyUnderTest } from '../support/stores.ts'

const MARGIN_MS = 1_000
const DAY_MS = 86_400_000

describe.each(IDEMPOTENCY_STORES)('keyed writes in %s', (_name, start) => {
  let store: IdempotencyUnderTest
  beforeAll(async () => {
    store = await start()
  })
  afterAll(() => store.close())

  const claim = (name: string, owner: string, options: { fingerprint?: string; sendsAgain?: boolean } = {}) =>
    store.idempotency.claim(name, { owner, fingerprint: 'body', sendsAgain: false, ...options })

  /** A name whose write was sent by somebody who then died. */
  async function sentByTheDead(): Promise<string> {
    const name = randomUUID()
    await claim(name, 'dead')
    await store.idempotency.markSent(name, 'dead')
    await store.pass(LEASE_MS + 1)
    return name
  }

  it('are claimed by one of many', async () => {
    const name = randomUUID()
    const found = await Promise.all(Array.from({ length: 50 }, (_, index) => claim(name, `owner-${index}`)))
    expect(found.filter(({ state }) => state === 'free')).toHaveLength(1)
    expect(found.filter(({ state }) => state === 'busy')).toHaveLength(49)
  })

  it('tell the fingerprint of whoever was first', async () => {
    const name = randomUUID()
    await claim(name, 'me', { fingerprint: 'mine' })
    expect(await claim(name, 'you', { fingerprint: 'yours' })).toEqual({ state: 'busy', fingerprint: 'mine' })
  })

  it('that were not sent are free again when their owner died, and not before', async () => {
    const name = randomUUID()
    await claim(name, 'dead')
    await store.pass(LEASE_MS - MARGIN_MS)
    expect(await claim(name, 'heir')).toMatchObject({ state: 'busy' })
    await store.pass(MARGIN_MS)
    expect(await claim(name, 'heir', { fingerprint: 'other' })).toEqual({ state: 'free' })
  })

  it('that were sent are unknown when their owner died, and not before', async () => {
    const name = randomUUID()
    await claim(name, 'dead')
    expect(await store.idempotency.markSent(name, 'dead')).toBe(true)
    await store.pass(LEASE_MS - MARGIN_MS)
    expect(await claim(name, 'heir')).toMatchObject({ state: 'busy' })
    await store.pass(MARGIN_MS)
    expect(await claim(name, 'heir')).toEqual({ state: 'unknown', fingerprint: 'body' })
  })

  it.each([false, true])('stay their owner’s as long as it renews them, sent: %s', async (isSent) => {
    const name = randomUUID()
    await claim(name, 'slow')
    if (isSent) await store.idempotency.markSent(name, 'slow')
    for (let passed = 0; passed < 5; passed += 1) {
      await store.pass(LEASE_MS - MARGIN_MS)
      expect(await store.idempotency.renew(name, 'slow')).toBe(true)
    }
    expect(await claim(name, 'you')).toMatchObject({ state: 'busy' })
  })

  it('may not be sent by whoever lost them', async () => {
    const name = randomUUID()
    await claim(name, 'slow')
    await store.pass(LEASE_MS + 1)
    await claim(name, 'heir')
    expect(await store.idempotency.renew(name, 'slow')).toBe(false)
    expect(await store.idempotency.markSent(name, 'slow')).toBe(false)
    await store.idempotency.settle(name, 'slow', 'late')
    await store.idempotency.release(name, 'slow')
    expect(await claim(name, 'you')).toMatchObject({ state: 'busy' })
    expect(await store.idempotency.markSent(name, 'heir')).toBe(true)
  })

  it('give back their answer for a day', async () => {
    const name = randomUUID()
    await claim(name, 'me')
    await store.idempotency.markSent(name, 'me')
    await store.idempotency.settle(name, 'me', 'v1.sealed')
    const done = { state: 'done', fingerprint: 'body', answer: 'v1.sealed' }
    expect(await claim(name, 'you')).toEqual(done)
    await store.pass(DAY_MS - MARGIN_MS)
    expect(await claim(name, 'you', { fingerprint: 'other' })).toEqual(done)
    await store.pass(MARGIN_MS)
    expect(await claim(name, 'you')).toEqual({ state: 'free' })
  })

  it('are unknown for two days', async () => {
    const name = randomUUID()
    await claim(name, 'me')
    await store.idempotency.markSent(name, 'me')
    await store.idempotency.settle(name, 'me', null)
    await store.pass(2 * DAY_MS - MARGIN_MS)
    expect(await claim(name, 'you')).toEqual({ state: 'unknown', fingerprint: 'body' })
    await store.pass(MARGIN_MS)
    expect(await claim(name, 'you')).toEqual({ state: 'free' })
  })

  it('that nobody settled are done after all when their owner lives', async () => {
    const name = await sentByTheDead()
    await store.idempotency.settle(name, 'dead', 'late but true')
    expect(await claim(name, 'you')).toMatchObject({ state: 'done', answer: 'late but true' })
  })

  it('may be taken over to be sent again, by one, with the same body', async () => {
    const name = await sentByTheDead()
    expect(await claim(name, 'you', { fingerprint: 'other', sendsAgain: true })).toEqual({ state: 'unknown', fingerprint: 'body' })
    const found = await Promise.all(['one', 'two', 'three'].map((owner) => claim(name, owner, { sendsAgain: true })))
    expect(found.map(({ state }) => state).sort()).toEqual(['again', 'busy', 'busy'])
    await store.pass(LEASE_MS + 1)
    expect(await claim(name, 'you')).toMatchObject({ state: 'unknown' })
  })

  it('are gone when their owner releases them', async () => {
    const name = randomUUID()
    await claim(name, 'me')
    await store.idempotency.markSent(name, 'me')
    expect(await store.idempotency.has(name)).toBe(true)
    await store.idempotency.release(name, 'you')
    expect(await store.idempotency.has(name)).toBe(true)
    await store.idempotency.release(name, 'me')
    expect(await store.idempotency.has(name)).toBe(false)
    expect(await claim(name, 'you')).toEqual({ state: 'free' })
  })
})
