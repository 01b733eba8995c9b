import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyThenHang, applyThenReset, drip, type Effect, hang, reset, resetMidBody, stall } from '../../src/sandbox/faults.ts'
import { type Faulty, isLogin, startFaulty } from '../support/faulty.ts'
import { connectionTo, type GatewayOptions, json, startGateway } from '../support/gateway.ts'
import { UNLIMITED } from '../support/two-stores.ts'

// The connection to the vendor fails. `timeoutMs` is short here; what is asserted is that it ends, not how fast a busy machine is.

const TIMEOUT_MS = 1_200
const LATE_MS = 6_000

let faulty: Faulty
beforeEach(async () => {
  faulty = await startFaulty({ settings: { ...UNLIMITED, timeoutMs: TIMEOUT_MS } })
})
afterEach(() => faulty.close())

async function timed<T>(work: Promise<T>): Promise<T> {
  const started = performance.now()
  const done = await work
  expect(performance.now() - started).toBeLessThan(LATE_MS)
  return done
}

const SILENT: [string, Effect][] = [
  ['never answers', hang],
  ['stops in the middle of a body', stall],
  ['sends a byte now and then', drip(100)],
]

describe.each(SILENT)('a vendor that %s (rows 17, 18, 19)', (_name, effect) => {
  it('is 504 vendor_timeout to a read, when its time is over', async () => {
    await faulty.read()
    faulty.breaks(effect)
    const { status, body } = await timed(faulty.read())
    expect([status, body.code, body.origin, body.retryable]).toEqual([504, 'vendor_timeout', 'vendor', true])
  })

  it('to a write is 504 with an unknown outcome after one sending', async () => {
    await faulty.read()
    faulty.breaks(effect)
    const { status, body } = await timed(faulty.create())
    expect([status, body.code, body.outcome, body.retryable]).toEqual([504, 'vendor_timeout', 'unknown', false])
    expect(faulty.creates()).toBe(1)
  })

  it('at the login is 504, and says of a write that nothing was done', async () => {
    faulty.breaks(effect, { when: isLogin })
    const { status, body } = await timed(faulty.create())
    expect([status, body.code, body.outcome, body.retryable]).toEqual([504, 'vendor_timeout', 'not_applied', true])
    expect(faulty.creates()).toBe(0)
  })
})

describe('a reset', () => {
  it.each<[string, Effect]>([
    ['before the answer', reset],
    ['in the middle of the answer', resetMidBody],
  ])('%s is not seen by a reader when it happens once', async (_name, effect) => {
    await faulty.read()
    faulty.breaks(effect, { times: 1 })
    expect((await timed(faulty.read())).status).toBe(200)
  })

  it('before the answer is 502 vendor_error when it goes on', async () => {
    faulty.breaks(reset)
    const { status, body } = await timed(faulty.read())
    expect([status, body.code]).toEqual([502, 'vendor_error'])
    expect(faulty.reads()).toBeLessThanOrEqual(2)
  })

  it('in the middle of the answer is 502 when it goes on', async () => {
    faulty.breaks(resetMidBody)
    const { status, body } = await timed(faulty.read())
    expect(status).toBe(502)
    expect(['vendor_error', 'bad_vendor_response']).toContain(body.code)
  })

  it.each<[string, Effect, number]>([
    ['before it was done', reset, 0],
    ['after it was done', applyThenReset, 1],
    ['while the answer came', resetMidBody, 1],
  ])('of a write %s is never followed by a second one', async (_name, effect, made) => {
    await faulty.read()
    const before = faulty.store.data.contatos.rows.size
    faulty.breaks(effect)
    const { status, body } = await timed(faulty.create())
    expect([status, body.outcome, body.retryable]).toEqual([502, 'unknown', false])
    expect(faulty.creates()).toBe(1)
    expect(faulty.store.data.contatos.rows.size).toBe(before + made)
  })

  it('of a login is repeated once, and then told as what it is', async () => {
    faulty.breaks(reset, { when: isLogin })
    expect((await timed(faulty.read())).body).toMatchObject({ status: 502, code: 'vendor_error' })
    expect(faulty.logins()).toBeLessThanOrEqual(2)
  })

  it('of a login on the way to a write says that nothing was done', async () => {
    faulty.breaks(reset, { when: isLogin })
    expect((await timed(faulty.create())).body).toMatchObject({ outcome: 'not_applied', retryable: true })
  })
})

describe('a write that was done and not answered', () => {
  it('is 504 with an unknown outcome, and is done once', async () => {
    await faulty.read()
    const before = faulty.store.data.contatos.rows.size
    faulty.breaks(applyThenHang)
    expect((await timed(faulty.create())).body).toMatchObject({ status: 504, outcome: 'unknown', retryable: false })
    expect(faulty.store.data.contatos.rows.size).toBe(before + 1)
  })
})

describe('sockets', () => {
  it('are all closed some seconds after the last failure', async () => {
    for (const effect of [hang, stall, drip(100), reset, resetMidBody]) {
      faulty.breaks(effect)
      await Promise.all([faulty.read(), faulty.read(), faulty.create()])
      faulty.store.faults.clear()
    }
    // Left alone for some seconds after so many failures, and then tried again.
    await expect.poll(async () => (await faulty.read()).status, { timeout: 20_000, interval: 500 }).toBe(200)
    await expect.poll(() => faulty.store.sockets(), { timeout: 20_000 }).toBe(0)
  })
})

describe('a vendor that is not there (row 15)', () => {
  const at = (port: number, options: GatewayOptions = {}) =>
    startGateway(
      [{ ...connectionTo('centro', faulty.store), settings: { baseUrl: `http://127.0.0.1:${port}/api`, timeoutMs: 5_000 } }],
      options,
    )

  async function closedPort(): Promise<number> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    await new Promise((resolve) => server.close(resolve))
    return port
  }

  it('is 503 vendor_unavailable, and of a write it is sure that nothing was done', async () => {
    const gateway = await at(await closedPort())
    const read = await timed(gateway.fetch('/products/centro:1'))
    expect([read.status, read.body.code, read.body.retryable]).toEqual([503, 'vendor_unavailable', true])
    const write = await timed(gateway.fetch('/customers', json('POST', { name: 'Ana' })))
    expect(write.body).toMatchObject({ status: 503, code: 'vendor_unavailable', outcome: 'not_applied', retryable: true })
    await gateway.close()
  })
})
