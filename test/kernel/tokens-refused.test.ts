import { beforeEach, describe, expect, it } from 'vitest'
import type { Kind } from '../../src/contract/problem.ts'
import { GatewayError } from '../../src/kernel/errors.ts'
import type { TokenStore } from '../../src/kernel/tokens/store.ts'
import { fakeConnection, fakeVendor } from '../support/fake.ts'
import { failed, kindOf, LIFE_MS, refused, rotating, type TokenBench, tokenBench } from '../support/tokens.ts'

const vendor = fakeVendor()
const connection = fakeConnection({ vendor })

let bench: TokenBench
beforeEach(() => {
  bench = tokenBench()
})

describe('a token that the vendor refuses', () => {
  it('is renewed once for any number of refusals', async () => {
    const tokens = bench.tokens()
    const old = await tokens.get(connection)
    const letGo = bench.hold()
    const renewals = Array.from({ length: 500 }, () => tokens.renewed(connection, old))
    letGo()
    expect(new Set((await Promise.all(renewals)).map(({ accessToken }) => accessToken))).toEqual(new Set(['token-2']))
    expect(bench.calls).toHaveLength(2)
  })

  it('is not renewed again for one who was refused with a token that is old by now', async () => {
    const tokens = bench.tokens()
    const old = await tokens.get(connection)
    await tokens.renewed(connection, old)
    expect((await tokens.renewed(connection, old)).accessToken).toBe('token-2')
    expect(bench.calls).toHaveLength(2)
  })

  it('is taken from the store where another process renewed it', async () => {
    const [one, other] = [bench.tokens(), bench.tokens()]
    const old = await one.get(connection)
    await other.get(connection)
    await other.renewed(connection, old)
    expect((await one.renewed(connection, old)).accessToken).toBe('token-2')
    expect(bench.calls).toHaveLength(2)
  })
})

describe('credentials', () => {
  it.each([400, 401, 403, 422])('that are refused with %i are not tried again for half a minute', async (status) => {
    bench.respond(refused(status))
    const tokens = bench.tokens()
    for (let call = 0; call < 20; call += 1) expect(await kindOf(tokens.get(connection))).toBe('connection_unauthorized')
    expect(bench.calls).toHaveLength(1)
    await bench.clock.advance(29_999)
    expect(await kindOf(tokens.get(connection))).toBe('connection_unauthorized')
    expect(bench.calls).toHaveLength(1)
    bench.respond(bench.grant)
    await bench.clock.advance(1)
    expect(await kindOf(tokens.get(connection))).toBe('fine')
  })

  it('that are refused are told as theirs, with what the vendor answered', async () => {
    bench.respond(refused(401))
    await expect(bench.tokens().get(connection)).rejects.toMatchObject({
      kind: 'connection_unauthorized',
      origin: 'vendor',
      upstream: { status: 401 },
      message: expect.stringContaining("does not take this connection's credentials"),
    })
  })

  it('that are refused without a status are told in the words of whoever refused them', async () => {
    const own = new GatewayError('connection_unauthorized', { message: 'Nobody let us in.' })
    bench.respond(() => Promise.reject(own))
    await expect(bench.tokens().get(connection)).rejects.toBe(own)
  })

  it.each<Kind>([
    'vendor_error',
    'bad_vendor_response',
    'vendor_unavailable',
    'vendor_timeout',
    'vendor_rate_limited',
    'connection_forbidden',
    'internal_error',
  ])('whose login ends in %s are told so', async (kind) => {
    const error = new GatewayError(kind, { origin: 'vendor', upstream: { status: 500 } })
    bench.respond(() => Promise.reject(error))
    await expect(bench.tokens().get(connection)).rejects.toBe(error)
  })

  it('that were refused do not make this process ask even its store', async () => {
    let reads = 0
    const store: TokenStore = {
      ...bench.store,
      read(login) {
        reads += 1
        return bench.store.read(login)
      },
    }
    bench.respond(refused(400))
    const tokens = bench.tokens({ store })
    await kindOf(tokens.get(connection))
    const before = reads
    await bench.clock.advance(29_999)
    await kindOf(tokens.get(connection))
    expect(reads).toBe(before)
    await bench.clock.advance(1)
    await kindOf(tokens.get(connection))
    expect(reads).toBeGreaterThan(before)
  })

  it('that one process was refused with are not sent by another, for half a minute and up to a tenth more', async () => {
    bench.respond(refused(400))
    await kindOf(bench.tokens({ random: () => 0.5 }).get(connection))
    await bench.clock.advance(31_499)
    await expect(bench.tokens().get(connection)).rejects.toMatchObject({
      kind: 'connection_unauthorized',
      origin: 'vendor',
      message: expect.stringContaining("does not take this connection's credentials"),
    })
    expect(bench.calls).toHaveLength(1)
    await bench.clock.advance(1)
    await kindOf(bench.tokens().get(connection))
    expect(bench.calls).toHaveLength(2)
  })

  it('that are refused are told so where that cannot be noted for the others', async () => {
    bench.respond(refused(400))
    const mute: TokenStore = { ...bench.store, note: () => Promise.reject(new GatewayError('vendor_unavailable')) }
    expect(await kindOf(bench.tokens({ store: mute }).get(connection))).toBe('connection_unauthorized')
  })

  it('log in by themselves where the vendor no longer takes the refresh token', async () => {
    const tokens = bench.tokens()
    const old = await tokens.get(connection)
    bench.respond(() => {
      const { refreshToken } = bench.calls.at(-1)!.request.body as { refreshToken: string | null }
      return refreshToken === null ? bench.grant() : refused(400)()
    })
    expect((await tokens.renewed(connection, old)).accessToken).toBe('token-2')
    expect(bench.calls).toHaveLength(3)
  })

  it('are not tried in place of a refresh token for a vendor that is down', async () => {
    const tokens = bench.tokens()
    const old = await tokens.get(connection)
    bench.respond(failed)
    expect(await kindOf(tokens.renewed(connection, old))).toBe('vendor_error')
    expect(bench.calls).toHaveLength(2)
  })

  it.each([404, 405, 409, 410])('whose login is answered with %i never look like a missing or conflicting record', async (status) => {
    bench.respond(() =>
      Promise.reject(new GatewayError(status === 409 ? 'conflict' : 'not_found', { origin: 'vendor', upstream: { status } })),
    )
    await expect(bench.tokens().get(connection)).rejects.toMatchObject({
      kind: 'vendor_error',
      origin: 'vendor',
      upstream: { status },
      message: expect.stringContaining('refused to log in'),
    })
  })

  it('are not blamed for a vendor that is down', async () => {
    bench.respond(failed)
    const tokens = bench.tokens()
    expect(await kindOf(tokens.get(connection))).toBe('vendor_error')
    bench.respond(bench.grant)
    expect(await kindOf(tokens.get(connection))).toBe('fine')
  })

  it('log in again, without any refresh token, where that can be had (row 9)', async () => {
    const tokens = bench.tokens()
    const old = await tokens.get(connection)
    await tokens.renewed(connection, old)
    expect(bench.calls.every(({ idempotent }) => idempotent)).toBe(true)
  })

  it('that nobody has are told as a connection to be authorised by a person', async () => {
    const without = fakeConnection({ vendor: fakeVendor({ auth: { ...vendor.auth, tokenRequest: () => null } }) })
    await expect(bench.tokens().get(without)).rejects.toMatchObject({
      kind: 'connection_unauthorized',
      message: expect.stringContaining('has to be authorised at the vendor by a person'),
    })
    expect(bench.calls).toHaveLength(0)
  })

  it('that rotate are sent as what must not be sent twice, each once', async () => {
    const tokens = bench.tokens()
    let token = await tokens.get(rotating)
    for (let round = 0; round < 5; round += 1) token = await tokens.renewed(rotating, token)
    expect(bench.calls.some(({ idempotent }) => idempotent)).toBe(false)
    const sent = bench.calls.map(({ request }) => (request.body as { refreshToken: string | null }).refreshToken)
    expect(sent).toEqual([null, 'refresh-1', 'refresh-2', 'refresh-3', 'refresh-4', 'refresh-5'])
  })
})

describe('a caller who leaves', () => {
  it('does not end the login for the others', async () => {
    const letGo = bench.hold()
    const tokens = bench.tokens()
    const controller = new AbortController()
    const leaving = tokens.get(connection, controller.signal)
    const staying = tokens.get(connection)
    await bench.clock.advance(1)
    controller.abort(new GatewayError('request_timeout'))
    expect(await kindOf(leaving)).toBe('request_timeout')
    letGo()
    expect((await staying).accessToken).toBe('token-1')
    expect(bench.calls[0]!.signal).toBeUndefined()
  })
})

describe('a store in trouble', () => {
  const down = () => Promise.reject(new GatewayError('vendor_unavailable'))

  it('that cannot give a lease back costs nothing', async () => {
    const tokens = bench.tokens({ store: { ...bench.store, release: down } })
    expect((await tokens.get(connection)).accessToken).toBe('token-1')
  })

  it('that cannot give a lease back does not hide why the login failed', async () => {
    bench.respond(refused(400))
    expect(await kindOf(bench.tokens({ store: { ...bench.store, release: down } }).get(connection))).toBe('connection_unauthorized')
  })

  it('serves the token at hand as long as that lives', async () => {
    let isDown = false
    const flaky: TokenStore = { ...bench.store, read: (key) => (isDown ? down() : bench.store.read(key)) }
    const tokens = bench.tokens({ store: flaky })
    await tokens.get(connection)
    isDown = true
    await bench.clock.advance(LIFE_MS * 0.9)
    expect((await tokens.get(connection)).accessToken).toBe('token-1')
    await bench.clock.advance(LIFE_MS * 0.1)
    expect(await kindOf(tokens.get(connection))).toBe('vendor_unavailable')
  })

  it('whose lease died with its owner is free again', async () => {
    await bench.store.lease('login', 'dead', 15_000)
    const waiting = bench.tokens().get(connection)
    await bench.clock.advance(15_100)
    expect((await waiting).accessToken).toBe('token-1')
  })
  it('that takes no token does not lose it: it is used from memory, stored later, and the vendor is not asked again (row 10)', async () => {
    let isFull = false
    const full: TokenStore = { ...bench.store, write: (...record) => (isFull ? down() : bench.store.write(...record)) }
    const tokens = bench.tokens({ store: full })
    const old = await tokens.get(rotating)
    isFull = true
    expect((await tokens.renewed(rotating, old)).accessToken).toBe('token-2')
    expect(bench.trouble).toEqual([{ reason: 'not_stored', login: 'login' }])
    await bench.clock.advance(10_000)
    expect(bench.credentials.get('login')?.record?.version).toBe(1)
    isFull = false
    await bench.clock.advance(1_000)
    expect((await bench.tokens().get(rotating)).accessToken).toBe('token-2')
    expect(bench.calls).toHaveLength(2)
  })

  it('that takes none a second time is given that one later too', async () => {
    let isFull = false
    const full: TokenStore = { ...bench.store, write: (...record) => (isFull ? down() : bench.store.write(...record)) }
    const tokens = bench.tokens({ store: full })
    let token = await tokens.get(rotating)
    for (const version of [2, 3]) {
      isFull = true
      token = await tokens.renewed(rotating, token)
      isFull = false
      await bench.clock.advance(1_000)
      expect(bench.credentials.get('login')?.record?.version).toBe(version)
    }
  })

  it('that takes no token for longer than that lives does not bring the spent one back (row 10)', async () => {
    let isFull = false
    const full: TokenStore = { ...bench.store, write: (...record) => (isFull ? down() : bench.store.write(...record)) }
    const tokens = bench.tokens({ store: full })
    const old = await tokens.get(rotating)
    isFull = true
    await kindOf(tokens.renewed(rotating, old))
    await bench.clock.advance(LIFE_MS)
    isFull = false
    expect((await tokens.get(rotating)).accessToken).toBe('token-3')
    const sent = bench.calls.map(({ request }) => (request.body as { refreshToken: string | null }).refreshToken)
    expect(sent).toEqual([null, 'refresh-1', 'refresh-2'])
  })

  it('is not needed for a token that was renewed already', async () => {
    let isDown = false
    const tokens = bench.tokens({ store: { ...bench.store, read: (key) => (isDown ? down() : bench.store.read(key)) } })
    const old = await tokens.get(connection)
    await tokens.renewed(connection, old)
    isDown = true
    expect((await tokens.renewed(connection, old)).accessToken).toBe('token-2')
  })

  it('is looked at again by who got the lease: another may have been done just before', async () => {
    const other = bench.tokens()
    const late: TokenStore = {
      ...bench.store,
      async lease(key, owner, ttlMs) {
        await other.get(connection)
        return bench.store.lease(key, owner, ttlMs)
      },
    }
    expect((await bench.tokens({ store: late }).get(connection)).accessToken).toBe('token-1')
    expect(bench.calls).toHaveLength(1)
  })
})
