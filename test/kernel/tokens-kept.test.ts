import { beforeEach, describe, expect, it } from 'vitest'
import { GatewayError } from '../../src/kernel/errors.ts'
import type { Journal, TokenRecord, TokenStore } from '../../src/kernel/tokens/store.ts'
import { memoryTokens } from '../../src/store/memory/tokens.ts'
import { fakeConnection, fakeVendor } from '../support/fake.ts'
import { rotating as connection, kindOf, LIFE_MS, type TokenBench, tokenBench } from '../support/tokens.ts'

// What a vendor gave is not lost: in this process, in its journal, or in the store, and whichever has less is given more.

const grant = (accessToken: string) => ({ accessToken, expiresInSeconds: LIFE_MS / 1_000, refreshToken: `${accessToken}-refresh` })

const down = () => Promise.reject(new GatewayError('vendor_unavailable'))

const vendor = fakeVendor()

let bench: TokenBench
let steps: string[]
let journaled: Map<string, TokenRecord>
let journal: Journal
beforeEach(() => {
  bench = tokenBench()
  steps = []
  journaled = new Map()
  journal = {
    logins: () => journaled.keys(),
    newest: (login) => journaled.get(login),
    async append(login, record) {
      steps.push('journaled')
      journaled.set(login, record)
    },
  }
})

const sent = () => bench.calls.map(({ request }) => (request.body as { refreshToken: string | null }).refreshToken)
const storedVersion = () => bench.credentials.get('login')?.record?.version

describe('the journal', () => {
  it('has a pair before the store is asked, and before anybody uses it', async () => {
    const store = memoryTokens(bench.clock, bench.credentials, async (_login, { record }) => {
      if (record) steps.push('stored')
    })
    await bench.tokens({ store, journal }).get(connection)
    expect(steps).toEqual(['journaled', 'stored'])
    expect(JSON.stringify([...journaled])).not.toMatch(/token-1|refresh-1/)
  })

  it('is not needed for what can be had again by logging in', async () => {
    await bench.tokens({ journal }).get(fakeConnection({ vendor }))
    expect(steps).toEqual([])
  })

  it('that takes nothing more is told of, and the token serves (row 41)', async () => {
    const full = { ...journal, append: () => Promise.reject(new Error('ENOSPC')) }
    expect((await bench.tokens({ journal: full }).get(connection)).accessToken).toBe('token-1')
    expect(bench.trouble).toEqual([{ reason: 'not_journaled', login: 'login' }])
    expect(storedVersion()).toBe(1)
  })

  it('gives the store at the next start what it never had (row 10)', async () => {
    const mute: TokenStore = { ...bench.store, write: down }
    const first = bench.tokens({ store: mute, journal })
    await first.get(connection)
    expect(storedVersion()).toBeUndefined()
    await bench.tokens({ journal }).replay()
    expect(storedVersion()).toBe(1)
    expect((await bench.tokens().get(connection)).accessToken).toBe('token-1')
    expect(bench.calls).toHaveLength(1)
  })

  it('is asked before a refresh token is spent, also by a process that nobody told to replay', async () => {
    const mute: TokenStore = { ...bench.store, write: down }
    await bench.tokens({ store: mute, journal }).get(connection)
    expect((await bench.tokens({ journal }).get(connection)).accessToken).toBe('token-1')
    expect(sent()).toEqual([null])
  })

  it('never takes the place of something newer', async () => {
    await bench.tokens({ journal }).get(connection)
    const newer = bench.tokens()
    await newer.renewed(connection, await newer.get(connection))
    await bench.tokens({ journal }).replay()
    expect(storedVersion()).toBe(2)
    expect((await bench.tokens({ journal }).get(connection)).accessToken).toBe('token-2')
  })
})

describe('a store that lost what it had', () => {
  it('is given it back by whoever has it, and no spent token comes back', async () => {
    const tokens = bench.tokens()
    const first = await tokens.get(connection)
    const second = await tokens.renewed(connection, first)
    bench.credentials.clear()
    await tokens.replay()
    expect(storedVersion()).toBe(2)
    expect(bench.trouble).toEqual([{ reason: 'rolled_back', login: 'login' }])
    await bench.tokens().renewed(connection, second)
    expect(sent()).toEqual([null, 'refresh-1', 'refresh-2'])
  })

  it('by a failover is given it back before the next refresh', async () => {
    const tokens = bench.tokens()
    const first = await tokens.get(connection)
    const before = bench.credentials.get('login')!
    const second = await tokens.renewed(connection, first)
    bench.credentials.set('login', before)
    expect((await tokens.renewed(connection, second)).version).toBe(3)
    expect(sent()).toEqual([null, 'refresh-1', 'refresh-2'])
  })
})

describe('a stored record that does not open', () => {
  beforeEach(async () => {
    await bench.tokens().get(connection)
  })
  const change = (changes: Partial<TokenRecord>) => {
    const { record, standing } = bench.credentials.get('login')!
    bench.credentials.set('login', { standing, record: { ...record!, ...changes } })
  }

  it.each([
    ['corrupted', (sealed: string) => `${sealed.slice(0, -6)}AAAAAA`],
    ['cut off', (sealed: string) => sealed.slice(0, 30)],
    ['empty', () => ''],
    ['under another key of the ring', (sealed: string) => sealed.replace('v1.process', 'v1.other')],
  ])('since it is %s is told, and nothing is sent', async (_name, changed) => {
    change({ sealed: changed(bench.credentials.get('login')!.record!.sealed) })
    expect(await kindOf(bench.tokens().get(connection))).toBe('vendor_unavailable')
    expect(bench.trouble[0]?.reason).toMatch(/^(tampered|missing_key)$/)
    expect(bench.calls).toHaveLength(1)
  })

  it('does not end the token that a process has at hand, and is replaced by its next', async () => {
    const tokens = bench.tokens()
    const token = await tokens.get(connection)
    change({ sealed: 'v1.process.AAAA' })
    expect((await tokens.get(connection)).accessToken).toBe('token-1')
    await tokens.renewed(connection, token)
    expect((await bench.tokens().get(connection)).accessToken).toBe('token-2')
  })

  it('is replaced when a person authorises again', async () => {
    change({ sealed: 'v1.gone.AAAA' })
    await bench.tokens().adopt(connection, grant('from-code'))
    expect((await bench.tokens().get(connection)).accessToken).toBe('from-code')
  })
})

describe('what a person authorised', () => {
  it('is not lost to a refresh that was on its way', async () => {
    const tokens = bench.tokens()
    const token = await tokens.get(connection)
    const letGo = bench.hold()
    const renewing = tokens.renewed(connection, token)
    await bench.clock.advance(1)
    await bench.tokens().adopt(connection, grant('from-code'))
    letGo()
    expect((await renewing).accessToken).toBe('from-code')
    expect((await bench.tokens().get(connection)).accessToken).toBe('from-code')
  })

  it('is kept where the store is away, and stored when it is back', async () => {
    let isDown = true
    const away: TokenStore = {
      ...bench.store,
      read: (login) => (isDown ? down() : bench.store.read(login)),
      write: (...record) => (isDown ? down() : bench.store.write(...record)),
    }
    const tokens = bench.tokens({ store: away })
    await tokens.adopt(connection, grant('from-code'))
    expect((await tokens.get(connection)).accessToken).toBe('from-code')
    isDown = false
    await bench.clock.advance(1_000)
    expect((await bench.tokens().get(connection)).accessToken).toBe('from-code')
  })
})

describe('the clock of a machine (row 38)', () => {
  it.each([
    ['ten minutes behind', -600_000],
    ['ten minutes ahead', 600_000],
  ])('%s ends no token early or late', async (_name, skewMs) => {
    await bench.tokens().get(connection)
    // The store's clock is the other machine's.
    const clock = { ...bench.clock, wall: () => bench.clock.wall() + skewMs }
    const skewed = bench.tokens({ clock })
    await bench.clock.advance(LIFE_MS * 0.7 - 1)
    expect((await skewed.get(connection)).accessToken).toBe('token-1')
    await bench.clock.advance(LIFE_MS * 0.3)
    expect((await skewed.get(connection)).version).toBe(2)
    expect(bench.calls).toHaveLength(2)
  })

  it('that is put back an hour changes nothing', async () => {
    let backMs = 0
    const clock = { ...bench.clock, wall: () => bench.clock.wall() - backMs }
    const store = memoryTokens(clock)
    const tokens = bench.tokens({ clock, store })
    await tokens.get(connection)
    backMs = 3_600_000
    await bench.clock.advance(LIFE_MS)
    expect((await tokens.get(connection)).accessToken).toBe('token-2')
    expect((await bench.tokens({ clock, store }).get(connection)).accessToken).toBe('token-2')
  })
})

describe('a store in which another process is always faster', () => {
  /** A process before each of whose writes another one renews the token. */
  function outrun() {
    const rival = bench.tokens()
    let writes = 0
    const store: TokenStore = {
      ...bench.store,
      async write(...record) {
        writes += 1
        await rival.renewed(connection, await rival.get(connection))
        return bench.store.write(...record)
      },
    }
    return { tokens: bench.tokens({ store }), writes: () => writes }
  }

  it('is given what a person authorised five times, and then the person is told that it is not stored', async () => {
    const { tokens, writes } = outrun()
    await expect(tokens.adopt(connection, grant('from-code'))).rejects.toMatchObject({
      kind: 'vendor_unavailable',
      message: expect.stringContaining('could not be stored'),
    })
    expect(writes()).toBe(5)
  })

  it('is told five times to remove a token, and then whoever removes it is told', async () => {
    await bench.tokens().get(connection)
    const { tokens, writes } = outrun()
    expect(await kindOf(tokens.forget(connection))).toBe('vendor_unavailable')
    expect(writes()).toBe(5)
  })
})

describe('a token that is removed', () => {
  it('is nowhere any more, and an older one that another process or its journal has does not come back', async () => {
    const other = bench.tokens()
    const remover = bench.tokens({ journal })
    const before = await remover.get(connection)
    expect((await other.get(connection)).accessToken).toBe(before.accessToken)
    await remover.forget(connection)
    bench.respond(() => Promise.reject(new GatewayError('vendor_unavailable')))
    for (const process of [remover, other, bench.tokens({ journal })]) {
      await process.replay()
      expect(await kindOf(process.get(connection))).toBe('vendor_unavailable')
    }
    expect(journaled.get('login')?.version).toBe(storedVersion())
  })

  it('that was refreshed meanwhile is removed too, and whoever waits is told', async () => {
    const [one, other] = [bench.tokens(), bench.tokens()]
    await one.get(connection)
    const letGo = bench.hold()
    const refreshing = kindOf(one.renewed(connection, { accessToken: 'token-1', version: 1 }))
    await bench.clock.advance(0)
    await other.forget(connection)
    letGo()
    expect(await refreshing).toBe('vendor_unavailable')
    expect(storedVersion()).toBe(2)
  })

  it('is followed by a newer version where a person lets the gateway in again', async () => {
    const tokens = bench.tokens({ journal })
    await tokens.get(connection)
    await tokens.forget(connection)
    await tokens.forget(connection)
    expect((await tokens.adopt(connection, grant('consented'))).version).toBe(3)
    expect((await bench.tokens({ journal }).get(connection)).accessToken).toBe('consented')
  })

  it('stays, and the one who removes it is told, while the store is away', async () => {
    const tokens = bench.tokens({ store: { ...bench.store, read: down } })
    expect(await kindOf(tokens.forget(connection))).toBe('vendor_unavailable')
  })
})
