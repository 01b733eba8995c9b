import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CangeSandbox, startCange } from '../../src/sandbox/cange/index.ts'
import type { Json } from '../support/json.ts'
import { request } from './client.ts'

let sandbox: CangeSandbox
let now = Date.parse('2026-11-16T12:00:00Z')

beforeEach(async () => {
  sandbox = await startCange({ now: () => now })
})
afterEach(() => sandbox.close())

const ORIGIN = 'https://app.cange.me'

const logIn = (body: unknown) =>
  request(`${sandbox.url}/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

const read = (token: string, path = '/register/my-registers', origin = ORIGIN) =>
  request(sandbox.url + path, { headers: { authorization: `Bearer ${token}`, ...(origin && { origin }) } })

describe('the login', () => {
  it('gives a token for an e-mail and its key', async () => {
    const { status, body } = await logIn(sandbox.credentials)
    expect(status).toBe(200)
    expect((await read(body.token)).body).toHaveLength(2)
  })

  it('refuses another key, and members it does not know', async () => {
    const { email, apikey } = sandbox.credentials
    expect(await logIn({ email, apikey: 'x' })).toMatchObject({
      status: 401,
      body: { status: 'error', message: expect.stringMatching(/./) },
    })
    expect((await logIn({ email, apikey, grant_type: 'x' })).status).toBe(400)
  })

  it('can call the token by other names', async () => {
    sandbox.set({ traps: { tokenName: 'access_token' } })
    expect((await logIn(sandbox.credentials)).body.access_token).toMatch(/./)
    sandbox.set({ traps: { tokenName: 'nested' } })
    expect((await logIn(sandbox.credentials)).body.data.access_token).toMatch(/./)
  })

  it('has a key like the vendor, with characters that a .env file would take apart', () => {
    expect(sandbox.credentials.apikey).toMatch(/\$.*\//)
  })
})

describe('a call', () => {
  it('needs a token that is good to its last millisecond', async () => {
    const token = sandbox.issueToken()
    now += 3_599_999
    expect((await read(token)).status).toBe(200)
    now += 1
    expect(await read(token)).toMatchObject({ status: 401, body: { message: 'Token expirado' } })
    expect((await read('nope')).status).toBe(401)
  })

  it('loses its token when all are revoked', async () => {
    const token = sandbox.issueToken()
    sandbox.revokeTokens()
    expect((await read(token)).status).toBe(401)
  })

  it('needs an Origin, unless the trap is off', async () => {
    const token = sandbox.issueToken()
    expect((await read(token, '/register/my-registers', '')).status).toBe(403)
    sandbox.set({ traps: { originRequired: false } })
    expect((await read(token, '/register/my-registers', '')).status).toBe(200)
  })

  it('to an unknown route is answered as Express does', async () => {
    expect(await read(sandbox.issueToken(), '/customers')).toMatchObject({ status: 404, body: { message: 'Cannot GET /customers' } })
  })

  it('can have its error told under status 200', async () => {
    sandbox.set({ traps: { errorsWith200: true } })
    expect(await read('nope')).toMatchObject({ status: 200, body: { status: 'error' } })
  })
})

describe('the limit', () => {
  const reads = async (count: number): Promise<number[]> => {
    const token = sandbox.issueToken()
    const seen: number[] = []
    for (let at = 0; at < count; at += 1) seen.push((await read(token)).status)
    return seen
  }

  it('is ten reads in any second, and then five minutes of block', async () => {
    expect(await reads(11)).toEqual([...Array(10).fill(200), 429])
    now += 299_999
    expect(await reads(1)).toEqual([429])
    now += 1
    expect(await reads(1)).toEqual([200])
  })

  it('is new a second later', async () => {
    expect(await reads(10)).not.toContain(429)
    now += 1_000
    expect(await reads(10)).not.toContain(429)
  })

  it('can be lifted', async () => {
    sandbox.set({ limit: null })
    expect(await reads(30)).not.toContain(429)
  })
})

it('keeps what it was asked, and has faults to play', async () => {
  const { answer } = await import('../../src/sandbox/faults.ts')
  sandbox.faults.add({ do: answer(503) })
  const seen: Json = await read(sandbox.issueToken())
  expect(seen.status).toBe(503)
  expect(sandbox.requests.at(-1)).toMatchObject({ method: 'GET', path: '/register/my-registers' })
})
