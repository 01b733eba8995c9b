import { beforeEach, describe, expect, it } from 'vitest'
import { type Bulkhead, createBulkhead } from '../../../src/kernel/bulkhead.ts'
import type { Answer, Call } from '../../../src/kernel/call.ts'
import { GatewayError } from '../../../src/kernel/errors.ts'
import { limit } from '../../../src/kernel/layers/limit.ts'
import { type MemoryPermits, memoryPermits } from '../../../src/store/memory/permits.ts'
import { type TestClock, testClock } from '../../support/clock.ts'
import { answered, fakeCall, fakeConnection, fakeVendor } from '../../support/fake.ts'

const connection = fakeConnection({ limits: { requests: 3, perMs: 1_000 } })

let clock: TestClock
let sentAt: number[]
let send: (call: Call) => Promise<Answer>
let next: () => Promise<Answer>

beforeEach(() => {
  clock = testClock()
  sentAt = []
  next = async () => answered(200)
  send = limit(
    memoryPermits(clock),
    clock,
  )(async () => {
    sentAt.push(clock.now())
    return next()
  })
})

const call = (changes: Partial<Call> = {}) =>
  send(fakeCall({ connection, deadline: clock.now() + 10_000, ...changes })).catch((error) => error)

describe('the limiter', () => {
  it('sends what the budget allows at once and the rest in its turn', async () => {
    const calls = Promise.all(Array.from({ length: 7 }, () => call()))
    await clock.advance(2_000)
    await calls
    expect(sentAt).toEqual([0, 0, 0, 1_000, 1_000, 1_000, 2_000])
  })

  it('refuses at once, with the exact wait, what cannot be sent in its time', async () => {
    await Promise.all([call(), call(), call()])
    await clock.advance(300)
    expect(await call({ deadline: clock.now() + 699 })).toMatchObject({ kind: 'vendor_rate_limited', retryAfterMs: 700, origin: 'vendor' })
    expect(clock.sleepers()).toBe(0)
  })

  it('gives the answer of a call that was done, although the store fails after it', async () => {
    const permits = { ...memoryPermits(clock), lower: () => Promise.reject(new GatewayError('vendor_unavailable')) }
    const done = limit(permits, clock)(async () => answered(201, null, { 'x-left': '0' }))
    expect(await done(fakeCall({ connection, deadline: 10_000 }))).toMatchObject({ status: 201 })
  })

  it('notes how long a call waited', async () => {
    await Promise.all([call(), call(), call()])
    const late = fakeCall({ connection, deadline: 10_000 })
    const sent = send(late)
    await clock.advance(1_000)
    await sent
    expect(late.trace.waitedMs).toBe(1_000)
  })

  it.each([
    ['as late as the margin goes', 50, 1_100],
    ['later, and so into a window that is not its own', 51, 2_100],
  ])('sends under its permit or takes another when it wakes %s', async (_how, lateMs, moment) => {
    const vendor = fakeVendor({ limits: { ...connection.vendor.limits, marginMs: 50 } })
    const slow = fakeConnection({ vendor, limits: { requests: 1, perMs: 1_000 } })
    const late = [lateMs, 0]
    const dozing = { ...clock, sleep: (ms: number) => clock.sleep(ms + late.shift()!) }
    const waiting = limit(
      memoryPermits(clock),
      dozing,
    )(async () => {
      sentAt.push(clock.now())
      return answered(200)
    })
    const calls = Promise.all([1, 2].map(() => waiting(fakeCall({ connection: slow, deadline: 10_000 }))))
    await clock.advance(3_000)
    await calls
    expect(sentAt).toEqual([0, moment])
  })

  it('stops waiting when the call is ended', async () => {
    await Promise.all([call(), call(), call()])
    const controller = new AbortController()
    const waiting = call({ signal: controller.signal })
    await clock.advance(10)
    controller.abort(new GatewayError('vendor_timeout'))
    expect(await waiting).toMatchObject({ kind: 'vendor_timeout' })
    expect(sentAt).toHaveLength(3)
  })

  it("lets the vendor's own figure lower the budget", async () => {
    next = async () => answered(200, null, { 'x-left': '0' })
    await call()
    expect(await call({ deadline: clock.now() + 900 })).toMatchObject({ kind: 'vendor_rate_limited', retryAfterMs: 1_000 })
  })

  it.each(['99', '2', '-1', 'many', '', '1.5', '0x0', '0 ', ['0', '0']].map((left): [string | string[]] => [left]))(
    'does not let %j change it',
    async (left) => {
      next = async () => answered(200, null, { 'x-left': left })
      expect(await call()).toMatchObject({ status: 200 })
      next = async () => answered(200)
      expect(await Promise.all([call(), call()])).toMatchObject([{ status: 200 }, { status: 200 }])
      expect(await call({ deadline: clock.now() + 900 })).toMatchObject({ kind: 'vendor_rate_limited' })
    },
  )

  it('heeds a figure of several digits', async () => {
    const twenty = { connection: fakeConnection({ login: 'twenty', limits: { requests: 20, perMs: 1_000 } }), deadline: 900 }
    next = async () => answered(200, null, { 'x-left': '10' })
    await call(twenty)
    next = async () => answered(200)
    const results = await Promise.all(Array.from({ length: 19 }, () => call(twenty)))
    expect(results.filter((result) => result.status === 200)).toHaveLength(10)
  })

  it("keeps the vendor's margin beside its window", async () => {
    const { limits } = connection.vendor
    const careful = fakeConnection({ vendor: fakeVendor({ limits: { ...limits, marginMs: 90 } }), limits: { requests: 1, perMs: 1_000 } })
    const calls = Promise.all([call({ connection: careful }), call({ connection: careful })])
    await clock.advance(1_090)
    await calls
    expect(sentAt).toEqual([0, 1_090])
  })

  it('uses a permit that was taken ahead, and no other', async () => {
    await Promise.all([call(), call(), call()])
    const ahead = fakeCall({ connection, deadline: 10_000 })
    ahead.trace.permit = { at: 0, remaining: 0 }
    expect(await send(ahead)).toMatchObject({ status: 200 })
    expect([sentAt, ahead.trace.permit]).toEqual([[0, 0, 0, 0], undefined])
  })

  it('takes another permit where the one that was taken ahead is older than the margin', async () => {
    await clock.advance(5_000)
    const ahead = fakeCall({ connection, deadline: 10_000 })
    ahead.trace.permit = { at: 4_999, remaining: 2 }
    await Promise.all([send(ahead), call(), call()])
    expect(await call({ deadline: 5_900 })).toMatchObject({ kind: 'vendor_rate_limited', retryAfterMs: 1_000 })
  })

  it('waits for the rest where the gate opens in a moment, as a timer that woke early finds it', async () => {
    const permits = {
      ...memoryPermits(clock),
      take: async () => ({ granted: true, waitMs: 100, remaining: 0 }) as const,
      status: async () => ({ remaining: 0, resetsInMs: 0, closedForMs: 25, isWidened: false }),
    }
    const late = limit(permits, clock)(async () => answered(200, clock.now()))(fakeCall({ connection }))
    await clock.advance(125)
    expect((await late).body).toBe(125)
  })
})

describe('a call that waits for its socket', () => {
  const vendor = fakeVendor({ limits: { ...connection.vendor.limits, marginMs: 50 } })
  const one = () => fakeCall({ connection: fakeConnection({ vendor, limits: { requests: 1, perMs: 1_000 } }), deadline: 10_000 })
  const inTime = Symbol('in time')
  let bulkhead: Bulkhead
  let socketMs: number[]

  /** What the transport does: it asks once more when the socket is there. */
  async function connect({ mayLeave }: Call): Promise<Answer> {
    await clock.sleep(socketMs.shift() ?? 0)
    if (mayLeave?.() === false) throw new GatewayError('vendor_unavailable', { unsent: true })
    sentAt.push(clock.now())
    return answered(200, inTime)
  }

  beforeEach(() => {
    bulkhead = createBulkhead(clock)
    send = limit(memoryPermits(clock), clock, bulkhead)(connect)
  })

  it.each([
    ['as long as the margin goes', 50, [50]],
    ['for longer, and takes another permit, which is one that was lost', 51, [1_050]],
  ])('leaves under its permit where it waits %s', async (_what, waitMs, moments) => {
    socketMs = [waitMs]
    const sent = send(one())
    await clock.advance(0)
    await clock.advance(waitMs)
    expect(bulkhead.counts()).toEqual({ inFlight: 0, waiting: 0 })
    await clock.advance(10_000)
    expect(await sent).toMatchObject({ body: inTime })
    expect(sentAt).toEqual(moments)
  })

  it('is refused with the exact wait where no other permit comes in its time', async () => {
    socketMs = [51]
    const sent = send({ ...one(), deadline: 1_049 }).catch((error) => error)
    await clock.advance(51)
    expect(await sent).toMatchObject({ kind: 'vendor_rate_limited', upstream: undefined, retryAfterMs: 999 })
    expect([sentAt, bulkhead.counts()]).toEqual([[], { inFlight: 0, waiting: 0 }])
  })

  it('does not take another permit where it is held back by somebody else', async () => {
    socketMs = [51]
    const sent = send({ ...one(), mayLeave: () => false }).catch((error) => error)
    await clock.advance(10_000)
    expect(await sent).toMatchObject({ kind: 'vendor_unavailable', unsent: true })
  })

  it('does not take another permit where nobody waits for it any more', async () => {
    socketMs = [51]
    const gone = new AbortController()
    const sent = send({ ...one(), signal: gone.signal }).catch((error) => error)
    gone.abort()
    await clock.advance(10_000)
    expect(await sent).toMatchObject({ kind: 'vendor_unavailable' })
  })

  it('does not leave under a permit whose store was asked longer ago than the margin', async () => {
    socketMs = []
    const permits = memoryPermits(clock)
    const late = [51, 0]
    const slow = limit({ ...permits, take: (...asked) => permits.take(...asked).finally(() => clock.sleep(late.shift()!)) }, clock)(connect)
    const sent = slow(one())
    await clock.advance(10_000)
    await sent
    expect(sentAt).toEqual([1_050])
  })
})

describe('a slot', () => {
  const narrow = (requests: number) => {
    const vendor = fakeVendor({ limits: { ...connection.vendor.limits, concurrency: 1 } })
    return { connection: fakeConnection({ vendor, login: 'narrow', limits: { requests, perMs: 1_000 } }), deadline: 60_000 }
  }
  let bulkhead: Bulkhead
  let permits: MemoryPermits
  let gates: (() => void)[]
  beforeEach(() => {
    bulkhead = createBulkhead(clock)
    permits = memoryPermits(clock)
    gates = []
    next = () => new Promise((resolve) => gates.push(() => resolve(answered(200))))
    send = limit(
      permits,
      clock,
      bulkhead,
    )(async () => {
      sentAt.push(clock.now())
      return next()
    })
  })

  it('is waited for before the permit is taken, so that the permit is not old', async () => {
    const one = narrow(1)
    const calls = Promise.all([call(one), call(one)])
    await clock.advance(5_000)
    expect(sentAt).toEqual([0])
    gates[0]!()
    await clock.advance(0)
    expect(sentAt).toEqual([0, 5_000])
    gates[1]!()
    await calls
    expect(bulkhead.counts()).toEqual({ inFlight: 0, waiting: 0 })
  })

  it('that another has when the moment of a permit comes is waited for, with another permit', async () => {
    const one = narrow(1)
    await permits.take({ key: 'narrow', requests: 1, windowMs: 1_000 }, 0)
    const calls = Promise.all([call(one), call(one)])
    await clock.advance(2_000)
    expect(sentAt).toEqual([1_000])
    await clock.advance(1_000)
    gates[0]!()
    await clock.advance(0)
    expect(sentAt).toEqual([1_000, 3_000])
    gates[1]!()
    await calls
    expect(bulkhead.counts()).toEqual({ inFlight: 0, waiting: 0 })
  })

  it.each<[string, () => void, object]>([
    ['fails', () => (next = () => Promise.reject(new GatewayError('vendor_error'))), { kind: 'vendor_error' }],
    ['is refused by the vendor', () => (next = () => Promise.reject(new GatewayError('vendor_rate_limited'))), { retryAfterMs: 1_000 }],
    ['gets no permit in time', () => void permits.close({ key: 'narrow', requests: 1, windowMs: 1_000 }, 90_000), { retryAfterMs: 90_000 }],
    [
      'cannot be counted',
      () => (permits.take = () => Promise.reject(new GatewayError('vendor_unavailable'))),
      { kind: 'vendor_unavailable' },
    ],
  ])('is free again when the call %s', async (_what, arrange, error) => {
    arrange()
    expect(await call(narrow(1))).toMatchObject(error)
    expect(bulkhead.counts()).toEqual({ inFlight: 0, waiting: 0 })
  })
})

describe('a vendor that blocks whoever comes too often', () => {
  const { limits } = connection.vendor
  const vendor = fakeVendor({ limits: { ...limits, block: { status: 403, forMs: 60_000 } } })
  const [one, other] = ['one', 'other'].map((login) => ({ connection: fakeConnection({ vendor, login }), deadline: 200_000 }))
  const forbidden = () => Promise.reject(new GatewayError('connection_forbidden', { origin: 'vendor', upstream: { status: 403 } }))

  it('is left alone by every connection once it refuses again what it limited lately', async () => {
    next = () => Promise.reject(new GatewayError('vendor_rate_limited', { origin: 'vendor', upstream: { status: 429 }, retryAfterMs: 1 }))
    await call(one)
    await clock.advance(1)
    next = forbidden
    expect(await call(one)).toMatchObject({ kind: 'vendor_rate_limited', retryAfterMs: 60_000, upstream: { status: 403 } })
    next = async () => answered(200)
    await clock.advance(59_999)
    for (const either of [one, other]) expect(await call(either)).toMatchObject({ kind: 'vendor_rate_limited', retryAfterMs: 1 })
    expect(sentAt).toHaveLength(2)
    const another = fakeConnection({ vendor: fakeVendor({ ...vendor, id: 'another' }), login: 'another' })
    expect(await call({ connection: another })).toMatchObject({ status: 200 })
    await clock.advance(1)
    expect(await call(other)).toMatchObject({ status: 200 })
  })

  it('is taken at its word where it limited nobody lately', async () => {
    next = forbidden
    expect(await call(one)).toMatchObject({ kind: 'connection_forbidden' })
    next = async () => answered(200)
    expect(await call(one)).toMatchObject({ status: 200 })
  })

  it('is taken at its word where it refuses in another way', async () => {
    next = () => Promise.reject(new GatewayError('vendor_rate_limited', { origin: 'vendor', upstream: { status: 429 }, retryAfterMs: 1 }))
    await call(one)
    await clock.advance(1)
    next = () => Promise.reject(new GatewayError('not_found', { origin: 'vendor', upstream: { status: 404 } }))
    expect(await call(one)).toMatchObject({ kind: 'not_found' })
  })
})

describe('a refusal of the vendor', () => {
  const refuse = (retryAfterMs?: number) => () =>
    Promise.reject(new GatewayError('vendor_rate_limited', { origin: 'vendor', upstream: { status: 429 }, retryAfterMs }))

  it('closes the gate for as long as it asks', async () => {
    next = refuse(5_000)
    expect(await call()).toMatchObject({ kind: 'vendor_rate_limited', retryAfterMs: 5_000, upstream: { status: 429 } })
    next = async () => answered(200)
    const later = call()
    await clock.advance(5_000)
    expect(await later).toMatchObject({ status: 200 })
    expect(sentAt).toEqual([0, 5_000])
  })

  it('closes it for a window where it names no wait', async () => {
    next = refuse()
    expect(await call()).toMatchObject({ retryAfterMs: 1_000 })
  })

  it('holds back those who already had a permit and were waiting for its moment', async () => {
    const slow = { connection: fakeConnection({ login: 'slow', limits: { requests: 1, perMs: 1_000 } }), deadline: 60_000 }
    const calls = Promise.all([call(slow), call(slow), call(slow), call(slow)])
    await clock.advance(900)
    next = refuse(5_000)
    await clock.advance(100)
    next = async () => answered(200)
    await clock.advance(50_000)
    expect(((await calls) as Answer[]).map(({ status }) => status)).toEqual([200, 429, 200, 200])
    // Their moments were 2000 and 3000, but the gate is closed until 6000, and the window is wider then.
    expect(sentAt).toEqual([0, 1_000, 6_000, 7_250])
  })

  it('of another kind does not close the gate', async () => {
    next = () => Promise.reject(new GatewayError('vendor_error'))
    expect(await call()).toMatchObject({ kind: 'vendor_error' })
    next = async () => answered(200)
    expect(await call()).toMatchObject({ status: 200 })
    expect(sentAt).toEqual([0, 0])
  })
})
