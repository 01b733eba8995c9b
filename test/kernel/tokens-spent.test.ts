import { beforeEach, describe, expect, it } from 'vitest'
import type { Answer } from '../../src/kernel/call.ts'
import { GatewayError } from '../../src/kernel/errors.ts'
import { digestOf } from '../../src/kernel/tokens/spend.ts'
import type { TokenStore } from '../../src/kernel/tokens/store.ts'
import { TOKEN_TIMES } from '../../src/kernel/tokens/times.ts'
import type { Token, Tokens } from '../../src/kernel/tokens.ts'
import { fakeVendor } from '../support/fake.ts'
import { rotating as connection, kindOf, LIFE_MS, refused, type TokenBench, tokenBench } from '../support/tokens.ts'

// A refresh token that rotates: spent by using it, so that what became of each sending decides what may be sent next.

const vendor = fakeVendor()

let bench: TokenBench
let tokens: Tokens
let old: Token
beforeEach(async () => {
  bench = tokenBench()
  tokens = bench.tokens()
  old = await tokens.get(connection)
})

/** How a call ends, as the layers below tell it. */
const ends =
  (status: number | undefined, isUnsettled: boolean, unsent = false) =>
  (): Promise<Answer> => {
    const { trace } = bench.calls.at(-1)!
    trace.status = status
    trace.unsettled = isUnsettled
    const upstream = status === undefined ? undefined : { status }
    return Promise.reject(new GatewayError('vendor_error', { origin: 'vendor', upstream, unsent }))
  }
const lost = () => ends(undefined, true)()
const sent = () => bench.calls.map(({ request }) => (request.body as { refreshToken: string | null }).refreshToken).slice(1)
const standing = () => bench.credentials.get('login')!.standing
const renew = () => kindOf(tokens.renewed(connection, old))

describe('what is begun with a refresh token', () => {
  it('is written down before it is sent, without the token', async () => {
    bench.respond(async () => {
      expect(standing()).toMatchObject({ state: 'refreshing', attempt: { isLast: false } })
      expect(JSON.stringify(standing())).not.toContain('refresh-1')
      return bench.grant()
    })
    expect(await renew()).toBe('fine')
    expect(standing()).toEqual({ state: 'ok', attempt: null, notBefore: 0 })
  })

  it('is not sent where it cannot be written down', async () => {
    const mute: TokenStore = { ...bench.store, note: () => Promise.reject(new GatewayError('vendor_unavailable')) }
    expect(await kindOf(bench.tokens({ store: mute }).renewed(connection, old))).toBe('vendor_unavailable')
    expect(sent()).toEqual([])
  })

  it('is not sent by one who has the lease no more', async () => {
    const late: TokenStore = { ...bench.store, note: async () => false }
    await expect(bench.tokens({ store: late }).renewed(connection, old)).rejects.toMatchObject({
      kind: 'vendor_unavailable',
      retryAfterMs: 1_000,
    })
    expect(sent()).toEqual([])
  })
})

describe('what a call spends', () => {
  const call = { method: 'POST', path: '/token' } as const

  it.each(['query', 'headers', 'body'] as const)('is told apart by its %s', (part) => {
    const [one, same, other] = ['refresh-1', 'refresh-1', 'refresh-2'].map((token) => digestOf({ ...call, [part]: { token } }))
    expect(one).toBe(same)
    expect(one).not.toBe(other)
    expect(one).not.toContain('refresh-1')
  })
})

describe('a refresh whose answer was lost (row 9)', () => {
  it('is tried once more, once, and then a person has to authorise again', async () => {
    bench.respond(lost)
    expect(await renew()).toBe('vendor_error')
    expect(standing()).toMatchObject({ state: 'unknown', attempt: { isLast: false } })
    expect(await renew()).toBe('vendor_error')
    expect(standing()).toMatchObject({ state: 'needs_reauth', attempt: { isLast: true } })
    for (let minute = 0; minute < 5; minute += 1) {
      expect(await renew()).toBe('connection_unauthorized')
      await bench.clock.advance(60_000)
    }
    expect(sent()).toEqual(['refresh-1', 'refresh-1'])
    expect(await tokens.state(connection)).toBe('needs_authorization')
    expect(bench.credentials.get('login')?.record?.version).toBe(1)
  })

  it('is tried once more by any process, and by one only', async () => {
    bench.respond(lost)
    await renew()
    await kindOf(bench.tokens().renewed(connection, old))
    expect(await kindOf(bench.tokens().renewed(connection, old))).toBe('connection_unauthorized')
    expect(sent()).toEqual(['refresh-1', 'refresh-1'])
  })

  it('that the vendor did not do after all is healed by the second try', async () => {
    bench.respond(lost)
    await renew()
    bench.respond(bench.grant)
    expect((await tokens.renewed(connection, old)).accessToken).toBe('token-2')
    expect(await tokens.state(connection)).toBe('ok')
  })

  it('while the old token serves leaves the second try for its end', async () => {
    await bench.clock.advance(LIFE_MS * 0.7)
    bench.respond(lost)
    await tokens.get(connection)
    await bench.clock.advance(60_000)
    expect((await tokens.get(connection)).accessToken).toBe('token-1')
    await bench.clock.advance(60_000)
    expect((await bench.tokens().get(connection)).accessToken).toBe('token-1')
    expect(sent()).toEqual(['refresh-1'])
    bench.respond(bench.grant)
    await bench.clock.advance(LIFE_MS * 0.3)
    expect((await tokens.get(connection)).accessToken).toBe('token-2')
    expect(sent()).toEqual(['refresh-1', 'refresh-1'])
  })

  it('while the old token serves does not keep one from trying who was refused with it', async () => {
    await bench.clock.advance(LIFE_MS * 0.7)
    bench.respond(lost)
    await tokens.get(connection)
    await bench.clock.advance(30_000)
    bench.respond(bench.grant)
    const [serving, renewed] = await Promise.all([tokens.get(connection), tokens.renewed(connection, old)])
    expect([serving.accessToken, renewed.accessToken]).toEqual(['token-1', 'token-2'])
    expect(sent()).toEqual(['refresh-1', 'refresh-1'])
  })

  it('with the last try is not sent again when whoever tried it died, and every process is told', async () => {
    bench.respond(lost)
    await renew()
    const credential = bench.credentials.get('login')!
    const attempt = { ...credential.standing.attempt!, isLast: true }
    bench.credentials.set('login', { ...credential, standing: { state: 'refreshing', attempt, notBefore: 0 } })
    const renewing = tokens.renewed(connection, old).catch((error) => error)
    await bench.clock.advance(TOKEN_TIMES.rotatingCallMs + TOKEN_TIMES.persistMs)
    expect(await renewing).toMatchObject({
      kind: 'connection_unauthorized',
      message: expect.stringContaining('A person has to authorise this connection again'),
    })
    expect(standing()).toMatchObject({ state: 'needs_reauth', attempt })
    expect(sent()).toEqual(['refresh-1'])
  })

  it('is told as it ended where that cannot be written down, and counts as unknown', async () => {
    bench.respond(lost)
    let notes = 0
    const flaky: TokenStore = {
      ...bench.store,
      note(...note) {
        notes += 1
        return notes > 1 ? Promise.reject(new GatewayError('vendor_unavailable')) : bench.store.note(...note)
      },
    }
    expect(await kindOf(bench.tokens({ store: flaky }).renewed(connection, old))).toBe('vendor_error')
    expect(standing().state).toBe('refreshing')
  })

  it.each([500, 502, 504])('is what a %i means: it may have been done', async (status) => {
    bench.respond(ends(status, true))
    await renew()
    await renew()
    expect(await renew()).toBe('connection_unauthorized')
    expect(sent()).toEqual(['refresh-1', 'refresh-1'])
  })

  it('is what a grant that cannot be read means', async () => {
    bench.respond(async () => ({ status: 200, headers: {}, body: { accessToken: 'x', expiresInSeconds: 1 }, length: 0 }))
    const strict = fakeVendor({
      auth: {
        ...vendor.auth,
        rotates: () => true,
        readGrant() {
          throw new GatewayError('bad_vendor_response')
        },
      },
    })
    expect(await kindOf(tokens.renewed({ ...connection, vendor: strict }, old))).toBe('bad_vendor_response')
    expect(standing().state).toBe('unknown')
  })
})

describe('a refresh that was certainly not done', () => {
  it('since it never left, is tried again as often as it takes', async () => {
    bench.respond(ends(undefined, false, true))
    for (let call = 0; call < 5; call += 1) expect(await renew()).toBe('vendor_error')
    expect(standing()).toMatchObject({ state: 'ok', attempt: null })
    bench.respond(bench.grant)
    expect(await renew()).toBe('fine')
  })

  it.each([429, 503])('by a vendor that says so with %i, waits half a minute over all processes', async (status) => {
    bench.respond(ends(status, status === 503))
    for (let call = 0; call < 5; call += 1) expect(await renew()).not.toBe('connection_unauthorized')
    await expect(bench.tokens().renewed(connection, old)).rejects.toMatchObject({
      kind: 'vendor_unavailable',
      origin: 'vendor',
      retryAfterMs: 30_000,
    })
    expect(sent()).toEqual(['refresh-1'])
    await bench.clock.advance(30_000)
    bench.respond(bench.grant)
    expect(await renew()).toBe('fine')
  })

  it('does not make an unknown one known', async () => {
    bench.respond(lost)
    await renew()
    bench.respond(ends(undefined, false, true))
    await renew()
    expect(standing().state).toBe('unknown')
    bench.respond(lost)
    await renew()
    expect(await renew()).toBe('connection_unauthorized')
  })
})

describe('a refresh token that the vendor refuses', () => {
  beforeEach(async () => {
    bench.respond(refused(400))
    await renew()
  })

  it('is never sent again, by no process, and the old record is kept', async () => {
    for (let minute = 0; minute < 5; minute += 1) {
      expect(await renew()).toBe('connection_unauthorized')
      expect(await kindOf(bench.tokens().renewed(connection, old))).toBe('connection_unauthorized')
      await bench.clock.advance(60_000)
    }
    expect(sent()).toEqual(['refresh-1'])
    expect(bench.credentials.get('login')?.record?.version).toBe(1)
  })

  it('counts no more once a person authorised again', async () => {
    bench.respond(bench.grant)
    const adopted = await tokens.adopt(connection, { accessToken: 'from-code', expiresInSeconds: 900, refreshToken: 'fresh' })
    expect(adopted).toMatchObject({ accessToken: 'from-code', version: 2 })
    expect((await tokens.get(connection)).accessToken).toBe('from-code')
    expect((await bench.tokens().get(connection)).accessToken).toBe('from-code')
    expect(await tokens.state(connection)).toBe('ok')
    expect((await tokens.renewed(connection, adopted)).accessToken).toBe('token-2')
    expect(sent()).toEqual(['refresh-1', 'fresh'])
  })

  it('counts no more once another process stores the pair that it got meanwhile', async () => {
    const { record } = bench.credentials.get('login')!
    await bench.tokens().adopt(connection, { accessToken: 'from-another', expiresInSeconds: 900, refreshToken: 'fresh' })
    await bench.clock.advance(30_000)
    expect(bench.credentials.get('login')?.record?.version).toBe(record!.version + 1)
    expect((await tokens.renewed(connection, old)).accessToken).toBe('from-another')
  })
})
