import { beforeEach, describe, expect, it } from 'vitest'
import type { Kind } from '../../../src/contract/problem.ts'
import type { Call } from '../../../src/kernel/call.ts'
import { type ErrorFacts, GatewayError } from '../../../src/kernel/errors.ts'
import { retry } from '../../../src/kernel/layers/retry.ts'
import { type TestClock, testClock } from '../../support/clock.ts'
import { answered, fakeCall, fakeConnection, fakeVendor } from '../../support/fake.ts'

let clock: TestClock
beforeEach(() => {
  clock = testClock()
})

/** How often a call is sent that fails so the first time, and what comes of it. */
async function attempts(call: Call, kind: Kind, facts: ErrorFacts = {}, layer = retry(clock, () => 0)) {
  let sent = 0
  const work = layer(async () => {
    sent += 1
    if (sent === 1) throw new GatewayError(kind, { origin: 'vendor', ...facts })
    return answered(200, 'fine')
  })(call).then(
    ({ body }) => body,
    (error: GatewayError) => error.kind,
  )
  await clock.advance(0)
  return { sent: () => sent, result: work }
}

const upstream = { status: 429 }
const plain = fakeConnection()
const refusesFirst = fakeConnection({ vendor: fakeVendor({ limits: { ...plain.vendor.limits, refusedBeforeExecution: true } }) })

type Row = [what: string, kind: Kind, facts: ErrorFacts, read: number, post: number, put: number]

describe('sending again', () => {
  // What may be sent again: attempts of a GET, a POST and a PUT.
  it.each<Row>([
    ['refused, DNS, connect timeout', 'vendor_unavailable', { unsent: true }, 2, 2, 2],
    ['a failure before a byte left', 'vendor_error', { unsent: true }, 2, 2, 2],
    ['500', 'vendor_error', { upstream: { status: 500 } }, 2, 1, 1],
    ['a reset after bytes left', 'vendor_error', {}, 2, 1, 1],
    ['503', 'vendor_unavailable', { upstream: { status: 503 } }, 2, 1, 1],
    ['504 or silence', 'vendor_timeout', {}, 2, 1, 1],
    ['an answer that broke off', 'bad_vendor_response', {}, 2, 1, 1],
    ['an answer that is no JSON', 'bad_vendor_response', { retryable: false }, 1, 1, 1],
    ['no trusted TLS', 'vendor_error', { retryable: false, unsent: true }, 1, 1, 1],
    ["the vendor's 429", 'vendor_rate_limited', { upstream }, 2, 1, 1],
    ['our own limit', 'vendor_rate_limited', {}, 1, 1, 1],
    ['a refused login', 'connection_unauthorized', {}, 1, 1, 1],
    ['a missing right', 'connection_forbidden', {}, 1, 1, 1],
    ['a missing record', 'not_found', {}, 1, 1, 1],
    ['a refused record', 'vendor_rejected', {}, 1, 1, 1],
    ['a conflict', 'conflict', {}, 1, 1, 1],
    ['a bug of ours', 'internal_error', {}, 1, 1, 1],
    ['a client who went away', 'request_timeout', {}, 1, 1, 1],
  ])('after %s', async (_what, kind, facts, read, post, put) => {
    for (const [method, times] of [
      ['GET', read],
      ['POST', post],
      ['PUT', put],
      ['PATCH', put],
      ['DELETE', put],
    ] as const) {
      const { sent, result } = await attempts(fakeCall({ method }), kind, facts)
      expect([method, sent()]).toEqual([method, times])
      expect(await result).toBe(times === 2 ? 'fine' : kind)
    }
  })

  it('is allowed for a write that the vendor declares repeatable', async () => {
    expect((await attempts(fakeCall({ method: 'POST', idempotent: true }), 'vendor_error')).sent()).toBe(2)
  })

  it('is allowed for a write after a 429 that the vendor documents as refused before it is done', async () => {
    expect((await attempts(fakeCall({ method: 'POST', connection: refusesFirst }), 'vendor_rate_limited', { upstream })).sent()).toBe(2)
  })

  it('happens once, never twice', async () => {
    let sent = 0
    const failing = retry(
      clock,
      () => 0,
    )(async () => {
      sent += 1
      throw new GatewayError('vendor_error')
    })
    for (let calls = 0; calls < 20; calls += 1) await failing(fakeCall()).catch(() => {})
    expect(sent).toBeLessThanOrEqual(20 + 1 + 2)
  })

  it('waits as long as the vendor asked', async () => {
    const { sent, result } = await attempts(fakeCall(), 'vendor_unavailable', { retryAfterMs: 5_000 })
    await clock.advance(4_999)
    expect(sent()).toBe(1)
    await clock.advance(1)
    expect(await result).toBe('fine')
  })

  it("does not itself wait after the vendor's 429: the limiter does, which knows of every other call", async () => {
    const { sent, result } = await attempts(fakeCall(), 'vendor_rate_limited', { upstream, retryAfterMs: 60_000 })
    expect([sent(), await result]).toEqual([2, 'fine'])
  })

  it('is given up at once where the wait does not fit into the time that is left', async () => {
    const { sent, result } = await attempts(fakeCall(), 'vendor_unavailable', { retryAfterMs: 10_000 })
    expect(await result).toBe('vendor_unavailable')
    expect(sent()).toBe(1)
  })

  it('spreads over a tenth of a second', async () => {
    const { sent } = await attempts(
      fakeCall(),
      'vendor_error',
      {},
      retry(clock, () => 0.9),
    )
    await clock.advance(89)
    expect(sent()).toBe(1)
    await clock.advance(1)
    expect(sent()).toBe(2)
  })

  it('ends when the call is ended while it waits', async () => {
    const controller = new AbortController()
    const { sent, result } = await attempts(fakeCall({ signal: controller.signal }), 'vendor_unavailable', { retryAfterMs: 5_000 })
    controller.abort()
    expect(await result).toBe('vendor_unavailable')
    expect([sent(), clock.sleepers()]).toEqual([1, 0])
  })
})

describe('the budget of repeats', () => {
  async function failures(layer: ReturnType<typeof retry>, calls: number, connection = plain): Promise<number> {
    let sent = 0
    const failing = layer(async () => {
      sent += 1
      throw new GatewayError('vendor_error')
    })
    for (let call = 0; call < calls; call += 1) await failing(fakeCall({ connection, deadline: clock.now() + 10_000 })).catch(() => {})
    return sent - calls
  }

  it('is a tenth of the calls and one more', async () => {
    expect(
      await failures(
        retry(clock, () => 0),
        200,
      ),
    ).toBeLessThanOrEqual(21)
  })

  it('grows by one in ten seconds, for each connection by itself', async () => {
    const layer = retry(clock, () => 0)
    expect(await failures(layer, 3)).toBe(1)
    expect(await failures(layer, 1, fakeConnection({ id: 'norte' }))).toBe(1)
    await clock.advance(10_000)
    expect(await failures(layer, 1)).toBe(1)
  })

  it('has not grown by one any sooner', async () => {
    const layer = retry(clock, () => 0)
    await failures(layer, 3)
    await clock.advance(5_000)
    expect(await failures(layer, 1)).toBe(0)
    await clock.advance(1_000)
    expect(await failures(layer, 1)).toBe(1)
  })

  it('does not pile up over a quiet night', async () => {
    const layer = retry(clock, () => 0)
    await failures(layer, 1)
    await clock.advance(86_400_000)
    expect(await failures(layer, 50)).toBeLessThanOrEqual(15)
  })
})
