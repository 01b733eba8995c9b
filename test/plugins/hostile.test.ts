import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { runs } from '../support/cases.ts'
import { requestPath, sendBytes } from '../support/raw.ts'
import { startTwoStores, type TwoStores } from '../support/two-stores.ts'

// Clients that are slow, large, cunning or gone. What they send reaches no vendor, no log and nobody else.

let stores: TwoStores
let askedBefore: number
const asked = () => stores.centro.requests.length + stores.norte.requests.length
beforeAll(async () => {
  stores = await startTwoStores()
  await stores.gateway.fetch('/customers?limit=1')
})
afterAll(() => stores.close())
beforeEach(() => {
  askedBefore = asked()
})

const host = 'Host: 127.0.0.1'
const connections = () =>
  new Promise<number>((resolve, reject) =>
    stores.gateway.app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  )

/** A socket that sends this and then waits; `ended` is all that came back, once the server closed it. */
function opened(bytes: string): { socket: Socket; ended: Promise<string> } {
  const { hostname, port } = new URL(stores.gateway.url)
  const socket = connect(Number(port), hostname, () => socket.write(bytes))
  const ended = new Promise<string>((resolve) => {
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(text))
  })
  return { socket, ended }
}

describe('slow clients', () => {
  it('by the hundred are cut off, whether they stop in the headers or in the body, and others are served meanwhile (row 46)', async () => {
    const { server } = stores.gateway.app
    expect([server.headersTimeout, server.requestTimeout]).toEqual([5_000, 10_000])
    // The same with less patience: Node looks once a second.
    Object.assign(server, { headersTimeout: 500, requestTimeout: 1_000 })
    const headers = Array.from({ length: runs(100) }, () => opened(`GET /vendors HTTP/1.1\r\n${host}\r\nX-A: `))
    const bodies = Array.from({ length: runs(100) }, () =>
      opened(`POST /customers HTTP/1.1\r\n${host}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"name":`),
    )
    for (let round = 0; round < 10; round += 1) expect((await stores.gateway.fetch('/healthz')).status).toBe(200)
    const ends = await Promise.all([...headers, ...bodies].map(({ ended }) => ended))
    Object.assign(server, { headersTimeout: 5_000, requestTimeout: 10_000 })
    for (const text of ends) expect(text).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"request_timeout"/)
    expect(asked()).toBe(askedBefore)
  })

  it('that never read what they asked for are cut off (row 45)', async () => {
    const { server } = stores.gateway.app
    expect(server.timeout).toBe(30_000)
    server.timeout = 500
    const { hostname, port } = new URL(stores.gateway.url)
    const deaf = connect(Number(port), hostname, () => deaf.write(`GET /openapi.json HTTP/1.1\r\n${host}\r\n\r\n`.repeat(60)))
    deaf.pause()
    deaf.on('error', () => {})
    const peer = await new Promise<Socket>((resolve) => server.once('connection', resolve))
    await new Promise<void>((resolve) => peer.once('close', () => resolve()))
    server.timeout = 30_000
    deaf.destroy()
    expect((await stores.gateway.fetch('/healthz')).status).toBe(200)
  })
})

it('clients that vanish by the hundred leave no connection behind (row 44)', async () => {
  const before = await connections()
  for (let round = 0; round < runs(3); round += 1) {
    const sent = Array.from({ length: 100 }, () => opened(`GET /customers?limit=5 HTTP/1.1\r\n${host}\r\n\r\n`))
    await Promise.all(sent.map(({ socket }) => new Promise((resolve) => socket.once('connect', resolve))))
    for (const { socket } of sent) socket.resetAndDestroy()
  }
  // Generous: a busy machine is no failure, a connection that stays is.
  await expect.poll(connections, { timeout: 60_000 }).toBeLessThanOrEqual(before)
  const underWay = async () => (await stores.gateway.fetch('/metrics')).text.match(/^fachada_vendor_calls\{.*\} [1-9]\d*$/gm)
  await expect.poll(underWay, { timeout: 60_000 }).toBeNull()
  expect((await stores.gateway.fetch('/customers?limit=1')).status).toBe(200)
}, 150_000)

describe('giants', () => {
  const post = (...headers: string[]) =>
    ['POST /customers?connection=centro HTTP/1.1', host, 'Content-Type: application/json', ...headers, '', ''].join('\r\n')

  it.each<[string, string, number]>([
    ['a body that says it has a gigabyte', `${post('Content-Length: 1073741824')}{"name":"`, 413],
    ['a chunk that says it has a gigabyte', `${post('Transfer-Encoding: chunked')}40000000\r\n{"name":"${'x'.repeat(300_000)}`, 413],
    ['a length beyond all numbers', `${post(`Content-Length: ${'9'.repeat(30)}`)}{}`, 400],
    [
      '10,000 headers',
      `GET /vendors HTTP/1.1\r\n${host}\r\n${Array.from({ length: 10_000 }, (_, index) => `X-${index}: a\r\n`).join('')}\r\n`,
      431,
    ],
    ['a chunk extension of 100 kB', `${post('Transfer-Encoding: chunked')}2;${'x'.repeat(100_000)}\r\n{}\r\n0\r\n\r\n`, 413],
    ['a query of 1,500 parameters', `GET /customers?${'q=1&'.repeat(1_500)} HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`, 400],
  ])('are refused: %s (row 47)', async (_what, bytes, status) => {
    const { server } = stores.gateway.app
    const memory = process.memoryUsage().rss
    const answer = await sendBytes(stores.gateway.url, bytes)
    expect([answer.status, answer.body.status]).toEqual([status, status])
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(asked()).toBe(askedBefore)
    expect(process.memoryUsage().rss - memory).toBeLessThan(100 * 1_048_576)
    expect(server.listening).toBe(true)
  })
})

describe('ids that lead elsewhere', () => {
  it.each([
    'centro:.',
    'centro:..',
    'centro:%2e%2e',
    'centro:%252e%252e',
    'centro:..%2fcontatos%2f1',
    'centro:1%2f..%2f2',
    'centro:1%5c2',
    'centro:1;x=1',
    'centro:1%3Ffields=*',
    'centro:1%23',
    'centro:1%00',
    'centro:%EF%BC%91',
    'centro:%E2%80%A51',
    'centro:1%0d%0aX-A:%20b',
    'centro:%2B1',
    'centro:1e3',
    'centro:0x1',
    'centro:-1',
    '%2e%2e%3a1',
    '..%2fadmin',
    'centro%00:1',
  ])('are 400 or 404 before any vendor is asked: %s (row 52)', async (id) => {
    for (const [method, path] of [
      ['GET', `/customers/${id}`],
      ['GET', `/products/${id}`],
      ['DELETE', `/sales/${id}`],
      ['POST', `/receivables/${id}/settlements`],
    ]) {
      const body = method === 'POST' ? { headers: { 'content-type': 'application/json' }, body: '{}' } : {}
      const answer = await requestPath(stores.gateway.url, path!, { method: method!, ...body })
      expect([path, answer.status]).toEqual([path, expect.toBeOneOf([400, 404])])
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    }
    expect(asked()).toBe(askedBefore)
  })

  it.each([
    '/customers/./centro:1',
    '/customers/../products/centro:1',
    '/customers//centro:1',
    '/customers/%2e%2e/products',
    '/./customers',
  ])('are not resolved in a path: %s (row 52)', async (path) => {
    const answer = await requestPath(stores.gateway.url, path)
    expect([400, 404]).toContain(answer.status)
    expect(asked()).toBe(askedBefore)
  })
})

describe('headers', () => {
  const get = (...lines: string[]) =>
    sendBytes(stores.gateway.url, ['GET /vendors/nothing HTTP/1.1', host, ...lines, 'Connection: close', '', ''].join('\r\n'))

  it.each([
    ['X-Request-Id: abc\u0001defgh', 400],
    ['X-Request-Id: ação-12345678', 404],
    ['Traceparent: 00-ffffffffffffffffffffffffffffffff-ffffffffffffffff-zz', 404],
    ['Traceparent: ff-00000000000000000000000000000000-0000000000000000-01', 404],
    ['Tracestate: a=\u00ff\u00fe', 404],
    ['Authorization: Bearer a\tb', 404],
    ['__proto__: x', 404],
    ['constructor: x', 404],
    ['X_Forwarded_For: 127.0.0.1', 404],
    ['X-Forwarded-For: 127.0.0.1', 404],
    ['X-Forwarded-Host: roubo.example', 404],
    ['X-HTTP-Method-Override: DELETE', 404],
    ['Accept: \u00ff', 406],
    ['X-A: a\rX-B: b', 400],
    ['Content-Type: application/json; charset=\u0000', 400],
  ])('are refused or have no effect: %j is %i (row 54)', async (line, status) => {
    const answer = await get(line)
    expect(answer.status).toBe(status)
    expect(answer.body.code).not.toBe('internal_error')
    expect(JSON.stringify(answer)).not.toMatch(/roubo|ação/)
  })

  it('of a caller never reach a vendor (row 54)', async () => {
    const canary = 'canario-que-nao-pode-passar'
    const headers = {
      'x-canary': canary,
      cookie: canary,
      traceparent: canary,
      tracestate: canary,
      'x-forwarded-for': canary,
      'user-agent': canary,
    }
    const { status } = await requestPath(stores.gateway.url, '/customers?limit=1', { headers })
    expect(status).toBe(200)
    expect(asked()).toBeGreaterThan(askedBefore)
    expect(JSON.stringify([...stores.centro.requests, ...stores.norte.requests])).not.toContain(canary)
  })
})

it('what a client sends makes one line of the log and is not in it (row 55)', async () => {
  const evil = 'linha\r\n{"level":60,"msg":"falso"}\u001b[31m\u202e'
  const before = stores.gateway.lines.length
  const encoded = encodeURIComponent(evil)
  await requestPath(stores.gateway.url, `/customers?q=${encoded}&limit=0`, { headers: { 'user-agent': 'A'.repeat(8_000) } })
  await requestPath(stores.gateway.url, `/customers/${encoded}`)
  await requestPath(stores.gateway.url, `/${encoded}`)
  await sendBytes(stores.gateway.url, `GET /${evil} HTTP/1.1\r\n${host}\r\n\r\n`)
  const lines = stores.gateway.lines.slice(before)
  expect(lines).toHaveLength(4)
  for (const line of lines) {
    expect(line.msg).toBe('request')
    expect(JSON.stringify(line)).not.toMatch(/falso|\\u001b|\u202e|AAAA|linha/)
    for (const value of Object.values(line)) expect(String(value).length).toBeLessThanOrEqual(256)
  }
})

describe('a request within a request', () => {
  const smuggled = `GET /vendors/contrabando HTTP/1.1\r\n${host}\r\n\r\n`
  const post = (...headers: string[]) =>
    ['POST /customers HTTP/1.1', host, 'Content-Type: application/json', ...headers, '', ''].join('\r\n')

  it.each<[string, string]>([
    ['a length and chunks', `${post('Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n`],
    ['chunks and a length', `${post('Transfer-Encoding: chunked', 'Content-Length: 5')}0\r\n\r\n`],
    ['two lengths', `${post('Content-Length: 6', 'Content-Length: 5')}{"a":1`],
    ['two lengths in one', `${post('Content-Length: 6, 5')}{"a":1`],
    ['a length with a sign', `${post('Content-Length: +6')}{"a":1`],
    ['a length in hex', `${post('Content-Length: 0x6')}{"a":1`],
    ['an encoding that is none', post('Transfer-Encoding: xchunked')],
    ['an encoding after a space', `${post('Transfer-Encoding : chunked')}0\r\n\r\n`],
    ['an encoding behind a vertical tab', `${post('Transfer-Encoding: \u000bchunked')}0\r\n\r\n`],
    ['an encoding on a folded line', `${post('Transfer-Encoding:\r\n chunked')}0\r\n\r\n`],
    ['an encoding named twice', `${post('Transfer-Encoding: chunked', 'Transfer-Encoding: identity')}0\r\n\r\n`],
    ['a chunk size with a sign', `${post('Transfer-Encoding: chunked')}-1\r\n\r\n`],
    ['a chunk size in prose', `${post('Transfer-Encoding: chunked')}0x0\r\n\r\n`],
    ['a chunk that ends with a line feed alone', `${post('Transfer-Encoding: chunked')}2\n{}\n0\n\n`],
    ['a chunk longer than it says', `${post('Transfer-Encoding: chunked')}2\r\n{}xx\r\n0\r\n\r\n`],
  ])('is never read out of %s (row 56)', async (_what, bytes) => {
    const before = stores.gateway.lines.length
    const answer = await sendBytes(stores.gateway.url, bytes + smuggled)
    expect([answer.status, answer.closed]).toEqual([400, true])
    expect(stores.gateway.lines.slice(before).filter(({ route }) => route === '/vendors/:vendor')).toEqual([])
    expect(asked()).toBe(askedBefore)
  })
})
