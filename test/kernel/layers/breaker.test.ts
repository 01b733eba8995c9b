import { beforeEach, describe, expect, it } from 'vitest'
import type { Kind } from '../../../src/contract/problem.ts'
import type { Answer, Call } from '../../../src/kernel/call.ts'
import { type ErrorFacts, GatewayError } from '../../../src/kernel/errors.ts'
import { breaker } from '../../../src/kernel/layers/breaker.ts'
import { type TestClock, testClock } from '../../support/clock.ts'
import { answered, fakeCall, fakeConnection } from '../../support/fake.ts'

const centro = fakeConnection()
const norte = fakeConnection({ id: 'norte' })
const elsewhere = fakeConnection({ id: 'crm', baseUrl: 'http://127.0.0.2:9' })

let clock: TestClock
let opened: [string, number][]
let sent: number
let vendor: () => Answer | Promise<Answer>
let send: (call: Call) => Promise<Answer>
beforeEach(() => {
  clock = testClock()
  opened = []
  sent = 0
  send = breaker(clock, { onOpen: (circuit, forMs) => opened.push([circuit, forMs]), random: () => 0.5 })(async (call) => {
    call.trace.attempts += 1
    sent += 1
    return vendor()
  })
  vendor = () => answered(200)
})

const fails = (kind: Kind, facts: ErrorFacts = {}) => {
  vendor = () => {
    throw new GatewayError(kind, { origin: 'vendor', ...facts })
  }
}
const call = (connection = centro, changes: Parameters<typeof fakeCall>[0] = {}): Promise<Answer | GatewayError> =>
  send(fakeCall({ connection, ...changes })).catch((error) => error)
const refusedFor = async (...given: Parameters<typeof call>) => ((await call(...given)) as GatewayError).retryAfterMs

async function calls(count: number, ...given: Parameters<typeof call>): Promise<void> {
  for (let made = 0; made < count; made += 1) await call(...given)
}

const unconnected = { unsent: true }

describe('a vendor that cannot be reached (row 15)', () => {
  it('is left alone after five failed connects in a row, and the caller told when to come again', async () => {
    fails('vendor_unavailable', unconnected)
    await calls(4)
    expect(opened).toEqual([])
    await calls(3)
    expect(sent).toBe(5)
    expect(opened).toEqual([
      ['centro', 5_000],
      ['127.0.0.1:9', 5_000],
    ])
    await clock.advance(1_000)
    expect(await call()).toMatchObject({ kind: 'vendor_unavailable', unsent: true, exhausted: true, retryable: true, retryAfterMs: 4_000 })
  })

  it('is asked on where a connect works in between', async () => {
    for (let round = 0; round < 5; round += 1) {
      fails('vendor_unavailable', unconnected)
      await calls(1)
      vendor = () => answered(200)
      await calls(3)
    }
    expect(opened).toEqual([])
  })
})

describe('a vendor that fails (row 31)', () => {
  it.each<[string, Kind, ErrorFacts]>([
    ['500', 'vendor_error', { upstream: { status: 500 } }],
    ['503', 'vendor_unavailable', { upstream: { status: 503 } }],
    ['silence', 'vendor_timeout', {}],
    ['a reset', 'vendor_error', {}],
    ['what cannot be read', 'bad_vendor_response', {}],
  ])('with %s is left alone once half of ten calls failed', async (_what, kind, facts) => {
    await calls(5)
    fails(kind, facts)
    await calls(4)
    expect(opened).toEqual([])
    await calls(2)
    expect(sent).toBe(10)
    expect(opened).toHaveLength(2)
  })

  it.each<[string, Kind, ErrorFacts]>([
    ['a record that is missing', 'not_found', { upstream: { status: 404 } }],
    ['a record that it refuses', 'vendor_rejected', { upstream: { status: 422 } }],
    ['a query that it refuses', 'vendor_error', { upstream: { status: 400 } }],
    ['an error under a success status', 'vendor_error', { upstream: { status: 200 } }],
    ['its rate limit', 'vendor_rate_limited', { upstream: { status: 429 } }],
    ['our own rate limit', 'vendor_rate_limited', {}],
    ['a refused login', 'connection_unauthorized', { upstream: { status: 401 } }],
    ['a missing right', 'connection_forbidden', { upstream: { status: 403 } }],
    ['a bug of ours', 'internal_error', {}],
  ])('is not one that answers with %s', async (_what, kind, facts) => {
    fails(kind, facts)
    await calls(30)
    expect(sent).toBe(30)
  })

  it('is not one whose readers leave', async () => {
    fails('vendor_error')
    const gone = AbortSignal.abort(new GatewayError('request_timeout'))
    await calls(30, centro, { signal: gone })
    expect(sent).toBe(30)
  })

  it('is not one that was never asked', async () => {
    send = breaker(clock)(async () => {
      throw new GatewayError('vendor_unavailable', { unsent: true })
    })
    await calls(30)
    expect((await call()) as GatewayError).toMatchObject({ message: 'vendor_unavailable', retryAfterMs: undefined })
  })

  it('is forgiven what it did ten seconds ago', async () => {
    for (let round = 0; round < 4; round += 1) {
      fails('vendor_timeout')
      await calls(4)
      vendor = () => answered(200)
      await calls(5)
      await clock.advance(10_000)
    }
    expect(sent).toBe(36)
    expect(opened).toEqual([])
  })
})

describe('two levels', () => {
  it('close one connection without the others of its host', async () => {
    await calls(40, norte)
    fails('vendor_error', { upstream: { status: 500 } })
    await calls(10)
    expect(opened).toEqual([['centro', 5_000]])
    vendor = () => answered(200)
    expect(await call(norte)).toMatchObject({ status: 200 })
    expect(await call()).toMatchObject({ kind: 'vendor_unavailable' })
  })

  it('close a host for all its connections, and for no other host', async () => {
    fails('vendor_timeout')
    await calls(5)
    await calls(5, norte)
    expect(opened).toEqual([['127.0.0.1:9', 5_000]])
    vendor = () => answered(200)
    expect(await call(norte)).toMatchObject({ kind: 'vendor_unavailable' })
    expect(await call(elsewhere)).toMatchObject({ status: 200 })
  })
})

describe('after a while', () => {
  const open = async () => {
    fails('vendor_unavailable', unconnected)
    await calls(5)
    sent = 0
  }

  it('one read tries it, and the others wait for what it finds', async () => {
    await open()
    await clock.advance(5_000)
    const gate = Promise.withResolvers<Answer>()
    vendor = () => gate.promise
    const probe = call()
    expect([await refusedFor(), await refusedFor(norte)]).toEqual([1_000, 1_000])
    expect(sent).toBe(1)
    gate.resolve(answered(200))
    expect(await probe).toMatchObject({ status: 200 })
    vendor = () => answered(200)
    expect(await call(norte)).toMatchObject({ status: 200 })
    expect(await call()).toMatchObject({ status: 200 })
  })

  it('and twice as long after each try that failed, up to a minute', async () => {
    await open()
    for (const forMs of [10_000, 20_000, 40_000, 60_000, 60_000]) {
      await clock.advance(opened.at(-1)![1])
      await call()
      expect(opened.at(-1)).toEqual(['127.0.0.1:9', forMs])
      expect(await refusedFor()).toBe(forMs)
    }
    expect(sent).toBe(5)
  })

  it('begins again with five seconds once it worked', async () => {
    await open()
    await clock.advance(5_000)
    await call()
    await clock.advance(10_000)
    vendor = () => answered(200)
    await call()
    fails('vendor_unavailable', unconnected)
    await calls(5)
    expect(opened.at(-1)![1]).toBe(5_000)
  })

  it('no write is the one that tries, unless no read came for as long again', async () => {
    await open()
    vendor = () => answered(200)
    await clock.advance(5_000)
    expect(await refusedFor(centro, { method: 'POST' })).toBe(5_000)
    await clock.advance(4_999)
    expect(await refusedFor(centro, { method: 'POST' })).toBe(1)
    expect(sent).toBe(0)
    await clock.advance(1)
    expect(await call(centro, { method: 'POST' })).toMatchObject({ status: 200 })
  })

  it('another may try where the first one was held back or left', async () => {
    await open()
    await clock.advance(5_000)
    fails('vendor_rate_limited')
    await call()
    vendor = () => answered(200)
    expect(await call()).toMatchObject({ status: 200 })
  })

  it('what was under way when it opened neither closes nor lengthens it', async () => {
    const gate = Promise.withResolvers<Answer>()
    vendor = () => gate.promise
    const early = call()
    await open()
    gate.resolve(answered(200))
    await early
    expect(await refusedFor()).toBe(5_000)
    expect(opened).toHaveLength(2)
  })
})

it('opens for a time that differs a little, so that processes do not come back together', async () => {
  const times: number[] = []
  for (const random of [0, 0.999]) {
    const layer = breaker(clock, { onOpen: (_circuit, forMs) => times.push(Math.round(forMs)), random: () => random })
    send = layer(async (asked) => {
      asked.trace.attempts += 1
      throw new GatewayError('vendor_unavailable', unconnected)
    })
    await calls(5)
  }
  expect(times).toEqual([4_500, 4_500, 5_499, 5_499])
})
