import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Call, stack } from '../../../src/kernel/call.ts'
import type { Connection } from '../../../src/kernel/connection.ts'
import { breaker } from '../../../src/kernel/layers/breaker.ts'
import { limit } from '../../../src/kernel/layers/limit.ts'
import { type Transport, transport } from '../../../src/kernel/layers/transport.ts'
import { memoryPermits } from '../../../src/store/memory/permits.ts'
import { certificates } from '../../support/certificates.ts'
import { type TestClock, testClock } from '../../support/clock.ts'
import { fakeCall, fakeConnection, fakeVendor } from '../../support/fake.ts'

// A vendor on loopback whose sockets take as long as the test says: the clock moves on between TCP and TLS.

const made = certificates()
setDefaultCACertificates([...getCACertificates('default'), made.authority.cert])

const MARGIN_MS = 90
const LIMIT = { requests: 3, perMs: 1_000 }

let clock: TestClock
let handshakeMs: number
let sockets: number
let arrivals: { at: number; body: string }[]
let server: ReturnType<typeof createServer>
let connection: Connection
let vendor: Transport
beforeEach(async () => {
  clock = testClock()
  handshakeMs = 0
  sockets = 0
  arrivals = []
  server = createServer(made.good, async (request, response) => {
    arrivals.push({ at: clock.now(), body: await text(request) })
    response.setHeader('content-type', 'application/json').end('{}')
  })
  server.on('connection', () => {
    sockets += 1
    if (sockets === 1) void clock.advance(handshakeMs)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const baseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { limits } = fakeVendor()
  connection = fakeConnection({ vendor: fakeVendor({ limits: { ...limits, marginMs: MARGIN_MS } }), limits: LIMIT, baseUrl })
  vendor = transport({ clock })
})
afterEach(async () => {
  await vendor.close()
  server.close()
})

const callTo = (changes: Partial<Call> = {}) => fakeCall({ connection, deadline: 60_000, ...changes })

describe('a call that may not leave when its socket is open', () => {
  const late = { kind: 'vendor_unavailable', unsent: true }
  async function* streamed() {
    yield Buffer.from('corpo')
  }

  it('is not sent and is no attempt, and the next one has the socket', async () => {
    const call = callTo({ mayLeave: () => false })
    await expect(vendor.send(call)).rejects.toMatchObject(late)
    expect(call.trace).toMatchObject({ attempts: 0, unsettled: false, status: undefined })
    expect(await vendor.send(callTo({ mayLeave: () => true }))).toMatchObject({ status: 200 })
    expect([arrivals.length, sockets]).toEqual([1, 1])
  })

  it('is not sent either where its answer is passed on as it is, and a streamed body is still whole', async () => {
    const body = streamed()
    const request = { method: 'POST', path: '/v1/things' } as const
    const call = { ...callTo({ mayLeave: () => false }), request }
    await expect(vendor.open(call, body)).rejects.toMatchObject(late)
    expect(call.trace).toMatchObject({ attempts: 0, unsettled: false })
    const answer = await vendor.open({ ...call, mayLeave: () => true }, body)
    expect([answer.status, await text(answer.body)]).toEqual([200, '{}'])
    expect(call.trace).toMatchObject({ attempts: 1, unsettled: true })
    expect([arrivals, sockets]).toEqual([[{ at: 0, body: 'corpo' }], 1])
  })
})

describe('calls to a vendor that no socket is open to', () => {
  const raw = async (call: Call) => {
    const { status, headers, body } = await vendor.open(call, null)
    await text(body)
    return { status, headers, body: null, length: 0 }
  }

  it.each([
    ['sent', (call: Call) => vendor.send(call)],
    ['passed on as they are', raw],
  ])('%s leave in their windows, however long sockets take', async (_how, end) => {
    handshakeMs = MARGIN_MS + 1
    const opened: string[] = []
    const send = stack([breaker(clock, { onOpen: (circuit) => opened.push(circuit) }), limit(memoryPermits(clock), clock)], end)
    const calls = Array.from({ length: 9 }, () => callTo())
    const sent = Promise.all(calls.map(send))
    await expect.poll(() => clock.sleepers()).toBe(9)
    expect(arrivals).toEqual([])
    const windowMs = LIMIT.perMs + MARGIN_MS
    for (const window of [1, 2, 3]) {
      await clock.advance(window * windowMs - clock.now())
      await expect.poll(() => arrivals).toHaveLength(window * LIMIT.requests)
    }
    await sent
    const most = Math.max(...arrivals.map(({ at: from }) => arrivals.filter(({ at }) => at >= from && at < from + LIMIT.perMs).length))
    expect(most).toBe(LIMIT.requests)
    expect(calls.map(({ trace }) => trace.attempts)).toEqual(calls.map(() => 1))
    expect([sockets, opened]).toEqual([LIMIT.requests, []])
  })
})
