import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answer, applyThenAnswer } from '../../src/sandbox/faults.ts'
import { type TestClock, testClock } from '../support/clock.ts'
import { type Faulty, isLogin, startFaulty } from '../support/faulty.ts'
import { startGateway } from '../support/gateway.ts'

// Rows 1 to 3 of the fault matrix: the vendor answers with a server error.

const SECRET = 'segredo do fornecedor'
const text = { 'content-type': 'text/plain' }
const fails = (status: number, headers: Record<string, string> = {}) => answer(status, { ...text, ...headers }, SECRET)

let clock: TestClock
let faulty: Faulty
beforeEach(async () => {
  clock = testClock(Date.now())
  // Nobody waits, and who looks again and again lets others do something between.
  const sleep = (_ms: number, signal?: AbortSignal) => setImmediate(undefined, { signal })
  faulty = await startFaulty({ clock: { ...clock, sleep } })
})
afterEach(async () => {
  expect(faulty.hasLogged(SECRET)).toBe(false)
  await faulty.close()
})

describe.each([
  [500, 502, 'vendor_error'],
  [502, 502, 'vendor_error'],
  [504, 504, 'vendor_timeout'],
  [599, 502, 'vendor_error'],
])("the vendor's %i", (status, told, code) => {
  it(`is ${told} ${code} to a read, which is sent once more at most`, async () => {
    faulty.breaks(fails(status))
    const { body, text: sent, status: got } = await faulty.read()
    expect(got).toBe(told)
    expect(body).toMatchObject({
      code,
      origin: 'vendor',
      connection: 'centro',
      operation: 'products.get',
      retryable: true,
      upstream: { status },
    })
    expect(body).not.toHaveProperty('outcome')
    expect(sent).not.toContain(SECRET)
    expect(faulty.reads()).toBeLessThanOrEqual(2)
  })

  it('once is not seen by the reader', async () => {
    faulty.breaks(fails(status), { times: 1 })
    expect((await faulty.read()).status).toBe(200)
    expect(faulty.reads()).toBe(2)
  })

  it('to a write is never followed by a second one, and its outcome is unknown', async () => {
    faulty.breaks(fails(status))
    const { body, status: got } = await faulty.create()
    expect(got).toBe(told)
    expect(body).toMatchObject({ code, operation: 'customers.create', outcome: 'unknown', retryable: false, upstream: { status } })
    expect(faulty.creates()).toBe(1)
  })

  it('to a login is the same problem, never one of the credentials', async () => {
    faulty.breaks(fails(status), { when: isLogin })
    const { body, status: got } = await faulty.read()
    expect(got).toBe(told)
    expect(body).toMatchObject({ code, connection: 'centro', operation: 'products.get' })
    expect(faulty.logins()).toBeLessThanOrEqual(2)
    expect(faulty.reads()).toBe(0)
  })

  it('to a login on the way to a write says that nothing was written', async () => {
    faulty.breaks(fails(status), { when: isLogin })
    expect((await faulty.create()).body).toMatchObject({ code, outcome: 'not_applied', retryable: true })
    expect(faulty.creates()).toBe(0)
  })
})

describe('a write that the vendor did before it failed', () => {
  it('is done once', async () => {
    const before = faulty.store.data.contatos.rows.size
    faulty.breaks(applyThenAnswer(500, text, SECRET))
    expect((await faulty.create()).body).toMatchObject({ outcome: 'unknown', retryable: false })
    expect(faulty.store.data.contatos.rows.size).toBe(before + 1)
  })

  it('whose record cannot be read back says that it is done, and where', async () => {
    faulty.breaks(fails(500), { when: ({ method, path }) => method === 'GET' && path.startsWith('/v1/contatos') })
    const { status, headers, body } = await faulty.create()
    expect([status, body.outcome, body.retryable]).toEqual([502, 'applied', false])
    expect(faulty.store.data.contatos.rows.has(Number(/:(\d+)$/.exec(decodeURIComponent(headers.get('location')!))![1]))).toBe(true)
    expect(faulty.creates()).toBe(1)
  })
})

describe("the vendor's 503", () => {
  it('is 503 with the wait that the vendor asked for, where that does not fit into the time', async () => {
    faulty.breaks(fails(503, { 'retry-after': '60' }))
    const { status, headers, body } = await faulty.read()
    expect([status, headers.get('retry-after')]).toEqual([503, '60'])
    expect(body).toMatchObject({ code: 'vendor_unavailable', origin: 'vendor', retryAfter: 60, retryable: true })
    expect(faulty.reads()).toBe(1)
  })

  it('is 503 without one where the vendor did not say', async () => {
    faulty.breaks(fails(503))
    const { status, headers } = await faulty.read()
    expect([status, headers.get('retry-after')]).toEqual([503, null])
    expect(faulty.reads()).toBeLessThanOrEqual(2)
  })

  it('to a write is 502 with an unknown outcome', async () => {
    faulty.breaks(fails(503, { 'retry-after': '1' }))
    const { status, body } = await faulty.create()
    expect(status).toBe(502)
    expect(body).toMatchObject({ code: 'vendor_error', outcome: 'unknown', retryable: false, upstream: { status: 503 } })
    expect(faulty.creates()).toBe(1)
  })
})

describe('a read after a wait that fits', () => {
  it('goes out when the wait is over and not before', async () => {
    const held = testClock(Date.now())
    const patient = await startFaulty({ clock: held })
    await patient.read()
    patient.breaks(fails(503, { 'retry-after': '5' }), { times: 1 })
    const resting = held.sleepers()
    const answered = patient.read()
    await expect.poll(() => held.sleepers(), { timeout: 10_000 }).toBe(resting + 1)
    await held.advance(4_999)
    expect(patient.reads()).toBe(2)
    await held.advance(1)
    expect((await answered).status).toBe(200)
    expect(patient.reads()).toBe(3)
    await patient.close()
  })
})

describe('a refresh token that the first sending spends', () => {
  it.each([500, 502, 503, 504])('is sent once although the vendor answers %i', async (status) => {
    const { store } = faulty
    const { clientId, clientSecret, redirectUri } = store.application
    const credentials = { grant: 'authorization_code', clientId, clientSecret, redirectUri, refreshToken: store.issueRefreshToken() }
    const gateway = await startGateway([{ id: 'centro', vendor: 'egestor', credentials, settings: { baseUrl: store.url } }])
    faulty.breaks(fails(status), { when: isLogin, times: 1 })
    expect((await gateway.fetch('/products/centro:1')).status).toBeGreaterThanOrEqual(502)
    expect(faulty.logins()).toBe(1)
    await gateway.close()
  })
})
