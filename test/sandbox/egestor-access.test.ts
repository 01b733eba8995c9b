import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EgestorSandbox, startEgestor } from '../../src/sandbox/egestor/index.ts'
import { grant, logIn, request } from './client.ts'

let sandbox: EgestorSandbox
let now = Date.parse('2026-11-16T12:00:00Z')

beforeEach(async () => {
  sandbox = await startEgestor({ store: 'norte', now: () => now })
})
afterEach(() => sandbox.close())

const personal = () => grant(sandbox, { grant_type: 'personal', personal_token: sandbox.personalToken })
const withApplication = (rest: Record<string, unknown>) =>
  grant(sandbox, {
    client_id: sandbox.application.clientId,
    client_secret: sandbox.application.clientSecret,
    redirect_uri: sandbox.application.redirectUri,
    ...rest,
  })
const read = (token: string) => request(`${sandbox.url}/v1/empresa`, { headers: { authorization: `Bearer ${token}` } })

describe('the token endpoint', () => {
  it('gives a token for the personal token, from JSON and from a form', async () => {
    const json = await personal()
    expect(json).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 900 } })
    const form = new URLSearchParams({ grant_type: 'personal', personal_token: sandbox.personalToken })
    const fromForm = await request(`${sandbox.url}/oauth/access_token`, { method: 'POST', body: form })
    expect(fromForm.status).toBe(200)
    for (const { body } of [json, fromForm]) expect((await read(body.access_token)).status).toBe(200)
  })

  it('has a personal token like a JWT with a standard base64 end, another one in each store', async () => {
    expect(sandbox.personalToken.split('.')).toHaveLength(3)
    expect(sandbox.personalToken).toMatch(/\/.*=$/)
    const other = await startEgestor({ store: 'centro' })
    expect(other.personalToken).not.toBe(sandbox.personalToken)
    await other.close()
  })

  it('answers 400 with errMsg to what is wrong', async () => {
    const wrong = [
      grant(sandbox, { grant_type: 'personal', personal_token: 'x.y.z' }),
      grant(sandbox, { grant_type: 'password' }),
      withApplication({ grant_type: 'authorization_code', code: 'never-issued' }),
      withApplication({ grant_type: 'authorization_code', code: sandbox.issueCode(), client_secret: 'x' }),
      withApplication({ grant_type: 'authorization_code', code: sandbox.issueCode(), redirect_uri: 'http://127.0.0.1/x' }),
      withApplication({ grant_type: 'refresh_token', refresh_token: 'never-issued' }),
    ]
    for (const { status, body } of await Promise.all(wrong)) {
      expect(status).toBe(400)
      expect(body).toMatchObject({ errCode: 400, errMsg: expect.stringMatching(/./), errObs: null })
    }
  })

  it('takes a code once, and gives the personal token with it', async () => {
    const code = sandbox.issueCode()
    const first = await withApplication({ grant_type: 'authorization_code', code })
    expect(first).toMatchObject({ status: 200, body: { personal_token: sandbox.personalToken } })
    expect((await withApplication({ grant_type: 'authorization_code', code })).status).toBe(400)
  })

  it('rotates a refresh token: the old one dies, the new one lives', async () => {
    const old = sandbox.issueRefreshToken()
    const first = await withApplication({ grant_type: 'refresh_token', refresh_token: old })
    expect(first.status).toBe(200)
    expect((await withApplication({ grant_type: 'refresh_token', refresh_token: old })).status).toBe(400)
    expect((await withApplication({ grant_type: 'refresh_token', refresh_token: first.body.refresh_token })).status).toBe(200)
  })

  it('keeps several tokens alive, each to its last millisecond', async () => {
    const one = (await personal()).body.access_token
    now += 60_000
    const two = (await personal()).body.access_token
    now += 839_999
    expect((await read(one)).status).toBe(200)
    now += 1
    expect((await read(one)).status).toBe(401)
    expect((await read(two)).status).toBe(200)
  })

  it('lets a test shorten the life of tokens and revoke them', async () => {
    sandbox.set({ tokenLifeSeconds: 10 })
    const { body } = await personal()
    expect(body.expires_in).toBe(10)
    sandbox.revokeAccessTokens()
    expect((await read(body.access_token)).status).toBe(401)
  })
})

describe('the consent page', () => {
  const page = (extra = {}) => {
    const { clientId, redirectUri } = sandbox.application
    const query = new URLSearchParams({ response_type: 'code', client_id: clientId, redirect_uri: redirectUri, ...extra })
    return request(`${sandbox.url}/oauth/authorize?${query}`)
  }

  it('shows a way to approve and a way to deny, without a client_secret', async () => {
    const { status, body } = await page({ state: '"><script>' })
    expect(status).toBe(200)
    expect(body).toMatch(/decision=approve/)
    expect(body).toMatch(/decision=deny/)
    expect(body).not.toContain('<script>')
  })

  it('sends the browser back with a code that works, or with an error', async () => {
    const approved = await page({ state: 'abc', decision: 'approve' })
    expect(approved.status).toBe(302)
    const back = new URL(approved.headers.get('location')!)
    expect(back.searchParams.get('state')).toBe('abc')
    const token = await withApplication({ grant_type: 'authorization_code', code: back.searchParams.get('code') })
    expect(token.status).toBe(200)
    const denied = await page({ decision: 'deny' })
    expect(new URL(denied.headers.get('location')!).searchParams.get('error')).toBe('access_denied')
  })

  it('can lose the state, which no page of the vendor speaks of', async () => {
    sandbox.set({ traps: { stateReturned: false } })
    expect((await page({ state: 'abc', decision: 'approve' })).headers.get('location')).not.toContain('state')
  })

  it('shows the code where the application has no address', async () => {
    sandbox.application.redirectUri = 'urn:ietf:wg:oauth:2.0:oob:auto'
    expect((await page({ decision: 'approve' })).body).toMatch(/<code>.{20}<\/code>/)
  })

  it('refuses an unknown application and another address', async () => {
    expect((await page({ client_id: 'x' })).status).toBe(400)
    expect((await page({ redirect_uri: 'http://127.0.0.1/elsewhere' })).status).toBe(400)
  })
})

describe('data calls', () => {
  it('need a Bearer token and say access_denied with the path', async () => {
    for (const authorization of ['', 'Bearer nope', 'Basic eDp5']) {
      const { status, body } = await request(`${sandbox.url}/v1/contatos?page=2`, { headers: { authorization } })
      expect(status).toBe(401)
      expect(body).toEqual({
        errCode: 401,
        errMsg: 'Não foi possível acessar o sistema. Verifique seu "access_token".',
        errObs: 'access_denied',
        errFields: null,
        errUrl: '/v1/contatos',
      })
    }
  })

  it('answer 404 to an unknown path and 405 to a known one with another method', async () => {
    const call = await logIn(sandbox)
    for (const path of ['nada', 'contatos/abc', 'contatos/1/x', 'contatos/', 'vendas/1/nfe'])
      expect((await call('GET', path)).status).toBe(404)
    for (const [method, path] of [
      ['PATCH', 'contatos/1'],
      ['PUT', 'contatos'],
      ['POST', 'usuarios'],
      ['GET', 'recebimentos/1/receber'],
    ] as const) {
      const { status, body } = await call(method, path)
      expect(status).toBe(405)
      expect(body.errCode).toBe(405)
    }
    expect((await request(sandbox.url.replace('/api', '/v1/contatos'))).status).toBe(404)
  })

  it('are all recorded with query, headers, body and time', async () => {
    const call = await logIn(sandbox)
    await call('PUT', 'vendas/1?x=1&x=2', { situacao: 50 })
    expect(sandbox.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /oauth/access_token', 'PUT /v1/vendas/1'])
    expect(sandbox.requests[1]).toMatchObject({ query: { x: '2' }, rawQuery: 'x=1&x=2', body: { situacao: 50 }, at: now })
    expect(sandbox.requests[1]!.headers.authorization).toMatch(/^Bearer /)
  })
})

describe('the limit', () => {
  it('counts down in the headers of every answer, refusals too', async () => {
    const call = await logIn(sandbox)
    const left = []
    for (const path of ['contatos', 'contatos/99999', 'nada']) left.push((await call('GET', path)).headers.get('x-ratelimit-remaining'))
    expect(left).toEqual(['58', '57', '56'])
    expect((await call('GET', 'empresa')).headers.get('x-ratelimit-limit')).toBe('60')
  })

  it('lets 60 through in any minute and answers 429 without Retry-After to the rest', async () => {
    const call = await logIn(sandbox)
    for (let at = 0; at < 58; at += 1) await call('GET', 'empresa')
    now += 30_000
    expect((await call('GET', 'empresa')).status).toBe(200)
    const refused = await call('GET', 'empresa')
    expect(refused.status).toBe(429)
    expect(refused.body).toMatchObject({ errCode: 429 })
    expect(refused.headers.get('retry-after')).toBeNull()
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0')
    now += 29_999
    expect((await call('GET', 'empresa')).status).toBe(429)
    now += 1
    // 59 places are free again, the one taken half a minute ago is not.
    const statuses = []
    for (let at = 0; at < 60; at += 1) statuses.push((await call('GET', 'empresa')).status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(59)
  })

  it('can be lifted, can leave out token calls, and has no effect on what it refuses', async () => {
    const call = await logIn(sandbox)
    sandbox.set({ limit: { requests: 1, perMs: 1_000 } })
    expect((await call('DELETE', 'contatos/1')).status).toBe(429)
    expect(sandbox.data.contatos.deleted.has(1)).toBe(false)
    expect((await personal()).status).toBe(429)
    sandbox.set({ traps: { tokenCallsCount: false } })
    expect((await personal()).status).toBe(200)
    sandbox.set({ limit: null })
    const free = await call('GET', 'empresa')
    expect(free.status).toBe(200)
    expect(free.headers.get('x-ratelimit-limit')).toBeNull()
  })
})
