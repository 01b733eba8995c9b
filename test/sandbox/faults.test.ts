import http from 'node:http'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EgestorSandbox, startEgestor } from '../../src/sandbox/egestor/index.ts'
import {
  answer,
  applyThenAnswer,
  applyThenHang,
  applyThenReset,
  byteOrderMark,
  delay,
  drip,
  type Effect,
  empty,
  gzip,
  gzipBomb,
  hang,
  holdUntil,
  html,
  huge,
  latin1,
  malformed,
  redirect,
  reset,
  resetMidBody,
  stall,
  truncate,
} from '../../src/sandbox/faults.ts'

interface Raw {
  status: number
  headers: http.IncomingHttpHeaders
  body: Buffer
  /** The error code of the request or of the body, null where it ended well. */
  error: string | null
}

let sandbox: EgestorSandbox
let token: string
const agent = new http.Agent({ keepAlive: false })

beforeEach(async () => {
  sandbox = await startEgestor({ store: 'norte', limit: null })
  token = JSON.parse(
    (await send('POST', '/oauth/access_token', { grant_type: 'personal', personal_token: sandbox.personalToken })).body.toString(),
  ).access_token
})
afterEach(() => sandbox.close())

/** One request on a connection of its own; `stop` is asked after each piece of the body. */
function send(method: string, path: string, content?: unknown, stop: (body: Buffer) => boolean = () => false): Promise<Raw> {
  return new Promise((resolve) => {
    const raw: Raw = { status: 0, headers: {}, body: Buffer.alloc(0), error: null }
    const fail = (error: Error) => resolve({ ...raw, error: 'code' in error ? String(error.code) : error.message })
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const request = http.request(`${sandbox.url}${path}`, { method, headers, agent }, (response) => {
      Object.assign(raw, { status: response.statusCode, headers: response.headers })
      response.on('data', (piece: Buffer) => {
        raw.body = Buffer.concat([raw.body, piece])
        if (!stop(raw.body)) return
        request.destroy()
        resolve(raw)
      })
      response.on('end', () => resolve(raw))
      response.on('error', fail)
    })
    request.on('error', fail)
    request.end(content === undefined ? undefined : JSON.stringify(content))
  })
}

const contact = () => send('GET', '/v1/contatos/2')
const create = () => send('POST', '/v1/contatos', { nome: 'Várzea Ótica', tipo: ['cliente'] })
const count = () => sandbox.data.contatos.rows.size
const once = (effect: Effect) => sandbox.faults.add({ do: effect })
const arrived = async (howMany: number) => {
  while (sandbox.requests.length < howMany) await new Promise((resolve) => setImmediate(resolve))
}

describe('the script', () => {
  it('meets only what it is for, as often as it says, first come first served', async () => {
    const first = sandbox.faults.add({ when: ({ path }) => path === '/v1/contatos/2', times: 2, do: answer(500) })
    sandbox.faults.add({ times: Number.POSITIVE_INFINITY, when: ({ method }) => method === 'GET', do: answer(503) })
    const statuses = []
    for (const path of ['/v1/contatos/2', '/v1/empresa', '/v1/contatos/2', '/v1/contatos/2'])
      statuses.push((await send('GET', path)).status)
    expect(statuses).toEqual([500, 503, 500, 503])
    expect(first.hits).toBe(2)
    sandbox.faults.clear()
    expect((await contact()).status).toBe(200)
  })

  it('meets one request where nothing else is said', async () => {
    once(answer(500))
    expect((await contact()).status).toBe(500)
    expect((await contact()).status).toBe(200)
  })
})

describe('an answer of its own', () => {
  it('has no effect, or has had it', async () => {
    const before = count()
    once(answer(502, { 'content-type': 'text/plain', 'retry-after': '7' }, 'ruim'))
    const refused = await create()
    expect(refused).toMatchObject({ status: 502, headers: { 'retry-after': '7' } })
    expect(refused.body.toString()).toBe('ruim')
    expect(count()).toBe(before)
    once(applyThenAnswer(504))
    expect((await create()).status).toBe(504)
    expect(count()).toBe(before + 1)
  })

  it('can be a redirect, a page, broken JSON or nothing', async () => {
    once(redirect('http://127.0.0.1:1/x'))
    expect(await contact()).toMatchObject({ status: 302, headers: { location: 'http://127.0.0.1:1/x' } })
    once(html)
    const page = await contact()
    expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } })
    expect(page.body.toString()).toMatch(/^<!doctype html>/)
    once(malformed)
    const broken = await contact()
    expect(broken).toMatchObject({ status: 200, error: null })
    expect(() => JSON.parse(broken.body.toString())).toThrow(SyntaxError)
    once(empty)
    expect(await contact()).toMatchObject({ status: 200, body: Buffer.alloc(0), error: null })
  })
})

describe('a connection that breaks', () => {
  it('is reset before the first byte, with or without the effect', async () => {
    const before = count()
    once(reset)
    expect(await create()).toMatchObject({ status: 0, error: 'ECONNRESET' })
    expect(count()).toBe(before)
    once(applyThenReset)
    expect(await create()).toMatchObject({ status: 0, error: 'ECONNRESET' })
    expect(count()).toBe(before + 1)
  })

  it.each(['length', 'chunked'] as const)('ends in the middle of the body, as its %s shows', async (framing) => {
    const whole = (await contact()).body
    once(truncate(framing))
    const cut = await contact()
    expect(cut).toMatchObject({ status: 200, error: 'ECONNRESET' })
    expect(cut.body.equals(whole.subarray(0, whole.length >> 1))).toBe(true)
  })

  it('ends in the middle of a body without framing, and only the JSON shows it', async () => {
    const whole = (await contact()).body
    once(truncate('close'))
    const cut = await contact()
    expect(cut).toMatchObject({ status: 200, error: null })
    expect(cut.headers['content-length']).toBeUndefined()
    expect(cut.body.equals(whole.subarray(0, whole.length >> 1))).toBe(true)
  })

  it('is reset in the middle of the body', async () => {
    once(resetMidBody)
    expect(await contact()).toMatchObject({ error: 'ECONNRESET' })
  })
})

describe('a slow vendor', () => {
  it('never answers, with or without the effect, until it is closed', async () => {
    const before = count()
    once(hang)
    once(applyThenHang)
    const waiting = Promise.all([create(), create()])
    await arrived(3)
    expect(sandbox.sockets()).toBe(2)
    expect(count()).toBe(before + 1)
    await sandbox.close()
    expect((await waiting).map(({ status, error }) => [status, error])).toEqual([
      [0, 'ECONNRESET'],
      [0, 'ECONNRESET'],
    ])
    expect(sandbox.sockets()).toBe(0)
  })

  it('stops in the middle of the body and keeps the connection', async () => {
    const whole = (await contact()).body
    once(stall)
    const half = whole.length >> 1
    const seen = await send('GET', '/v1/contatos/2', undefined, (body) => body.length >= half)
    expect(seen).toMatchObject({ status: 200, error: null, headers: { 'content-length': String(whole.length) } })
    expect(seen.body).toHaveLength(half)
  })

  it('drips its answer byte by byte', async () => {
    const whole = (await send('GET', '/v1/config/vendas/customizado')).body
    once(drip(1))
    let pieces = 0
    const seen = await send('GET', '/v1/config/vendas/customizado', undefined, () => {
      pieces += 1
      return false
    })
    expect(seen.body.equals(whole)).toBe(true)
    expect(pieces).toBeGreaterThan(10)
  })

  it('answers late, and does nothing before', async () => {
    const before = count()
    let open = () => {}
    once(
      holdUntil(
        new Promise<void>((resolve) => {
          open = resolve
        }),
      ),
    )
    const late = create()
    await arrived(2)
    expect(count()).toBe(before)
    open()
    expect((await late).status).toBe(200)
    expect(count()).toBe(before + 1)
    once(delay(5))
    expect((await create()).status).toBe(200)
    expect(count()).toBe(before + 2)
  })
})

describe('a body that is too much or strangely written', () => {
  it('has no end, or an end too far away', async () => {
    const enough = (body: Buffer) => body.length > 300_000
    once(huge('chunked'))
    expect(await send('GET', '/v1/contatos', undefined, enough)).toMatchObject({ headers: { 'transfer-encoding': 'chunked' } })
    once(huge('declared'))
    expect(await send('GET', '/v1/contatos', undefined, enough)).toMatchObject({ headers: { 'content-length': String(2 ** 30) } })
    once(huge('declared', 70_000))
    expect((await contact()).body).toHaveLength(70_000)
  })

  it('is compressed', async () => {
    const whole = (await contact()).body
    once(gzip)
    const seen = await contact()
    expect(seen.headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(seen.body).equals(whole)).toBe(true)
  })

  it('is a small file that becomes a large one', async () => {
    once(gzipBomb(8))
    const { body } = await contact()
    expect(body.length).toBeLessThan(20_000)
    expect(gunzipSync(body)).toHaveLength(8 * 1_048_576 + 2)
  })

  it('is in ISO-8859-1 and says so', async () => {
    once(latin1)
    const { body, headers } = await send('GET', '/v1/config/vendas/customizado')
    expect(headers['content-type']).toBe('application/json; charset=ISO-8859-1')
    expect(body.includes(Buffer.from([0xe7, 0xf5]))).toBe(true) // çõ
    expect(JSON.parse(body.toString('latin1')).xCampo1).toBe('Observações gerais')
  })

  it('begins with a byte order mark', async () => {
    once(byteOrderMark)
    expect((await contact()).body.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
  })
})

it('counts no socket once everyone has left', async () => {
  await Promise.all([contact(), contact(), contact()])
  while (sandbox.sockets() > 0) await new Promise((resolve) => setImmediate(resolve))
  expect(sandbox.sockets()).toBe(0)
})
