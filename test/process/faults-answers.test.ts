import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  answer,
  applyThenAnswer,
  byteOrderMark,
  type Effect,
  empty,
  gzip,
  gzipBomb,
  html,
  huge,
  latin1,
  malformed,
  redirect,
  truncate,
} from '../../src/sandbox/faults.ts'
import { type Faulty, isLogin, startFaulty } from '../support/faulty.ts'

// The vendor answers, but with what nobody can use. Each ends as the problem it is, with none of the vendor's body in it.

const SECRET = 'segredo do fornecedor'
const json = { 'content-type': 'application/json' }

let faulty: Faulty
beforeEach(async () => {
  faulty = await startFaulty()
})
afterEach(() => faulty.close())

const withStatus200 = (code: number | string) =>
  answer(200, json, JSON.stringify({ errCode: code, errMsg: 'Não foi possível.', dados: SECRET }))

const UNUSABLE: [string, Effect, string[]][] = [
  ['an HTML page with status 200', html, ['Manutenção', 'Voltamos']],
  ['malformed JSON', malformed, ['NaN', 'Unexpected', 'JSON.parse']],
  ['an empty body', empty, []],
  ['white space', answer(200, json, '  \n '), []],
  ['a text', answer(200, { 'content-type': 'text/plain' }, SECRET), [SECRET]],
  ['a body that is cut off where Content-Length promised more', truncate('length'), []],
  ['a body whose last chunk never comes', truncate('chunked'), []],
  ['a body that is cut off without any framing', truncate('close'), []],
  ['a body without end', huge('chunked'), []],
  ['a gigabyte', huge('declared'), []],
  ['a gzip bomb', gzipBomb(), []],
  ['broken gzip', answer(200, { ...json, 'content-encoding': 'gzip' }, SECRET), [SECRET]],
  ['an encoding that nobody knows', answer(200, { ...json, 'content-encoding': 'constructor' }, '{}'), []],
  ['a charset that nobody knows', answer(200, { 'content-type': 'application/json; charset=klingon' }, '{}'), []],
  ['a list instead of a record', answer(200, json, '[]'), []],
  ['a number instead of a record', answer(200, json, '7'), []],
  ['null instead of a record', answer(200, json, 'null'), []],
  ['a record without its own id', answer(200, json, '{"descricao":"segredo do fornecedor"}'), [SECRET]],
]

describe.each(UNUSABLE)('%s (rows 20, 21, 22, 23, 25)', (_name, effect, unwanted) => {
  it('is 502 bad_vendor_response to a read', async () => {
    faulty.breaks(effect)
    const { status, body, text } = await faulty.read()
    expect([status, body.code]).toEqual([502, 'bad_vendor_response'])
    expect(body).toMatchObject({ origin: 'vendor', connection: 'centro', vendor: 'egestor', operation: 'products.get' })
    for (const word of unwanted) {
      expect(text).not.toContain(word)
      expect(faulty.hasLogged(word)).toBe(false)
    }
    expect(faulty.reads()).toBeLessThanOrEqual(2)
  })

  it('to a write leaves the outcome unknown after one sending', async () => {
    faulty.breaks(effect, { when: ({ method, path }) => method === 'POST' && path === '/v1/contatos' })
    const { status, body } = await faulty.create()
    expect([status, body.code, body.retryable]).toEqual([502, 'bad_vendor_response', false])
    expect(['unknown', 'applied']).toContain(body.outcome)
    expect(faulty.creates()).toBe(1)
  })

  it('to a login is the same problem, not one of the credentials', async () => {
    faulty.breaks(effect, { when: isLogin })
    const { status, body } = await faulty.read()
    expect([status, body.code]).toEqual([502, 'bad_vendor_response'])
    expect(faulty.reads()).toBe(0)
  })
})

describe('memory (row 23)', () => {
  it('stays flat while bodies without end arrive', async () => {
    await faulty.read()
    const before = process.memoryUsage().rss
    faulty.breaks(huge('chunked'))
    await Promise.all(Array.from({ length: 8 }, () => faulty.read()))
    faulty.store.faults.clear()
    faulty.breaks(gzipBomb(256))
    await Promise.all(Array.from({ length: 4 }, () => faulty.read()))
    // The simulated vendor lives in this process too.
    expect(process.memoryUsage().rss - before).toBeLessThan(512 * 1_048_576)
  })
})

describe('what only looks odd (rows 21, 24)', () => {
  it.each([
    ['latin-1 that is declared', latin1],
    ['a byte order mark', byteOrderMark],
    ['gzip', gzip],
  ])('is read as it is meant: %s', async (_name, effect) => {
    const wanted = (await faulty.read()).body.data
    faulty.breaks(effect)
    const { status, body } = await faulty.read()
    expect(status).toBe(200)
    expect(body.data).toEqual(wanted)
    expect(JSON.stringify(wanted)).toMatch(/[à-ü]/i)
  })
})

describe('a redirect (row 29)', () => {
  it.each([301, 302, 303, 307, 308])('of %i is not followed, and no login goes anywhere else', async (status) => {
    let hits = 0
    const canary = createServer((_request, response) => {
      hits += 1
      response.end('{}')
    })
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve))
    const elsewhere = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/roubo`
    faulty.breaks(status === 302 ? redirect(elsewhere) : answer(status, { location: elsewhere }))
    const { status: told, body, text } = await faulty.read()
    expect([told, body.code]).toEqual([502, 'bad_vendor_response'])
    expect(text).not.toContain('roubo')
    expect((await faulty.create()).body).toMatchObject({ code: 'bad_vendor_response', retryable: false })
    expect(faulty.creates()).toBe(1)
    expect(hits).toBe(0)
    canary.close()
  })
})

describe('an error under status 200', () => {
  it.each([
    [404, 404, 'not_found'],
    [410, 410, 'gone'],
    [403, 424, 'connection_forbidden'],
    [500, 502, 'vendor_error'],
    ['E-17', 502, 'vendor_error'],
  ])('with code %s is %i %s', async (code, status, told) => {
    faulty.breaks(withStatus200(code))
    const { status: got, body, text } = await faulty.read()
    expect([got, body.code]).toEqual([status, told])
    expect(body.upstream).toMatchObject({ code: String(code), message: 'Não foi possível.' })
    expect(text).not.toContain(SECRET)
  })

  it('to a write that names a fault in it is 422, and nothing was done', async () => {
    faulty.breaks(withStatus200(422))
    expect((await faulty.create()).body).toMatchObject({ status: 422, code: 'vendor_rejected', outcome: 'not_applied' })
  })

  it('to a write that names a fault of the vendor leaves the outcome unknown', async () => {
    faulty.breaks(applyThenAnswer(200, json, JSON.stringify({ errCode: 500, errMsg: 'Erro interno' })))
    expect((await faulty.create()).body).toMatchObject({ status: 502, code: 'vendor_error', outcome: 'unknown', retryable: false })
    expect(faulty.creates()).toBe(1)
  })
})
