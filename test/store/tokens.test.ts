import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { STANDS_WELL, type Standing } from '../../src/kernel/tokens/store.ts'
import { memoryTokens } from '../../src/store/memory/tokens.ts'
import { testClock } from '../support/clock.ts'
import { TOKEN_STORES, type TokensUnderTest } from '../support/stores.ts'

const BEGUN: Standing = { state: 'refreshing', attempt: { spends: 'digest', startedAt: 1, isLast: false }, notBefore: 5 }

describe.each(TOKEN_STORES)('tokens in %s', (_name, start) => {
  let store: TokensUnderTest
  beforeAll(async () => {
    store = await start()
  })
  afterAll(() => store.close())

  it('gives back what was written, and nothing where nothing was', async () => {
    const key = randomUUID()
    expect(await store.tokens.read(key)).toMatchObject({ record: null, standing: STANDS_WELL })
    expect(await store.tokens.write(key, { version: 1, sealed: 'v1.a.b' }, 0)).toBe(true)
    expect(await store.tokens.read(key)).toMatchObject({ record: { version: 1, sealed: 'v1.a.b' }, standing: STANDS_WELL })
    expect((await store.tokens.read(randomUUID())).record).toBeNull()
  })

  it('takes a version in place of the one that it was made after, and of no other', async () => {
    const key = randomUUID()
    await store.tokens.write(key, { version: 1, sealed: 'first' }, 0)
    expect(await store.tokens.write(key, { version: 1, sealed: 'again' }, 0)).toBe(false)
    expect(await store.tokens.write(key, { version: 3, sealed: 'too far' }, 2)).toBe(false)
    expect(await store.tokens.write(key, { version: 2, sealed: 'second' }, 1)).toBe(true)
    expect(await store.tokens.write(key, { version: 1, sealed: 'rolled back' }, 0)).toBe(false)
    expect((await store.tokens.read(key)).record).toEqual({ version: 2, sealed: 'second' })
  })

  it('takes back a version that it lost', async () => {
    const key = randomUUID()
    expect(await store.tokens.write(key, { version: 7, sealed: 'seventh' }, 0)).toBe(true)
    expect((await store.tokens.read(key)).record?.version).toBe(7)
  })

  it('lets one of many writers of a version win', async () => {
    const key = randomUUID()
    const writes = await Promise.all(
      Array.from({ length: 20 }, (_, index) => store.tokens.write(key, { version: 1, sealed: `${index}` }, 0)),
    )
    expect(writes.filter(Boolean)).toHaveLength(1)
    expect((await store.tokens.read(key)).record?.sealed).toBe(String(writes.indexOf(true)))
  })

  it('is told how a credential stands by who has the lease, about the version that is there', async () => {
    const key = randomUUID()
    await store.tokens.write(key, { version: 1, sealed: 'first' }, 0)
    expect(await store.tokens.note(key, 1, BEGUN, 'me')).toBe(false)
    await store.tokens.lease(key, 'me', 60_000)
    expect(await store.tokens.note(key, 1, BEGUN, 'you')).toBe(false)
    expect(await store.tokens.note(key, 2, BEGUN, 'me')).toBe(false)
    expect((await store.tokens.read(key)).standing).toEqual(STANDS_WELL)
    expect(await store.tokens.note(key, 1, BEGUN, 'me')).toBe(true)
    expect(await store.tokens.read(key)).toMatchObject({ record: { version: 1 }, standing: BEGUN })
  })

  it('is told so before there is any token, and forgets it with a new one, whoever writes that', async () => {
    const key = randomUUID()
    await store.tokens.lease(key, 'me', 60_000)
    expect(await store.tokens.note(key, 0, BEGUN, 'me')).toBe(true)
    expect(await store.tokens.read(key)).toMatchObject({ record: null, standing: BEGUN })
    expect(await store.tokens.write(key, { version: 1, sealed: 'first' }, 0)).toBe(true)
    expect((await store.tokens.read(key)).standing).toEqual(STANDS_WELL)
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
