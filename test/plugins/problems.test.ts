import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { STATUS } from '../../src/contract/problem.ts'
import { type RawOptions, requestPath } from '../support/raw.ts'
import { startTwoStores, type TwoStores } from '../support/two-stores.ts'

let stores: TwoStores
beforeAll(async () => {
  stores = await startTwoStores()
})
afterAll(() => stores.close())

/** Sends it, checks what every problem has, and that no store was asked. */
async function problemOf(path: string, options: RawOptions = {}) {
  const asked = () => stores.centro.requests.length + stores.norte.requests.length
  const before = asked()
  const answer = await requestPath(stores.gateway.url, path, options)
  expect(asked()).toBe(before)
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  expect(answer.headers['x-request-id']).toBe(answer.body.requestId)
  expect(answer.headers['server-timing']).toMatch(/^vendor;dur=0\.0, gateway;dur=\d+\.\d$/)
  expect(answer.body).toMatchObject({
    type: `urn:fachada:problem:${answer.body.code}`,
    status: answer.status,
    origin: 'gateway',
    instance: path.split('?')[0]!.slice(0, 500),
  })
  expect(STATUS[answer.body.code as keyof typeof STATUS]).toBe(answer.status)
  return answer
}

const post = (body: string | Buffer, contentType = 'application/json', headers: Record<string, string> = {}): RawOptions => ({
  method: 'POST',
  headers: { 'content-type': contentType, ...headers },
  body,
})

describe('an unknown route', () => {
  it.each([
    '/',
    '/nothing',
    '/Customers',
    '//customers',
    '/customers/centro:1/x',
    '/customers/centro:1/settlements',
    '/receivables/centro:1/settlements/2',
    '/docs/nothing.js',
    '/v1/customers',
  ])('is 404: %s', async (path) => {
    expect((await problemOf(`${path}?token=segredo`)).body.code).toBe('not_found')
  })
})

it.each([
  ['/customers', ['PUT', 'PATCH', 'DELETE', 'OPTIONS'], 'GET, HEAD, POST'],
  ['/products', ['PUT', 'PATCH', 'DELETE', 'OPTIONS'], 'GET, HEAD, POST'],
  ['/sales', ['PUT', 'PATCH', 'DELETE', 'OPTIONS'], 'GET, HEAD, POST'],
  ['/receivables', ['PUT', 'PATCH', 'DELETE', 'OPTIONS'], 'GET, HEAD, POST'],
  ['/customers/centro:1', ['POST', 'PUT', 'OPTIONS'], 'DELETE, GET, HEAD, PATCH'],
  ['/products/centro:1', ['POST', 'PUT', 'OPTIONS'], 'DELETE, GET, HEAD, PATCH'],
  ['/sales/centro:1', ['POST', 'PUT', 'OPTIONS'], 'DELETE, GET, HEAD, PATCH'],
  ['/receivables/centro:1', ['POST', 'PUT', 'OPTIONS'], 'DELETE, GET, HEAD, PATCH'],
  ['/receivables/centro:1/settlements', ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], 'POST'],
  ['/vendors', ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], 'GET, HEAD'],
  ['/vendors/egestor', ['POST', 'PUT', 'PATCH', 'DELETE'], 'GET, HEAD'],
  ['/connections', ['PUT', 'PATCH', 'DELETE'], 'GET, HEAD, POST'],
  ['/connections/centro', ['POST', 'PUT'], 'DELETE, GET, HEAD, PATCH'],
  ['/healthz', ['POST', 'PUT', 'PATCH', 'DELETE'], 'GET, HEAD'],
  ['/readyz', ['POST', 'PUT', 'PATCH', 'DELETE'], 'GET, HEAD'],
  ['/metrics', ['POST', 'PUT', 'PATCH', 'DELETE'], 'GET, HEAD'],
  ['/openapi.json', ['POST', 'PUT', 'PATCH', 'DELETE'], 'GET, HEAD'],
  ['/openapi.yaml', ['POST', 'PUT', 'PATCH', 'DELETE'], 'GET, HEAD'],
])('a method that %s does not have is 405 with Allow', async (path, methods, allow) => {
  for (const method of methods) {
    const { headers, body } = await problemOf(path, {
      method,
      ...(method !== 'OPTIONS' && { headers: { 'content-type': 'text/plain' }, body: 'x' }),
    })
    expect([method, body.code, headers.allow]).toEqual([method, 'method_not_allowed', allow])
  }
})

it('answers HEAD as GET, without a body', async () => {
  const { status, headers, text } = await requestPath(stores.gateway.url, '/vendors', { method: 'HEAD' })
  expect([status, text, headers['content-type']]).toEqual([200, '', 'application/json; charset=utf-8'])
})

it.each(['text/html', 'application/xml', 'application/json;q=0', 'image/*'])(
  'an Accept that leaves out JSON is 406: %s',
  async (accept) => {
    const { body } = await problemOf('/customers', { headers: { accept } })
    expect([body.code, body.errors[0].parameter]).toEqual(['not_acceptable', 'Accept'])
  },
)

it('an Accept of lines alone is 406 where there is no list', async () => {
  const { body } = await problemOf('/customers/centro:1', { headers: { accept: 'application/x-ndjson' } })
  expect(body.code).toBe('not_acceptable')
})

it.each([
  '*/*',
  'application/*',
  'application/json',
  'text/html, application/json;q=0.1',
  'application/json; charset=utf-8',
  'application/problem+json, */*;q=0.5',
])('an Accept that allows JSON is answered: %s', async (accept) => {
  expect((await requestPath(stores.gateway.url, '/vendors/nothing', { headers: { accept } })).status).toBe(404)
})

describe('a body (rows 48, 50, 51)', () => {
  const path = '/customers?connection=centro'

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'text/json',
    'application/json; charset=utf-16',
    'application/json; charset=iso-8859-1',
    'nothing',
  ])('of another kind than JSON in UTF-8 is 415: %s', async (contentType) => {
    expect((await problemOf(path, post('{"name":"X"}', contentType))).body).toMatchObject({
      code: 'unsupported_media_type',
      outcome: 'not_applied',
    })
  })

  it('of no kind is 415', async () => {
    expect((await problemOf(path, { method: 'POST', body: '{"name":"X"}' })).body.code).toBe('unsupported_media_type')
  })

  it('in UTF-16 under the name of JSON is 400', async () => {
    expect((await problemOf(path, post(Buffer.from('{"name":"X"}', 'utf16le')))).body.code).toBe('validation_failed')
  })

  it('over 256 KiB is 413, whether or not it says how long it is', async () => {
    const body = JSON.stringify({ name: 'x'.repeat(262_144) })
    expect((await problemOf(path, post(body))).body).toMatchObject({ code: 'payload_too_large', outcome: 'not_applied' })
    expect((await problemOf(path, post(body, 'application/json', { 'transfer-encoding': 'chunked' }))).body.code).toBe('payload_too_large')
  })

  it.each<[string, string]>([
    ['is not JSON', '{"name":'],
    ['is empty', ''],
    ['has something after it', '{"name":"X"} {"name":"Y"}'],
    ['has a trailing comma', '{"name":"X",}'],
    ['has NaN', '{"name":NaN}'],
    ['sets the prototype', '{"name":"X","__proto__":{"isAdmin":true}}'],
    ['sets the prototype in escapes', '{"name":"X","\\u005f\\u005fproto\\u005f\\u005f":{"isAdmin":true}}'],
    ['sets the prototype deep inside', '{"name":"X","address":{"__proto__":{"street":"Y"}}}'],
    ['sets the prototype by the constructor', '{"name":"X","constructor":{"prototype":{"isAdmin":true}}}'],
    ['has a member called constructor', '{"name":"X","constructor":"Y"}'],
    ['is 100,000 levels deep', `{"name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['is 40,000 objects deep', `{"customFields":[{"value":${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}}]}`],
    ['says a member twice', '{"name":"X","name":"Y"}'],
    ['says a member twice, once in escapes', '{"name":"X","n\\u0061me":"Y"}'],
    ['says a member twice deep inside', '{"name":"X","emails":[{"value":"a","value":"b"}]}'],
    ['has a number beyond all numbers', '{"name":"X","customFields":[{"value":1e400}]}'],
    ['has half a character', '{"name":"X\\ud800"}'],
    ['has half a character where anything may be', '{"name":"X","customFields":[{"id":"a","value":"\\udc00"}]}'],
    ['has bytes that are no UTF-8', 'BYTES'],
  ])('that %s is 400, and is not repeated', async (_what, body) => {
    const bytes = body === 'BYTES' ? Buffer.concat([Buffer.from('{"name":"X'), Buffer.from([0xc3, 0x28, 0xff]), Buffer.from('"}')]) : body
    const { body: problem, text } = await problemOf(path, post(bytes))
    expect([problem.code, problem.outcome]).toEqual(['validation_failed', 'not_applied'])
    expect(text).not.toMatch(/isAdmin|"Y"|Unexpected|position/)
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  })

  it('in UTF-8 is taken as it is, with a byte order mark or without', async () => {
    for (const bytes of ['{"name":"Conceição 😀"}', '\ufeff{"name":"Conceição 😀"}']) {
      const { status, body } = await requestPath(stores.gateway.url, path, post(bytes, 'application/json; charset=UTF-8'))
      expect([status, body.data?.name]).toEqual([201, 'Conceição 😀'])
    }
  })
})

describe('a URL', () => {
  it('with a part that is too long is 414', async () => {
    expect((await problemOf(`/customers/${'x'.repeat(1_001)}`)).body.code).toBe('uri_too_long')
  })

  it('that cannot be decoded is 400', async () => {
    expect((await problemOf('/customers/%zz')).body.code).toBe('validation_failed')
  })

  it('shows only its path in the problem, and that cut', async () => {
    const { text, body } = await problemOf(`/nothing/${'y'.repeat(2_000)}?taxId=83294489654`, { headers: { 'x-secret': 'segredo' } })
    expect(body.instance).toHaveLength(500)
    expect(text).not.toMatch(/83294489654|segredo/)
  })
})
