import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type RawAnswer, sendBytes } from '../support/raw.ts'
import { startTwoStores, type TwoStores } from '../support/two-stores.ts'

let stores: TwoStores
let askedBefore: number
const asked = () => stores.centro.requests.length + stores.norte.requests.length
beforeAll(async () => {
  stores = await startTwoStores()
})
afterAll(() => stores.close())
beforeEach(() => {
  askedBefore = asked()
})

function expectProblem(answer: RawAnswer, status: number, code: string) {
  expect([answer.status, answer.body.code, answer.body.status]).toEqual([status, code, status])
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  expect(answer.headers['x-request-id']).toBe(answer.body.requestId)
  expect(answer.headers['server-timing']).toMatch(/^vendor;dur=0\.0, gateway;dur=/)
  expect(answer.closed).toBe(true)
  expect(answer.text).not.toMatch(/segredo|HPE_|Parse Error/)
  expect(asked()).toBe(askedBefore)
}

const host = 'Host: 127.0.0.1'
const post = (...headers: string[]) =>
  ['POST /customers?connection=centro HTTP/1.1', host, 'Content-Type: application/json', ...headers, '', ''].join('\r\n')

const MALFORMED: [string, string][] = [
  ['is no HTTP', 'segredo segredo\r\n\r\n'],
  ['is TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03segredo'],
  ['has no host', 'GET /vendors?x=segredo HTTP/1.1\r\n\r\n'],
  ['has line feeds alone', `GET /vendors?x=segredo HTTP/1.1\n${host}\n\n`],
  ['has a length and chunks', `${post('Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\n`],
  ['has two lengths', `${post('Content-Length: 2', 'Content-Length: 4')}{}  `],
  ['has a length that is none', `${post('Content-Length: segredo')}{}`],
  ['has a negative length', `${post('Content-Length: -1')}{}`],
  ['has chunks that are none', `${post('Transfer-Encoding: chunked')}segredo\r\n`],
  ['has an unknown transfer encoding', `${post('Transfer-Encoding: xchunked')}{}`],
  ['has two transfer encodings', `${post('Transfer-Encoding: chunked, identity')}0\r\n\r\n`],
  ['has a folded header', `GET /vendors HTTP/1.1\r\n${host}\r\nX-A: a\r\n segredo\r\n\r\n`],
  ['has a space before a colon', `GET /vendors HTTP/1.1\r\n${host}\r\nContent-Length : 0\r\n\r\n`],
  ['has a header without a colon', `GET /vendors HTTP/1.1\r\n${host}\r\nsegredo\r\n\r\n`],
  ['has a NUL in a header', `GET /vendors HTTP/1.1\r\n${host}\r\nX-A: a\0b\r\n\r\n`],
  ['has an unknown method', `SEGREDO /vendors HTTP/1.1\r\n${host}\r\n\r\n`],
  ['has an unknown version', `GET /vendors HTTP/9.9\r\n${host}\r\n\r\n`],
]

it.each(MALFORMED)('a request that %s is a 400 problem, and the connection is closed (row 56)', async (_what, bytes) => {
  expectProblem(await sendBytes(stores.gateway.url, Buffer.from(bytes, 'latin1')), 400, 'validation_failed')
})

it('headers of 20 kB are a 431 problem (row 47)', async () => {
  const answer = await sendBytes(stores.gateway.url, `GET /vendors HTTP/1.1\r\n${host}\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`)
  expectProblem(answer, 431, 'headers_too_large')
})

it('a URL of 1 MB is a problem too (row 47)', async () => {
  const answer = await sendBytes(stores.gateway.url, `GET /customers/${'a'.repeat(1_000_000)} HTTP/1.1\r\n${host}\r\n\r\n`)
  expectProblem(answer, 431, 'headers_too_large')
})

it('never reads a second request out of a first that could be read two ways (row 56)', async () => {
  const smuggled = `GET /vendors/contrabando HTTP/1.1\r\n${host}\r\n\r\n`
  for (const framing of [
    ['Content-Length: 5', 'Transfer-Encoding: chunked'],
    ['Content-Length: 6', 'Content-Length: 5'],
    ['Transfer-Encoding: xchunked'],
  ]) {
    await sendBytes(stores.gateway.url, `${post(...framing)}0\r\n\r\n${smuggled}`)
  }
  expect(stores.gateway.lines.filter(({ route }) => route === '/vendors/:vendor')).toEqual([])
})

it('goes on serving others after all this', async () => {
  expect((await stores.gateway.fetch('/healthz')).status).toBe(200)
})
