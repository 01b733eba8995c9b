import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answer, delay } from '../../src/sandbox/faults.ts'
import { as, clientWith, keyOf } from '../support/clients.ts'
import { json } from '../support/gateway.ts'
import { requestPath, sendBytes } from '../support/raw.ts'
import { startTwoStores, type TwoStores } from '../support/two-stores.ts'

let stores: TwoStores
beforeEach(async () => {
  stores = await startTwoStores({ clients: [clientWith('bi', { scopes: ['write', 'metrics'] })] })
})
afterEach(() => stores.close())

const get = (path: string, headers: Record<string, string> = {}) =>
  stores.gateway.fetch(path, { headers: { ...(as('bi').headers as Record<string, string>), ...headers } })
const linesOf = (message: string) => stores.gateway.lines.filter(({ msg }) => msg === message)

describe('X-Request-Id', () => {
  it('is the one that was given, where it is safe to repeat', async () => {
    for (const id of ['0123abcd', 'trace-1.2_3', 'A'.repeat(64)]) {
      expect((await get('/vendors/nothing', { 'x-request-id': id })).headers.get('x-request-id')).toBe(id)
    }
    const { body } = await get('/customers/x', { 'x-request-id': 'pedido-00001' })
    expect(body.requestId).toBe('pedido-00001')
    expect(linesOf('request').at(-1)).toMatchObject({ requestId: 'pedido-00001', status: 400 })
  })

  it.each([
    'short',
    'A'.repeat(65),
    'tem espaço',
    '<script>alert(1)</script>',
    'a"b"c"d"e"',
    '../../etc/passwd',
    'id;drop table',
    'a,b,c,d,e,f',
  ])('is replaced where it is not: %s', async (id) => {
    const { headers } = await requestPath(stores.gateway.url, '/healthz', {
      headers: { 'x-request-id': Buffer.from(id).toString('latin1') },
    })
    expect(headers['x-request-id']).toMatch(/^[a-z0-9]+-[a-z0-9]+$/)
    expect(JSON.stringify(stores.gateway.lines)).not.toContain(JSON.stringify(id).slice(1, -1))
  })

  it('is never the same for two requests', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => get('/healthz')))
    expect(new Set(answers.map(({ headers }) => headers.get('x-request-id'))).size).toBe(50)
  })
})

describe('Server-Timing', () => {
  const timing = ({ headers }: { headers: Headers }) => {
    const found = /^vendor;dur=(\d+(?:\.\d)?), gateway;dur=(\d+(?:\.\d)?)$/.exec(headers.get('server-timing') ?? '')
    return [Number(found?.[1]), Number(found?.[2])] as const
  }

  it('says how long the vendor took and how long the rest', async () => {
    await get('/customers?limit=1')
    stores.centro.faults.add({ do: delay(250) })
    const started = performance.now()
    const [vendor, gateway] = timing(await get('/customers/centro:1'))
    const all = performance.now() - started
    expect(vendor).toBeGreaterThanOrEqual(249)
    expect(vendor + gateway).toBeLessThanOrEqual(all + 1)
  })

  it('says so of failed requests too, and that no vendor was asked where none was', async () => {
    stores.centro.faults.add({ when: ({ path }) => path.startsWith('/v1/'), times: 5, do: answer(500) })
    expect(timing(await get('/customers/centro:1'))[0]).toBeGreaterThan(0)
    stores.norte.faults.add({ when: ({ path }) => path.startsWith('/v1/'), times: 5, do: answer(500) })
    expect(timing(await get('/products'))[0]).toBeGreaterThan(0)
    expect(timing(await get('/customers/centro:abc'))[0]).toBe(0)
    expect(timing(await get('/vendors'))[0]).toBe(0)
  })
})

describe('log lines', () => {
  it('are one for each request and one for each vendor call, with what they say and nothing of the data', async () => {
    const { body } = await get('/customers?limit=60&q=a&connection=centro')
    expect(linesOf('request')).toHaveLength(1)
    expect(linesOf('request')[0]).toEqual({
      level: 30,
      time: expect.any(String),
      requestId: expect.any(String),
      method: 'GET',
      route: '/customers',
      status: 200,
      client: 'bi',
      durationMs: expect.any(Number),
      vendorMs: expect.any(Number),
      msg: 'request',
    })
    const calls = linesOf('vendor call')
    expect(calls.map(({ operation }) => operation)).toEqual(['token', 'customers.list', 'customers.list'])
    expect(calls[1]).toMatchObject({
      connection: 'centro',
      vendor: 'egestor',
      method: 'GET',
      status: 200,
      attempts: 1,
      durationMs: expect.any(Number),
      waitedMs: 0,
    })
    const text = JSON.stringify(stores.gateway.lines)
    for (const secret of [keyOf('bi'), stores.centro.personalToken, body.data[0].name, body.data[0].emails[0]?.value ?? body.data[0].name])
      expect(text).not.toContain(secret)
  })

  it('of a call that was tried again count the attempts, and of a failed one name the kind', async () => {
    await get('/customers?limit=1')
    stores.norte.faults.add({ do: answer(500) })
    await get('/products/norte:1')
    expect(linesOf('vendor call').at(-1)).toMatchObject({ connection: 'norte', operation: 'products.get', status: 200, attempts: 2 })
    stores.norte.faults.add({ times: 2, do: answer(500) })
    const { status } = await get('/products/norte:1')
    expect(status).toBe(502)
    expect(linesOf('vendor call').at(-1)).toMatchObject({ status: 500, code: 'vendor_error' })
    expect(linesOf('request').at(-1)).toMatchObject({ status: 502, code: 'vendor_error', connection: 'norte', operation: 'products.get' })
  })

  it('of a write that failed say what became of it', async () => {
    stores.norte.faults.add({ when: ({ method, path }) => method === 'POST' && path.startsWith('/v1/'), do: answer(500) })
    await stores.gateway.fetch('/products?connection=norte', json('POST', { name: 'X' }, as('bi').headers as Record<string, string>))
    expect(linesOf('request').at(-1)).toMatchObject({ method: 'POST', status: 502, outcome: 'unknown', operation: 'products.create' })
  })

  it('are there for what is refused before any route, and hold nothing of it', async () => {
    await sendBytes(stores.gateway.url, 'segredo\r\n\r\n')
    await requestPath(stores.gateway.url, '/customers/%zz?taxId=segredo')
    await requestPath(stores.gateway.url, '/segredo?taxId=segredo', { headers: { 'user-agent': 'segredo' } })
    const lines = linesOf('request')
    expect(lines.map(({ code }) => code)).toEqual(['validation_failed', 'validation_failed', 'not_found'])
    expect(JSON.stringify(lines)).not.toContain('segredo')
  })
})

describe('/metrics', () => {
  const metricsText = async () => (await get('/metrics')).text

  it('counts requests by route and status, and never by path', async () => {
    await get('/customers/centro:1')
    await get('/customers/centro:2')
    await get('/customers/centro:999999')
    await get('/segredo-na-rota')
    const text = await metricsText()
    expect(text).toContain(
      'http_server_request_duration_seconds_count{http_request_method="GET",http_route="/customers/:id",http_response_status_code="200"} 2',
    )
    expect(text).toContain(
      'http_server_request_duration_seconds_count{http_request_method="GET",http_route="/customers/:id",http_response_status_code="404"} 1',
    )
    expect(text).not.toMatch(/segredo|centro:1/)
  })

  it('counts vendor calls by connection, operation and error, and every attempt', async () => {
    await get('/customers?limit=1')
    stores.norte.faults.add({ times: 2, do: answer(500) })
    await get('/products/norte:1')
    const text = await metricsText()
    expect(text).toContain(
      'http_client_request_duration_seconds_count{vendor="egestor",connection="norte",operation="products.get",error_type="vendor_error"} 1',
    )
    expect(text).toContain(
      'http_client_request_duration_seconds_count{vendor="egestor",connection="norte",operation="token",error_type=""} 1',
    )
    expect(text).toContain('fachada_vendor_attempts_total{vendor="egestor",connection="norte"} 4')
    expect(text).toContain('process_cpu_seconds_total')
  })

  it('is in the form that Prometheus reads', async () => {
    const { headers, text } = await get('/metrics')
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    for (const line of text.split('\n').filter(Boolean)) expect(line).toMatch(/^(# (HELP|TYPE) [a-z0-9_]+ .+|[a-z0-9_]+(\{[^}]*\})? \S+)$/)
  })
})
