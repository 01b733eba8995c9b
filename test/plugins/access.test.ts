import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { as, clientWith, keyOf } from '../support/clients.ts'
import { json } from '../support/gateway.ts'
import { startTwoStores, type TwoStores, walk } from '../support/two-stores.ts'

let stores: TwoStores
beforeAll(async () => {
  stores = await startTwoStores({
    clients: [
      clientWith('reader'),
      clientWith('writer', { scopes: ['write'] }),
      clientWith('norte-only', { scopes: ['write'], connections: ['norte'] }),
      clientWith('prometheus', { scopes: ['metrics'] }),
    ],
  })
})
afterAll(() => stores.close())

const NEEDS_READ = [
  '/customers',
  '/customers/centro:1',
  '/products',
  '/sales',
  '/receivables',
  '/connections',
  '/connections/centro',
  '/connections/centro/references/accounts',
]

describe('a route that needs a key', () => {
  it.each(NEEDS_READ)('answers 401 with WWW-Authenticate without one: %s', async (path) => {
    const { status, headers, body } = await stores.gateway.fetch(path)
    expect([status, body.code]).toEqual([401, 'unauthenticated'])
    expect(headers.get('www-authenticate')).toMatch(/^Bearer /)
  })

  it.each([
    'Bearer',
    'Bearer ',
    'Bearer errada-errada-errada',
    `Basic ${keyOf('reader')}`,
    keyOf('reader'),
    `Bearer ${keyOf('reader')} x`,
    `Bearer ${keyOf('reader').toUpperCase()}`,
    `Bearer ${keyOf('reader')},`,
    `Bearer ${'k'.repeat(5_000)}`,
  ])('takes no other authorization for a key: %.40s', async (authorization) => {
    const { status, headers, body } = await stores.gateway.fetch('/customers', { headers: { authorization } })
    expect([status, body.code]).toEqual([401, 'unauthenticated'])
    expect(headers.get('www-authenticate')).toMatch(/^Bearer /)
  })

  it('takes the word Bearer in any case', async () => {
    expect((await stores.gateway.fetch('/connections', { headers: { authorization: `bearer ${keyOf('reader')}` } })).status).toBe(200)
  })

  it.each([
    ['POST', '/customers?connection=centro'],
    ['PATCH', '/customers/centro:1'],
    ['POST', '/receivables/centro:1/settlements'],
  ])('answers 403 and asks no store where the key lacks the scope: %s %s', async (method, path) => {
    const before = stores.centro.requests.length
    const { status, body } = await stores.gateway.fetch(path, json(method, { name: 'X' }, as('reader').headers as Record<string, string>))
    expect([status, body.code, body.outcome]).toEqual([403, 'forbidden', 'not_applied'])
    expect(body.detail).toContain('write')
    expect(stores.centro.requests).toHaveLength(before)
  })

  it('lets write read, and metrics read nothing', async () => {
    expect((await stores.gateway.fetch('/customers?limit=1', as('writer'))).status).toBe(200)
    expect((await stores.gateway.fetch('/customers?limit=1', as('prometheus'))).status).toBe(403)
    expect((await stores.gateway.fetch('/metrics', as('prometheus'))).status).toBe(200)
    expect((await stores.gateway.fetch('/metrics', as('writer'))).status).toBe(403)
    expect((await stores.gateway.fetch('/metrics')).status).toBe(401)
  })

  it('reads no body before it has seen the key', async () => {
    const { status } = await stores.gateway.fetch('/customers', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    })
    expect(status).toBe(401)
  })
})

it.each(['/docs/', '/openapi.json', '/openapi.yaml', '/healthz', '/readyz', '/vendors', '/vendors/egestor'])(
  'needs no key for %s',
  async (path) => {
    expect((await stores.gateway.fetch(path)).status).toBe(200)
    expect((await stores.gateway.fetch(path, { headers: { authorization: 'Bearer errada-errada' } })).status).toBe(200)
  },
)

describe('a client limited to one connection (row 57)', () => {
  it('gets only that one in lists and in /connections', async () => {
    const records = await walk(stores.gateway, '/products?limit=200', as('norte-only'))
    expect(new Set(records.map(({ connection }) => connection))).toEqual(new Set(['norte']))
    const { body } = await stores.gateway.fetch('/products', as('norte-only'))
    expect(body.meta.sources.map(({ connection }: { connection: string }) => connection)).toEqual(['norte'])
    const connections = await stores.gateway.fetch('/connections', as('norte-only'))
    expect(connections.body.data.map(({ id }: { id: string }) => id)).toEqual(['norte'])
  })

  it.each([
    ['GET', '/customers/centro:1'],
    ['GET', '/customers?connection=centro'],
    ['GET', '/customers?connection=norte,centro'],
    ['GET', '/sales?customerId=centro:1'],
    ['GET', '/receivables?saleId=centro:1'],
    ['GET', '/connections/centro'],
    ['DELETE', '/customers/centro:1'],
    ['PATCH', '/customers/centro:1'],
    ['POST', '/customers?connection=centro'],
    ['POST', '/receivables/centro:1/settlements'],
  ])('cannot tell a connection of others from none: %s %s', async (method, path) => {
    const before = stores.centro.requests.length
    const body = path.endsWith('settlements') ? {} : { name: 'X' }
    const headers = as('norte-only').headers as Record<string, string>
    const send = (where: string) =>
      stores.gateway.fetch(where, method === 'GET' || method === 'DELETE' ? { method, headers } : json(method, body, headers))
    const [theirs, none] = [await send(path), await send(path.replace('centro', 'nenhum'))]
    expect([theirs.status, theirs.body.code]).toEqual([404, 'not_found'])
    const { instance, requestId, ...problem } = theirs.body
    expect(problem).toEqual({ ...none.body, instance: undefined, requestId: undefined })
    expect(stores.centro.requests).toHaveLength(before)
  })

  it('creates without naming the connection, since it has only one', async () => {
    const { status, body } = await stores.gateway.fetch(
      '/customers',
      json('POST', { name: 'Inês' }, as('norte-only').headers as Record<string, string>),
    )
    expect([status, body.data.connection]).toEqual([201, 'norte'])
  })

  it('cannot go on with the cursor of a client that has more', async () => {
    for (const query of ['limit=1', 'limit=1&connection=centro']) {
      const { body } = await stores.gateway.fetch(`/customers?${query}`, as('reader'))
      const refused = await stores.gateway.fetch(body.links.next, as('norte-only'))
      expect([refused.status, refused.body.code]).toEqual([400, 'invalid_cursor'])
      expect(refused.text).not.toContain('centro')
    }
    const own = await stores.gateway.fetch('/customers?limit=1&connection=norte', as('reader'))
    expect((await stores.gateway.fetch(own.body.links.next, as('norte-only'))).status).toBe(200)
  })
})

it('lets everybody do everything where no clients are configured', async () => {
  const open = await startTwoStores()
  for (const path of ['/customers?limit=1', '/connections', '/metrics']) expect((await open.gateway.fetch(path)).status).toBe(200)
  expect((await open.gateway.fetch('/receivables/norte:5', { method: 'DELETE' })).status).toBe(204)
  await open.close()
})
