import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { randomKeyRing } from '../../src/kernel/seal.ts'
import { answer } from '../../src/sandbox/faults.ts'
import { type TestClock, testClock } from '../support/clock.ts'
import { type Faulty, isData, startFaulty } from '../support/faulty.ts'
import { connectionTo, startGateway } from '../support/gateway.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'

// Rows 4 to 6 of the fault matrix: the vendor refuses because of its limits.

const WINDOW_MS = 61_000
const WIDENED_MS = WINDOW_MS * 1.25
const CAP_MS = 15 * 60_000
const json = { 'content-type': 'application/json' }
const tooMany = (headers: Record<string, string> = {}) =>
  answer(429, { ...json, ...headers }, JSON.stringify({ errCode: 429, errMsg: 'Número máximo de requisições atingido.' }))
const inHttp = (ms: number) => new Date(Date.now() + ms).toUTCString()

let clock: TestClock
let faulty: Faulty
beforeEach(async () => {
  clock = testClock(Date.now())
  faulty = await startFaulty({ clock, settings: { limits: { requests: 60, perMs: 60_000 } } })
  await faulty.read()
})
afterEach(() => faulty.close())

const limited = { code: 'vendor_rate_limited', origin: 'vendor', connection: 'centro', retryable: true }

describe("the vendor's 429 with Retry-After", () => {
  it.each([
    ['30', 30_000, 0],
    [inHttp(120_000), 120_000, 60_000],
    ['soon', WINDOW_MS, 0],
    ['-5', WINDOW_MS, 0],
    ['', WINDOW_MS, 0],
    ['0', WINDOW_MS, 0],
    [inHttp(-60_000), WINDOW_MS, 0],
    ['99999999999', CAP_MS, 0],
  ])('%s lets no call through before its time, and the client is told when to come again', async (value, waitMs, slackMs) => {
    faulty.breaks(tooMany({ 'retry-after': value }), { times: 1 })
    const before = faulty.reads()
    const { status, headers, body } = await faulty.read()
    expect(status).toBe(429)
    expect(body).toMatchObject(limited)
    const told = Number(headers.get('retry-after')) * 1_000
    expect(told).toBeLessThanOrEqual(Math.ceil(waitMs / 1_000) * 1_000)
    expect(told).toBeGreaterThanOrEqual(waitMs - slackMs)
    expect(body.retryAfter * 1_000).toBe(told)

    // The last 10 s are within a request's own time: it would wait.
    await clock.advance(told - 12_000)
    const early = await faulty.read()
    expect(early.status).toBe(429)
    expect(Number(early.headers.get('retry-after'))).toBeLessThanOrEqual(12)
    expect(faulty.reads()).toBe(before + 1)
    await clock.advance(12_000)
    expect((await faulty.read()).status).toBe(200)
    expect(faulty.reads()).toBe(before + 2)
  })

  it('is waited for where it fits into the time of the request', async () => {
    faulty.breaks(tooMany({ 'retry-after': '5' }), { times: 1 })
    const before = faulty.reads()
    const resting = clock.sleepers()
    const answered = faulty.read()
    await expect.poll(() => clock.sleepers(), { timeout: 10_000 }).toBe(resting + 1)
    await clock.advance(4_999)
    expect(faulty.reads()).toBe(before + 1)
    await clock.advance(1)
    expect((await answered).status).toBe(200)
    expect(faulty.reads()).toBe(before + 2)
  })

  it('is waited for by a write too, since eGestor refuses before it does anything', async () => {
    faulty.breaks(tooMany({ 'retry-after': '5' }), { times: 1 })
    const resting = clock.sleepers()
    const answered = faulty.create()
    await expect.poll(() => clock.sleepers(), { timeout: 10_000 }).toBe(resting + 1)
    await clock.advance(5_000)
    expect((await answered).status).toBe(201)
    expect(faulty.creates()).toBe(2)
  })

  it('to a write says that nothing was done', async () => {
    faulty.breaks(tooMany({ 'retry-after': '60' }))
    expect((await faulty.create()).body).toMatchObject({ ...limited, outcome: 'not_applied', retryAfter: 60 })
    expect(faulty.creates()).toBe(1)
  })
})

describe("the vendor's 429 without Retry-After", () => {
  it('closes the connection for a window, and the window is wider afterwards', async () => {
    await faulty.close()
    faulty = await startFaulty({ clock, settings: { limits: { requests: 3, perMs: 60_000 } } })
    faulty.breaks(tooMany(), { times: 1 })
    expect((await faulty.read()).headers.get('retry-after')).toBe(String(Math.ceil(WINDOW_MS / 1_000)))
    await clock.advance(WINDOW_MS)
    expect((await faulty.read()).status).toBe(200)
    // The login and the refused call are of the last window while that is wider.
    await clock.advance(WIDENED_MS - WINDOW_MS)
    for (let call = 0; call < 2; call += 1) expect((await faulty.read()).status).toBe(200)
    const { status, headers } = await faulty.read()
    expect([status, headers.get('retry-after')]).toEqual([429, String(Math.ceil(WINDOW_MS / 1_000))])
  })
})

describe('a gate that one instance closed', () => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.stop())

  it('is closed for all instances', async () => {
    const options = { redisUrl: redis.url, keyRing: randomKeyRing() }
    const connection = connectionTo('centro', faulty.store, { limits: { requests: 60, perMs: 60_000 } })
    const instances = await Promise.all(Array.from({ length: 3 }, () => startGateway([connection], options)))
    const statuses = async () => (await Promise.all(instances.map(({ fetch }) => fetch('/products/centro:1')))).map(({ status }) => status)
    expect(await statuses()).toEqual([200, 200, 200])
    faulty.breaks(tooMany({ 'retry-after': '600' }), { times: 1 })
    expect((await instances[0]!.fetch('/products/centro:1')).status).toBe(429)
    const before = faulty.store.requests.length
    expect(await statuses()).toEqual([429, 429, 429])
    expect(faulty.store.requests).toHaveLength(before)
    await Promise.all(instances.map(({ close }) => close()))
  })
})

describe("the vendor's 403", () => {
  it.each([403, 402])('as %i is 424 connection_forbidden, and nothing is sent again because of it', async (status) => {
    faulty.breaks(answer(status, json, JSON.stringify({ errCode: status, errMsg: 'Sem permissão.' })))
    const before = { logins: faulty.logins(), reads: faulty.reads() }
    for (let call = 0; call < 10; call += 1) {
      const { status: told, body } = await faulty.read()
      expect(told).toBe(424)
      expect(body).toMatchObject({
        code: 'connection_forbidden',
        origin: 'vendor',
        retryable: false,
        upstream: { status, message: 'Sem permissão.' },
      })
    }
    expect(faulty.reads()).toBe(before.reads + 10)
    expect(faulty.logins()).toBe(before.logins)
  })

  it('to a write says that nothing was done', async () => {
    faulty.breaks(answer(403, json, '{}'), { when: isData })
    expect((await faulty.create()).body).toMatchObject({ code: 'connection_forbidden', outcome: 'not_applied' })
    expect(faulty.creates()).toBe(1)
  })
})
