import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answer } from '../../src/sandbox/faults.ts'
import { type TestClock, testClock } from '../support/clock.ts'
import { ALWAYS, type Faulty, isLogin, startFaulty } from '../support/faulty.ts'
import { connectionTo, startGateway } from '../support/gateway.ts'
import { UNLIMITED } from '../support/two-stores.ts'

// Rows 7 and 8 of the fault matrix: the vendor no longer takes a token, or the credentials.

const refused = answer(
  401,
  { 'content-type': 'application/json' },
  JSON.stringify({ errCode: 401, errMsg: 'Token inválido.', errObs: 'access_denied' }),
)

let clock: TestClock
let faulty: Faulty
beforeEach(async () => {
  clock = testClock(Date.now())
  faulty = await startFaulty({ clock })
})
afterEach(() => faulty.close())

describe('a token that the vendor refuses in the middle of its life', () => {
  it('is renewed once for any number of requests, and all of them succeed', async () => {
    await faulty.read()
    faulty.store.revokeAccessTokens()
    const answers = await Promise.all(Array.from({ length: 300 }, () => faulty.read()))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(faulty.logins()).toBe(2)
  })

  it('is renewed for a write too, which is done once', async () => {
    await faulty.read()
    faulty.store.revokeAccessTokens()
    const before = faulty.store.data.contatos.rows.size
    expect((await faulty.create()).status).toBe(201)
    expect(faulty.store.data.contatos.rows.size).toBe(before + 1)
  })

  it('and refused again is 424 connection_unauthorized, never a 401', async () => {
    faulty.breaks(refused)
    const { status, body } = await faulty.read()
    expect(status).toBe(424)
    expect(body).toMatchObject({ code: 'connection_unauthorized', origin: 'vendor', retryable: false })
    expect([faulty.logins(), faulty.reads()]).toEqual([2, 2])
  })
})

describe('credentials that the vendor refuses', () => {
  beforeEach(() => {
    faulty.store.faults.add({
      when: isLogin,
      times: ALWAYS,
      do: answer(400, { 'content-type': 'application/json' }, '{"errCode":400,"errMsg":"personal_token inválido."}'),
    })
  })

  it('are 424, and the vendor is asked once in half a minute', async () => {
    for (let call = 0; call < 10; call += 1) {
      expect((await faulty.read()).body).toMatchObject({ status: 424, code: 'connection_unauthorized', upstream: { status: 400 } })
    }
    expect(faulty.logins()).toBe(1)
    await clock.advance(33_000)
    await faulty.read()
    expect(faulty.logins()).toBe(2)
    faulty.store.faults.clear()
    await clock.advance(33_000)
    expect((await faulty.read()).status).toBe(200)
  })

  it('say of a write that nothing was done', async () => {
    expect((await faulty.create()).body).toMatchObject({ code: 'connection_unauthorized', outcome: 'not_applied', retryable: false })
  })

  it('are told to each connection that shares them as its own, and to a read without what a write noted', async () => {
    const gateway = await startGateway([connectionTo('um', faulty.store, UNLIMITED), connectionTo('dois', faulty.store, UNLIMITED)])
    const write = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":"Ana"}' }
    const [written, read, listed] = await Promise.all([
      gateway.fetch('/customers?connection=um', write),
      gateway.fetch('/products/dois:1'),
      gateway.fetch('/sales?connection=dois'),
    ])
    expect(written.body).toMatchObject({ connection: 'um', operation: 'customers.create', outcome: 'not_applied' })
    expect(read.body).toMatchObject({ connection: 'dois', operation: 'products.get' })
    expect(listed.body).toMatchObject({ connection: 'dois', operation: 'sales.list' })
    expect(read.body).not.toHaveProperty('outcome')
    expect(listed.body).not.toHaveProperty('outcome')
    await gateway.close()
  })
})
