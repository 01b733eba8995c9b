import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { memoryTokens } from '../../src/store/memory/tokens.ts'
import { testClock } from '../support/clock.ts'
import { TOKEN_STORES, type TokensUnderTest } from '../support/stores.ts'

describe.each(TOKEN_STORES)('tokens in %s', (_name, start) => {
  let store: TokensUnderTest
  beforeAll(async () => {
    store = await start()
  })
  afterAll(() => store.close())

  it('gives back what was written, and nothing where nothing was', async () => {
    const key = randomUUID()
    expect(await store.tokens.read(key)).toBeNull()
    expect(await store.tokens.write(key, { version: 1, sealed: 'v1.a.b' })).toBe(true)
    expect(await store.tokens.read(key)).toEqual({ version: 1, sealed: 'v1.a.b' })
    expect(await store.tokens.read(randomUUID())).toBeNull()
  })

  it('takes only the version that follows the stored one', async () => {
    const key = randomUUID()
    await store.tokens.write(key, { version: 1, sealed: 'first' })
    expect(await store.tokens.write(key, { version: 1, sealed: 'again' })).toBe(false)
    expect(await store.tokens.write(key, { version: 3, sealed: 'too far' })).toBe(false)
    expect(await store.tokens.write(key, { version: 2, sealed: 'second' })).toBe(true)
    expect(await store.tokens.write(key, { version: 1, sealed: 'rolled back' })).toBe(false)
    expect(await store.tokens.read(key)).toEqual({ version: 2, sealed: 'second' })
  })

  it('lets one of many writers of a version win', async () => {
    const key = randomUUID()
    const writes = await Promise.all(Array.from({ length: 20 }, (_, index) => store.tokens.write(key, { version: 1, sealed: `${index}` })))
    expect(writes.filter(Boolean)).toHaveLength(1)
    expect((await store.tokens.read(key))?.sealed).toBe(String(writes.indexOf(true)))
  })

  it('lets one owner refresh at a time', async () => {
    const key = randomUUID()
    const owners = Array.from({ length: 20 }, (_, index) => `owner-${index}`)
    const leases = await Promise.all(owners.map((owner) => store.tokens.lease(key, owner, 60_000)))
    expect(leases.filter(Boolean)).toHaveLength(1)
  })

  it('lets the same owner ask again, since its first answer may have been lost', async () => {
    const key = randomUUID()
    expect(await store.tokens.lease(key, 'me', 60_000)).toBe(true)
    expect(await store.tokens.lease(key, 'me', 60_000)).toBe(true)
    expect(await store.tokens.lease(key, 'you', 60_000)).toBe(false)
  })

  it('is released by its owner only', async () => {
    const key = randomUUID()
    await store.tokens.lease(key, 'me', 60_000)
    await store.tokens.release(key, 'you')
    expect(await store.tokens.lease(key, 'you', 60_000)).toBe(false)
    await store.tokens.release(key, 'me')
    expect(await store.tokens.lease(key, 'you', 60_000)).toBe(true)
  })
})

describe('tokens in memory, by the clock', () => {
  it('frees a lease when its time is over, not before', async () => {
    const clock = testClock()
    const tokens = memoryTokens(clock)
    await tokens.lease('login', 'dead', 15_000)
    await clock.advance(14_999)
    expect(await tokens.lease('login', 'heir', 15_000)).toBe(false)
    await clock.advance(1)
    expect(await tokens.lease('login', 'heir', 15_000)).toBe(true)
  })
})
