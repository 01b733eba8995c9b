import { beforeEach, describe, expect, it, vi } from 'vitest'
import { type Bulkhead, createBulkhead } from '../../src/kernel/bulkhead.ts'
import type { Call } from '../../src/kernel/call.ts'
import type { Connection } from '../../src/kernel/connection.ts'
import { GatewayError } from '../../src/kernel/errors.ts'
import { limit } from '../../src/kernel/layers/limit.ts'
import { memoryPermits } from '../../src/store/memory/permits.ts'
import { type TestClock, testClock } from '../support/clock.ts'
import { answered, fakeCall, fakeConnection, fakeVendor } from '../support/fake.ts'

const CONNECTION = 16
const HOST = 32
const WAITING = 64
const PROCESS = 512

const at = (id: string, host = 'vendor') => fakeConnection({ id, login: id, baseUrl: `http://${host}.example` })

let clock: TestClock
let bulkhead: Bulkhead
beforeEach(() => {
  clock = testClock()
  bulkhead = createBulkhead(clock)
})

const callOf = (connection: Connection, changes: Partial<Call> = {}) =>
  fakeCall({ connection, deadline: clock.now() + 10_000, ...changes } as Partial<Omit<Call, 'request'>>)

/** Enters as often as there is room. */
function fill(connection: Connection): Call[] {
  const inside: Call[] = []
  for (let call = callOf(connection); bulkhead.tryEnter(call); call = callOf(connection)) inside.push(call)
  return inside
}

/** Waits in line, and notes when it got in or what it was told. */
function waiting(connection: Connection, changes: Partial<Call> = {}) {
  const call = callOf(connection, changes)
  const seen: { call: Call; result: unknown } = { call, result: 'waits' }
  bulkhead.enter(call).then(
    () => {
      seen.result = 'in'
    },
    (error) => {
      seen.result = error
    },
  )
  return seen
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('the bulkhead (row 30)', () => {
  it('lets one connection have half of its host, and the host as many as there are sockets', () => {
    expect(fill(at('a'))).toHaveLength(CONNECTION)
    expect(fill(at('b'))).toHaveLength(HOST - CONNECTION)
    expect(fill(at('c'))).toHaveLength(0)
    expect(fill(at('d', 'another'))).toHaveLength(CONNECTION)
  })

  it('lets a vendor want fewer', () => {
    const vendor = fakeVendor({ limits: { ...fakeVendor().limits, concurrency: 2 } })
    expect(fill(fakeConnection({ vendor }))).toHaveLength(2)
  })

  it('lets in who waits in the order in which they came', async () => {
    const connection = at('a')
    const inside = fill(connection)
    const line = [waiting(connection), waiting(connection)]
    bulkhead.leave(inside[0]!)
    await turn()
    expect(line.map(({ result }) => result)).toEqual(['in', 'waits'])
    expect(bulkhead.counts()).toEqual({ inFlight: CONNECTION, waiting: 1 })
  })

  it('gives the room of a host to whoever may have it, past those who may not', async () => {
    const [flooding, quiet, other] = [at('flooding'), at('quiet'), at('other')]
    fill(flooding)
    const others = fill(other)
    const first = waiting(flooding)
    const second = waiting(quiet)
    bulkhead.leave(others[0]!)
    await turn()
    expect([first.result, second.result]).toEqual(['waits', 'in'])
  })

  it('refuses at once where the line is too long, for a connection and for the process', async () => {
    const connection = at('a')
    fill(connection)
    for (let count = 0; count < WAITING; count += 1) waiting(connection)
    const refused = waiting(connection)
    await turn()
    expect(refused.result).toMatchObject({ kind: 'vendor_unavailable', origin: 'gateway', unsent: true, retryAfterMs: 1_000 })
    expect(refused.result).toMatchObject({ exhausted: true })

    for (let host = 0; bulkhead.tryEnter(callOf(at('x', `host${host >> 4}`))); host += 1);
    expect(Object.values(bulkhead.counts()).reduce((sum, count) => sum + count)).toBe(PROCESS)
    const elsewhere = waiting(at('y', 'quiet'))
    await turn()
    expect(elsewhere.result).toMatchObject({ kind: 'vendor_unavailable' })
  })

  it('sends away who waited for half of the time there is', async () => {
    vi.useFakeTimers()
    const connection = at('a')
    fill(connection)
    const impatient = waiting(connection)
    await vi.advanceTimersByTimeAsync(4_999)
    expect(impatient.result).toBe('waits')
    await vi.advanceTimersByTimeAsync(1)
    expect(impatient.result).toMatchObject({ kind: 'vendor_unavailable', retryAfterMs: 1_000 })
    expect([bulkhead.counts().waiting, vi.getTimerCount()]).toEqual([0, 0])
    vi.useRealTimers()
  })

  it('forgets who left the line', async () => {
    const connection = at('a')
    const inside = fill(connection)
    const controller = new AbortController()
    const gone = waiting(connection, { signal: controller.signal })
    const next = waiting(connection)
    controller.abort(new GatewayError('request_timeout'))
    bulkhead.leave(inside[0]!)
    await turn()
    expect(gone.result).toMatchObject({ kind: 'request_timeout' })
    expect(next.result).toBe('in')
  })

  it('counts nothing any more once all have left', async () => {
    const connection = at('a')
    const inside = fill(connection)
    const line = Array.from({ length: 5 }, () => waiting(connection))
    for (const call of inside) bulkhead.leave(call)
    await turn()
    for (const { call } of line) bulkhead.leave(call)
    expect(bulkhead.counts()).toEqual({ inFlight: 0, waiting: 0 })
  })
})

describe('with the limiter', () => {
  const vendor = fakeVendor({ limits: { ...fakeVendor().limits, concurrency: 2 } })

  it('never sends more in a window than the limit, also when a slow vendor made calls wait for a slot', async () => {
    const connection = fakeConnection({ vendor, limits: { requests: 4, perMs: 1_000 } })
    const sentAt: number[] = []
    // Slow at first, then at once: what waited must not arrive on top of what comes next.
    const send = limit(
      memoryPermits(clock),
      clock,
      bulkhead,
    )(async () => {
      sentAt.push(clock.now())
      if (sentAt.length <= 4) await clock.sleep(900)
      return answered(200)
    })
    const calls = Promise.allSettled(Array.from({ length: 20 }, () => send(callOf(connection))))
    for (let passed = 0; passed < 10_000; passed += 50) await clock.advance(50)
    expect((await calls).filter(({ status }) => status === 'fulfilled')).toHaveLength(20)
    for (const [index, at] of sentAt.entries()) expect((sentAt[index + 4] ?? Number.POSITIVE_INFINITY) - at).toBeGreaterThanOrEqual(1_000)
    expect(bulkhead.counts()).toEqual({ inFlight: 0, waiting: 0 })
  })

  it('tells the exact wait at once while there is room, however many wait for permits', async () => {
    const connection = fakeConnection({ vendor, limits: { requests: 2, perMs: 1_000 } })
    const send = limit(memoryPermits(clock), clock, bulkhead)(async () => answered(200))
    const calls = Array.from({ length: 10 }, () => send(callOf(connection, { deadline: 2_000 })).catch((error) => error))
    await clock.advance(0)
    expect(await calls[9]).toMatchObject({ kind: 'vendor_rate_limited', retryAfterMs: 3_000 })
    await clock.advance(2_000)
    expect((await Promise.all(calls)).filter(({ status }) => status === 200)).toHaveLength(6)
  })

  it('keeps no slot of a call that got no permit, failed, or was left', async () => {
    const connection = fakeConnection({ vendor, limits: { requests: 1, perMs: 1_000 } })
    const permits = memoryPermits(clock)
    const send = limit(permits, clock, bulkhead)(() => Promise.reject(new GatewayError('vendor_error')))
    await expect(send(callOf(connection))).rejects.toThrow('vendor_error')
    await expect(send(callOf(connection, { deadline: 500 }))).rejects.toMatchObject({ kind: 'vendor_rate_limited' })
    const down = limit({ ...permits, take: () => Promise.reject(new Error('store')) }, clock, bulkhead)(async () => answered(200))
    await expect(down(callOf(connection))).rejects.toThrow('store')
    const controller = new AbortController()
    const left = send(callOf(connection, { signal: controller.signal }))
    await clock.advance(1)
    controller.abort(new GatewayError('request_timeout'))
    await expect(left).rejects.toMatchObject({ kind: 'request_timeout' })
    expect(bulkhead.counts()).toEqual({ inFlight: 0, waiting: 0 })
  })
})
