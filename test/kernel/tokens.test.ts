import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { sealFor } from '../../src/kernel/seal.ts'
import { memoryTokens } from '../../src/store/memory/tokens.ts'
import { answered, fakeConnection, fakeVendor } from '../support/fake.ts'
import { failed, kindOf, LIFE_MS, type TokenBench, tokenBench } from '../support/tokens.ts'

const vendor = fakeVendor()
const connection = fakeConnection({ vendor })

let bench: TokenBench
beforeEach(() => {
  bench = tokenBench()
})

describe('a token', () => {
  it('is fetched once for any number of callers', async () => {
    const letGo = bench.hold()
    const tokens = bench.tokens()
    const callers = Array.from({ length: 500 }, () => tokens.get(connection))
    letGo()
    expect(new Set((await Promise.all(callers)).map(({ accessToken }) => accessToken))).toEqual(new Set(['token-1']))
    expect(bench.calls).toHaveLength(1)
    await tokens.get(connection)
    expect(bench.calls).toHaveLength(1)
  })

  it.each([
    ['credentials, which can be sent again', false, 8_000],
    ['a refresh token, which cannot', true, 30_000],
  ])('is asked for with %s, with what the vendor wants, past every cache and in its time', async (_what, rotates, withinMs) => {
    const auth = {
      ...vendor.auth,
      rotates: () => rotates,
      tokenRequest: () => ({ method: 'POST', path: '/token', headers: { 'x-app': 'fachada' }, body: {} }) as const,
    }
    await bench.clock.advance(500)
    await bench.tokens().get(fakeConnection({ vendor: fakeVendor({ auth }) }))
    expect(bench.calls).toMatchObject([
      { operation: 'token', headers: { 'x-app': 'fachada' }, deadline: 500 + withinMs, idempotent: !rotates, isFresh: true },
    ])
  })

  it('is shared by connections with the same login, and by no others', async () => {
    const tokens = bench.tokens()
    await tokens.get(connection)
    expect((await tokens.get(fakeConnection({ vendor, id: 'norte' }))).accessToken).toBe('token-1')
    expect((await tokens.get(fakeConnection({ vendor, login: 'other' }))).accessToken).toBe('token-2')
  })

  it('is written before anybody uses it, and sealed', async () => {
    const steps: string[] = []
    const store = memoryTokens(bench.clock, bench.credentials, async () => {
      steps.push('written')
    })
    bench.respond(async () => {
      steps.push('fetched')
      return bench.grant()
    })
    await bench.tokens({ store }).get(connection)
    steps.push('used')
    expect(steps).toEqual(['fetched', 'written', 'used'])
    expect(JSON.stringify([...bench.credentials])).not.toMatch(/token-1|refresh-1/)
  })

  it('is fetched by one of two processes on one store, and used by both (row 12)', async () => {
    const letGo = bench.hold()
    const both = Promise.all([bench.tokens().get(connection), bench.tokens().get(connection)])
    await bench.clock.advance(200)
    letGo()
    await bench.clock.advance(200)
    expect((await both).map(({ accessToken }) => accessToken)).toEqual(['token-1', 'token-1'])
    expect(bench.calls).toHaveLength(1)
  })

  it('outlives the process in its store', async () => {
    await bench.tokens().get(connection)
    expect((await bench.tokens().get(connection)).accessToken).toBe('token-1')
    expect(bench.calls).toHaveLength(1)
  })

  it('that cannot be opened with the present keys is replaced', async () => {
    await bench.tokens().get(connection)
    const other = bench.tokens({ seal: sealFor({ keys: [{ id: 'k2', secret: randomBytes(32) }] }, 'token') })
    expect((await other.get(connection)).accessToken).toBe('token-2')
    expect(bench.credentials.get('login')?.record?.version).toBe(2)
    expect(bench.trouble).toContainEqual({ reason: 'missing_key', login: 'login' })
  })

  it('that was swapped or rolled back in the store is not used', async () => {
    await bench.tokens().get(connection)
    const { record, standing } = bench.credentials.get('login')!
    bench.credentials.set('login', { record: { ...record!, version: 2 }, standing })
    await expect(bench.tokens().get(connection)).rejects.toMatchObject({
      kind: 'vendor_unavailable',
      retryable: false,
      message: expect.stringContaining('cannot be opened'),
    })
    bench.credentials.set('other', { record, standing })
    expect(await kindOf(bench.tokens().get(fakeConnection({ vendor, login: 'other' })))).toBe('vendor_unavailable')
    expect(bench.trouble).toEqual([
      { reason: 'tampered', login: 'login' },
      { reason: 'tampered', login: 'other' },
    ])
    expect(bench.calls).toHaveLength(1)
  })

  it('that is fixed needs no login, and is never renewed', async () => {
    const fixed = fakeConnection({ vendor: fakeVendor({ auth: { ...vendor.auth, fixedToken: () => 'for-ever' } }) })
    const tokens = bench.tokens()
    const token = await tokens.get(fixed)
    expect(token.accessToken).toBe('for-ever')
    await expect(tokens.renewed(fixed, token)).rejects.toMatchObject({ kind: 'connection_unauthorized', origin: 'vendor' })
    expect(bench.calls).toHaveLength(0)
    const unasked = fakeVendor({ auth: { ...vendor.auth, fixedToken: () => 'for-ever', tokenRequest: () => null } })
    expect(await tokens.state(fakeConnection({ vendor: unasked }))).toBe('ok')
  })
})

describe('renewing ahead', () => {
  it('goes on in the background while the old token serves', async () => {
    const tokens = bench.tokens()
    await tokens.get(connection)
    await bench.clock.advance(LIFE_MS * 0.7)
    const letGo = bench.hold()
    expect((await tokens.get(connection)).accessToken).toBe('token-1')
    expect((await tokens.get(connection)).accessToken).toBe('token-1')
    await bench.clock.advance(1)
    letGo()
    await bench.clock.advance(1)
    expect((await tokens.get(connection)).accessToken).toBe('token-2')
    expect(bench.calls).toHaveLength(2)
  })

  it('begins up to a tenth of its life later, so that processes do not come together', async () => {
    const tokens = bench.tokens({ random: () => 0.5 })
    await tokens.get(connection)
    await bench.clock.advance(LIFE_MS * 0.75 - 1)
    await tokens.get(connection)
    await bench.clock.advance(0)
    expect(bench.calls).toHaveLength(1)
    await bench.clock.advance(1)
    await tokens.get(connection)
    await bench.clock.advance(0)
    expect(bench.calls).toHaveLength(2)
  })

  it('does not begin early', async () => {
    const tokens = bench.tokens()
    await tokens.get(connection)
    await bench.clock.advance(LIFE_MS * 0.7 - 1)
    await tokens.get(connection)
    await bench.clock.advance(1)
    expect(bench.calls).toHaveLength(1)
  })

  it('that fails is told and not tried with every call, and the old token serves to its end', async () => {
    const tokens = bench.tokens()
    await tokens.get(connection)
    await bench.clock.advance(LIFE_MS * 0.7)
    bench.respond(failed)
    for (let call = 0; call < 20; call += 1) {
      expect((await tokens.get(connection)).accessToken).toBe('token-1')
      await bench.clock.advance(100)
    }
    expect(bench.calls).toHaveLength(2)
    expect(bench.trouble.map(({ error }) => error?.kind)).toEqual(['vendor_error'])
    await bench.clock.advance(30_000)
    bench.respond(bench.grant)
    await tokens.get(connection)
    await bench.clock.advance(1)
    expect((await tokens.get(connection)).accessToken).toBe('token-2')
  })

  it('makes callers wait only at the very end of a token', async () => {
    const tokens = bench.tokens()
    await tokens.get(connection)
    await bench.clock.advance(LIFE_MS - 10_000)
    expect((await tokens.get(connection)).accessToken).toBe('token-2')
  })

  it('is a share of the life, also where that is short', async () => {
    bench.respond(async () => answered(200, { accessToken: 'short', expiresInSeconds: 10 }))
    const tokens = bench.tokens()
    for (let second = 0; second < 60; second += 1) {
      await tokens.get(connection)
      await bench.clock.advance(1_000)
    }
    expect(bench.calls.length).toBeGreaterThanOrEqual(6)
    expect(bench.calls.length).toBeLessThanOrEqual(10)
  })
})
