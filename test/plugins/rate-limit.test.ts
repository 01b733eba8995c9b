import { afterAll, beforeAll, expect, it } from 'vitest'
import { as, clientWith } from '../support/clients.ts'
import { json } from '../support/gateway.ts'
import { startTwoStores, type TwoStores } from '../support/two-stores.ts'

let stores: TwoStores
const windowSeconds = 3_600
const limited = (id: string, max: number) => clientWith(id, { rateLimit: { max, windowSeconds } })
beforeAll(async () => {
  stores = await startTwoStores({ clients: [limited('slow', 3), limited('other', 5), limited('wrong', 4), clientWith('free')] })
})
afterAll(() => stores.close())

const rateHeaders = (headers: Headers) =>
  ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'].map((name) => Number(headers.get(name) ?? Number.NaN))

it('counts the requests of a client down on every answer, and refuses the next with Retry-After', async () => {
  for (const left of [2, 1, 0]) {
    const { status, headers } = await stores.gateway.fetch('/connections', as('slow'))
    const [limit, remaining, reset] = rateHeaders(headers)
    expect([status, limit, remaining]).toEqual([200, 3, left])
    expect(reset).toBeGreaterThan(0)
    expect(reset).toBeLessThanOrEqual(windowSeconds)
  }
  const asked = stores.centro.requests.length
  const { status, headers, body } = await stores.gateway.fetch('/customers', as('slow'))
  expect([status, body.code, body.origin, body.retryable]).toEqual([429, 'rate_limited', 'gateway', true])
  expect(rateHeaders(headers).slice(0, 2)).toEqual([3, 0])
  const retryAfter = Number(headers.get('retry-after'))
  expect(retryAfter).toBe(body.retryAfter)
  expect(retryAfter).toBeGreaterThan(windowSeconds - 120)
  expect(retryAfter).toBeLessThanOrEqual(windowSeconds)
  expect(stores.centro.requests).toHaveLength(asked)
})

it('leaves other clients alone, each with its own count', async () => {
  await stores.gateway.fetch('/connections', as('slow'))
  const { status, headers } = await stores.gateway.fetch('/connections', as('other'))
  expect([status, ...rateHeaders(headers).slice(0, 2)]).toEqual([200, 5, 4])
})

it('has no limit for a client that was given none, and says nothing of one', async () => {
  for (let request = 0; request < 20; request += 1) {
    const { status, headers } = await stores.gateway.fetch('/connections', as('free'))
    expect([status, ...rateHeaders(headers)]).toEqual([200, Number.NaN, Number.NaN, Number.NaN])
  }
})

it('counts refused requests too, and carries its headers on problems', async () => {
  const answers = [
    await stores.gateway.fetch('/customers?limit=0', as('wrong')),
    await stores.gateway.fetch('/customers', json('POST', { name: 'X' }, as('wrong').headers as Record<string, string>)),
    await stores.gateway.fetch('/customers/sul:1', as('wrong')),
    await stores.gateway.fetch('/connections', as('wrong')),
    await stores.gateway.fetch('/connections', as('wrong')),
  ]
  expect(answers.map(({ status, headers }) => [status, ...rateHeaders(headers).slice(0, 2)])).toEqual([
    [400, 4, 3],
    [403, 4, 2],
    [404, 4, 1],
    [200, 4, 0],
    [429, 4, 0],
  ])
})

it('does not limit what needs no key', async () => {
  for (const path of ['/vendors', '/healthz', '/openapi.json']) expect((await stores.gateway.fetch(path, as('slow'))).status).toBe(200)
})
