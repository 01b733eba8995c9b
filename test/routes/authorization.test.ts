import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Clock, systemClock } from '../../src/kernel/clock.ts'
import { answer, reset } from '../../src/sandbox/faults.ts'
import { as, clientWith } from '../support/clients.ts'
import { type Consent, startConsent } from '../support/consent.ts'
import { json } from '../support/gateway.ts'

let consent: Consent
let passedMs = 0
/** Time that a test can let pass. */
const clock: Clock = { ...systemClock, now: () => performance.now() + passedMs, wall: () => Date.now() + passedMs }
beforeEach(() => {
  passedMs = 0
})
afterEach(() => consent.close())

const get = (path: string, headers: Record<string, string> = {}) => consent.gateway.fetch(path, { headers })
const statusOf = async (id = 'caixa') => (await get(`/products?connection=${id}&limit=1`)).status

/** The vendor's page, for a person. */
async function pageOf(id = 'caixa'): Promise<string> {
  const { body } = await get(`/connections/${id}/authorize`, { accept: 'application/json' })
  return body.data.url
}

/** Where the vendor sends the person after the decision, as a path here. */
async function wayBack(decision: 'approve' | 'deny', id?: string): Promise<URL> {
  const response = await fetch(`${await pageOf(id)}&decision=${decision}`, { redirect: 'manual' })
  return new URL(response.headers.get('location')!)
}

const follow = ({ pathname, search }: URL) => get(pathname + search, { accept: 'text/html' })
const tokenCalls = () => consent.vendor.requests.filter(({ path }) => path.endsWith('/access_token')).length

describe.each(['egestor', 'kommo'] as const)('connecting an account of %s', (vendor) => {
  beforeEach(async () => {
    consent = await startConsent(vendor, { clock })
    await consent.create('caixa')
  })

  it('is needed before anything can be read, and every error says where', async () => {
    const { status, body } = await get('/products?connection=caixa')
    expect([status, body.code]).toEqual([424, 'connection_unauthorized'])
    expect(body.detail).toContain('GET /connections/caixa/authorize')
  })

  it('is what the connection and the metrics say it needs, until it was done', async () => {
    const status = async () => [
      (await get('/connections/caixa')).body.data.status,
      /fachada_connection_status\{connection="caixa",vendor="\w+",status="(\w+)"\} 1/.exec((await get('/metrics')).text)?.[1],
    ]
    expect(await status()).toEqual(['needs_authorization', 'needs_authorization'])
    await follow(await wayBack('approve'))
    expect(await status()).toEqual(['ok', 'ok'])
  })

  it('leads to the vendor, with no secret on the way', async () => {
    const { status, headers } = await get('/connections/caixa/authorize')
    const url = new URL(headers.get('location')!)
    expect([status, url.searchParams.get('client_id')]).toEqual([302, consent.vendor.application.clientId])
    expect(url.href).not.toContain(consent.vendor.application.clientSecret)
  })

  it('tells the address and its end to whoever asks for JSON', async () => {
    const { status, body } = await get('/connections/caixa/authorize', { accept: 'application/json' })
    expect([status, new URL(body.data.url).searchParams.has('state')]).toEqual([200, true])
    const leftMs = Date.parse(body.data.expiresAt) - clock.wall()
    expect(leftMs).toBeGreaterThan(590_000)
    expect(leftMs).toBeLessThanOrEqual(600_000)
  })

  it('ends on a page that says so, and the records can be read', async () => {
    const { status, headers, text } = await follow(await wayBack('approve'))
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(text).toContain('Caixa &#60;1&#62; is connected')
    expect(await statusOf()).toBe(200)
  })

  it('works anew after the vendor took the login away', async () => {
    await follow(await wayBack('approve'))
    consent.vendor.revokeAccessTokens()
    consent.vendor.faults.add({
      when: ({ path }) => path.endsWith('/access_token'),
      times: 1,
      do: answer(400),
    })
    expect(await statusOf()).toBe(424)
    await follow(await wayBack('approve'))
    expect(await statusOf()).toBe(200)
  })

  it('changes nothing when the person says no', async () => {
    const { status, text } = await follow(await wayBack('deny'))
    expect([status, tokenCalls(), await statusOf()]).toEqual([403, 0, 424])
    expect(text).toContain('was told not to let us in')
  })

  it('takes a way back once', async () => {
    const back = await wayBack('approve')
    const statuses = (await Promise.all([follow(back), follow(back)])).map(({ status }) => status)
    expect([statuses.sort(), tokenCalls(), (await follow(back)).status]).toEqual([[200, 409], 1, 409])
    expect(await statusOf()).toBe(200)
  })

  it('takes no way back that is too old', async () => {
    const back = await wayBack('approve')
    passedMs = 600_001
    expect([(await follow(back)).status, tokenCalls()]).toEqual([410, 0])
  })

  it.each([
    ['none', (state: string) => [state, undefined]],
    ['a changed one', (state: string) => [state, `${state.slice(0, -2)}xx`]],
    ['text', (state: string) => [state, '<script>alert(1)</script>']],
    ['an empty one', (state: string) => [state, '']],
  ] as const)('takes no state but its own: %s', async (_name, change) => {
    const back = await wayBack('approve')
    const [, state] = change(back.searchParams.get('state')!)
    if (state === undefined) back.searchParams.delete('state')
    else back.searchParams.set('state', state)
    const { status, text } = await follow(back)
    expect([status, tokenCalls()]).toEqual([400, 0])
    expect(text).not.toContain('<script>')
  })

  it('takes no state twice given, and none of another gateway', async () => {
    const back = await wayBack('approve')
    const state = back.searchParams.get('state')!
    back.searchParams.append('state', state)
    expect((await follow(back)).status).toBe(400)
    const other = await startConsent(vendor)
    await other.create('caixa')
    back.searchParams.set(
      'state',
      new URL((await other.gateway.fetch('/connections/caixa/authorize')).headers.get('location')!).searchParams.get('state')!,
    )
    await other.close()
    expect([(await follow(back)).status, tokenCalls()]).toEqual([400, 0])
  })

  it('is void once the connection has other credentials, or is gone', async () => {
    const changed = await wayBack('approve')
    const credentials = { grant: 'authorization_code', ...consent.vendor.application, clientId: 'outro' }
    await consent.gateway.fetch('/connections/caixa', json('PATCH', { credentials }))
    expect((await follow(changed)).status).toBe(404)
    const removed = new URL(await pageOf())
    await consent.gateway.fetch('/connections/caixa', { method: 'DELETE' })
    const state = removed.searchParams.get('state')
    expect((await get(`/oauth/callback?code=x&state=${state}&referer=x`)).status).toBe(404)
    expect(tokenCalls()).toBe(0)
  })

  it('stores nothing when the vendor does not take the code, or does not answer', async () => {
    const wrong = await wayBack('approve')
    wrong.searchParams.set('code', 'inventado')
    expect((await follow(wrong)).status).toBe(424)
    consent.vendor.faults.add({ when: ({ path }) => path.endsWith('/access_token'), times: 5, do: reset })
    expect((await follow(await wayBack('approve'))).status).toBe(502)
    consent.vendor.faults.clear()
    expect(await statusOf()).toBe(424)
  })

  it('stores nothing when the vendor sends no code, or no token for it', async () => {
    const without = await wayBack('approve')
    without.searchParams.delete('code')
    const { status, text } = await follow(without)
    expect([status, tokenCalls()]).toEqual([400, 0])
    expect(text).toContain('sent no code')
    consent.vendor.faults.add({
      when: ({ path }) => path.endsWith('/access_token'),
      times: 1,
      do: answer(200, { 'content-type': 'application/json' }, '{"token_type":"Bearer"}'),
    })
    expect([(await follow(await wayBack('approve'))).status, await statusOf()]).toEqual([502, 424])
  })

  it('is asked for by admins only, and ends without a key', async () => {
    await consent.close()
    consent = await startConsent(vendor, { clients: [clientWith('leitor'), clientWith('chefe', { scopes: ['admin'] })] })
    for (const [options, status] of [
      [{}, 401],
      [as('leitor'), 403],
      [as('chefe'), 404],
    ] as const)
      expect((await consent.gateway.fetch('/connections/caixa/authorize', options)).status).toBe(status)
    expect((await get('/oauth/callback')).status).toBe(400)
    const { status, headers, body } = await get('/oauth/callback', { accept: 'application/json' })
    expect([status, headers.get('content-type'), body.code]).toEqual([400, 'application/problem+json; charset=utf-8', 'validation_failed'])
  })
})

describe('connecting an account of Kommo', () => {
  it.each(['outra.kommo.com', ''])('takes no other account than its own: %j', async (referer) => {
    consent = await startConsent('kommo')
    await consent.create('caixa')
    const back = await wayBack('approve')
    back.searchParams.set('referer', referer)
    expect([(await follow(back)).status, tokenCalls(), await statusOf()]).toEqual([400, 0, 424])
    back.searchParams.delete('referer')
    expect((await follow(back)).status).toBe(400)
  })
})

it('a connection that logs in by itself leads nowhere', async () => {
  consent = await startConsent('egestor')
  const { url, personalToken } = consent.vendor as never as { url: string; personalToken: string }
  const body = { id: 'loja', vendor: 'egestor', credentials: { grant: 'personal', personalToken }, settings: { baseUrl: url } }
  await consent.gateway.fetch('/connections', json('POST', body))
  const { status, body: problem } = await get('/connections/loja/authorize')
  expect([status, problem.code]).toEqual([501, 'unsupported_operation'])
})

it('a connection is tried with one page of its first list', async () => {
  consent = await startConsent('egestor')
  await consent.create('caixa')
  const test = () => consent.gateway.fetch('/connections/caixa/test', { method: 'POST' })
  expect([(await test()).status, (await test()).body.code]).toEqual([424, 'connection_unauthorized'])
  await follow(await wayBack('approve'))
  const before = consent.vendor.requests.length
  const { status, body } = await test()
  expect([status, body.data, consent.vendor.requests.length - before]).toEqual([200, { status: 'ok', durationMs: expect.any(Number) }, 1])
})
