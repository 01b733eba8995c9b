import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { answer, applyThenAnswer, applyThenReset, holdUntil } from '../../src/sandbox/faults.ts'
import { as, clientWith } from '../support/clients.ts'
import { testClock } from '../support/clock.ts'
import { isData } from '../support/faulty.ts'
import { type Answered, connectionTo, json, startGateway, type TestGateway } from '../support/gateway.ts'
import { startTwoStores, type TwoStores, UNLIMITED, writesAt } from '../support/two-stores.ts'

const CLIENTS = [clientWith('erp', { scopes: ['write'] }), clientWith('loja', { scopes: ['write'], connections: ['norte'] })]

let stores: TwoStores
let gateway: TestGateway
let centro: EgestorSandbox
beforeAll(async () => {
  stores = await startTwoStores({ clients: CLIENTS })
  ;({ gateway, centro } = stores)
})
afterEach(() => {
  centro.faults.clear()
})
afterAll(() => stores.close())

interface Sending {
  body?: unknown
  path?: string
  method?: string
  client?: string
}

/** A write under a key; by default a new customer of centro. */
const send = (
  key: string,
  { body = { name: 'Várzea Ótica' }, path = '/customers?connection=centro', method, client = 'erp' }: Sending = {},
) => gateway.fetch(path, json(method ?? 'POST', body, { ...(as(client).headers as Record<string, string>), 'idempotency-key': key }))

const isWrite = (request: { method: string; path: string }) => isData(request as never) && request.method !== 'GET'
const customersIn = (store: EgestorSandbox) => store.data.contatos.rows.size
const isReplayed = ({ headers }: Answered) => headers.get('idempotency-replayed') === 'true'

describe('a write that comes again with its key', () => {
  it('is done once and answered with the same bytes', async () => {
    const before = customersIn(centro)
    const key = randomUUID()
    const first = await send(key)
    const second = await send(key)
    expect([first.status, isReplayed(first)]).toEqual([201, false])
    expect([second.status, isReplayed(second)]).toEqual([201, true])
    expect(second.text).toBe(first.text)
    for (const name of ['location', 'content-type']) expect(second.headers.get(name)).toBe(first.headers.get(name))
    expect(second.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'))
    expect(second.headers.get('server-timing')).toMatch(/^vendor;dur=0\.0,/)
    expect(customersIn(centro)).toBe(before + 1)
  })

  it('a hundred times at once is done once', async () => {
    const before = customersIn(centro)
    const key = randomUUID()
    const answers = await Promise.all(Array.from({ length: 100 }, () => send(key)))
    expect(customersIn(centro)).toBe(before + 1)
    const done = answers.filter(({ status }) => status === 201)
    expect(new Set(done.map(({ text }) => text)).size).toBe(1)
    for (const { status, body, headers } of answers.filter((one) => !done.includes(one))) {
      expect([status, body.code, body.outcome, body.retryable]).toEqual([409, 'idempotency_in_progress', 'unknown', true])
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    }
  })

  it('with another body is refused', async () => {
    const key = randomUUID()
    await send(key)
    const before = customersIn(centro)
    const { status, body } = await send(key, { body: { name: 'Outra Ótica' } })
    expect([status, body.code, body.outcome, body.retryable]).toEqual([422, 'idempotency_mismatch', 'not_applied', false])
    expect(body).toMatchObject({ connection: 'centro', operation: 'customers.create' })
    expect(customersIn(centro)).toBe(before)
  })

  it('is the same whatever the order of its members', async () => {
    const key = randomUUID()
    const first = await send(key, { body: { name: 'Ana', address: { city: 'Santos', state: 'SP' } } })
    const second = await send(key, { body: { address: { state: 'SP', city: 'Santos' }, name: 'Ana' } })
    expect(second.text).toBe(first.text)
  })

  it('is the same quoted and bare', async () => {
    const uuid = randomUUID()
    const first = await send(`"${uuid}\\"a\\\\b"`)
    expect([first.status, (await send(`${uuid}"a\\b`)).text]).toEqual([201, first.text])
  })

  it('changes a record once', async () => {
    const key = randomUUID()
    const { body } = await send(randomUUID())
    const change = { method: 'PATCH', path: `/customers/${body.data.id}`, body: { notes: 'Paga em dia' } }
    const first = await send(key, change)
    const before = writesAt(centro).length
    const second = await send(key, change)
    expect([first.status, second.text, isReplayed(second)]).toEqual([200, first.text, true])
    expect(writesAt(centro)).toHaveLength(before)
    const other = await send(key, { ...change, path: '/customers/centro:1' })
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_mismatch'])
  })

  it('settles a receivable once, and does not call it paid already', async () => {
    const made = await send(randomUUID(), {
      path: '/receivables?connection=centro',
      body: { description: 'Aluguel', amount: '99.90', dueOn: '2026-12-31', customer: { id: 'centro:1' } },
    })
    const key = randomUUID()
    const settlement = { path: `/receivables/${made.body.data.id}/settlements`, body: {} }
    const first = await send(key, settlement)
    expect([first.status, first.body.data.status]).toEqual([200, 'paid'])
    const second = await send(key, settlement)
    expect([second.status, second.text]).toEqual([200, first.text])
    const other = await send(randomUUID(), settlement)
    expect([other.status, other.body.code]).toEqual([409, 'conflict'])
  })
})

describe('a key', () => {
  it.each([
    'a',
    '"a"',
    '8e03978e-40d5-43dd-bc93-6894a57f9324',
    '"with\\"and\\\\"',
    'x'.repeat(255),
    `"${'x'.repeat(255)}"`,
    'a,b;c=d:e/f\\g"h',
  ])('may be %s', async (key) => {
    expect((await send(key, { body: { name: 'Ana' } })).status).toBe(201)
  })

  it.each(['', '""', '"a', 'a b', '"a b"', '"a"b', '"a";b', '"a", "b"', '"a\\b"', 'x'.repeat(256), `"${'x'.repeat(256)}"`, 'é', 'a\tb'])(
    'may not be %j',
    async (key) => {
      const before = writesAt(centro).length
      const { status, body } = await send(key)
      expect([status, body.code, body.outcome, body.errors[0].parameter]).toEqual([
        400,
        'validation_failed',
        'not_applied',
        'idempotency-key',
      ])
      expect(writesAt(centro)).toHaveLength(before)
    },
  )

  it('sent twice is refused', async () => {
    const headers = [...Object.entries(as('erp').headers as Record<string, string>), ['content-type', 'application/json']] as [
      string,
      string,
    ][]
    const twice: RequestInit = {
      method: 'POST',
      body: '{"name":"X"}',
      headers: [...headers, ['idempotency-key', 'a'], ['idempotency-key', 'b']],
    }
    expect((await gateway.fetch('/customers?connection=centro', twice)).status).toBe(400)
  })

  it.each(['GET', 'DELETE'])('is refused on %s, which does not take one', async (method) => {
    const headers = { ...(as('erp').headers as Record<string, string>), 'idempotency-key': 'a' }
    const { status, body } = await gateway.fetch('/customers/centro:1', { method, headers })
    expect([status, body.errors[0].parameter]).toEqual([400, 'idempotency-key'])
  })

  it('is one client’s own', async () => {
    const key = randomUUID()
    const path = '/customers?connection=norte'
    const [mine, theirs] = [await send(key, { path }), await send(key, { path, client: 'loja', body: { name: 'Segredo' } })]
    expect([mine.status, theirs.status, isReplayed(theirs)]).toEqual([201, 201, false])
    expect(theirs.body.data.name).toBe('Segredo')
  })

  it('is one connection’s own, and opens no other', async () => {
    const key = randomUUID()
    const there = await send(key)
    const here = await send(key, { path: '/customers?connection=norte' })
    expect([here.status, isReplayed(here), here.body.data.connection]).toEqual([201, false, 'norte'])
    const stranger = await send(key, { client: 'loja' })
    expect([there.status, stranger.status, stranger.body.code]).toEqual([201, 404, 'not_found'])
  })

  it('is one route’s own', async () => {
    const key = randomUUID()
    await send(key)
    const product = await send(key, { path: '/products?connection=centro', body: { name: 'Caneca', price: '1' } })
    expect([product.status, isReplayed(product)]).toEqual([201, false])
  })

  it('is in no log line, and the line of an answer that was given again says so', async () => {
    const key = `chave-${randomUUID()}`
    await send(key)
    const from = gateway.lines.length
    const { headers } = await send(key)
    expect(JSON.stringify(gateway.lines)).not.toContain(key)
    const line = () => gateway.lines.slice(from).find(({ requestId }) => requestId === headers.get('x-request-id'))
    await expect.poll(line).toMatchObject({ replayed: true, client: 'erp', status: 201 })
    expect(gateway.lines[from - 1]).not.toHaveProperty('replayed')
  })
})

describe('a key whose write was not done', () => {
  it('works again where nothing was sent', async () => {
    const key = randomUUID()
    for (const body of [{ nome: 'X' }, { segment: 'Padarias' }, { name: 'X', tags: [1] }]) {
      const refused = await send(key, { body })
      expect([400, 422]).toContain(refused.status)
      expect(refused.body.outcome).toBe('not_applied')
    }
    expect((await send(key)).status).toBe(201)
  })

  it('works again after a 429 of the vendor, once that has passed', async () => {
    const clock = testClock(Date.now())
    const gated = await startGateway([connectionTo('fila', stores.norte, UNLIMITED)], { clock })
    const headers = { 'idempotency-key': randomUUID() }
    const create = () => gated.fetch('/customers', json('POST', { name: 'Fila' }, headers))
    const before = customersIn(stores.norte)
    stores.norte.faults.add({ when: isWrite, do: answer(429, { 'retry-after': '60' }) })
    for (let times = 0; times < 2; times += 1) {
      const { status, body } = await create()
      expect([status, body.code, body.outcome]).toEqual([429, 'vendor_rate_limited', 'not_applied'])
    }
    await clock.advance(60_000)
    expect((await create()).status).toBe(201)
    expect(customersIn(stores.norte)).toBe(before + 1)
    await gated.close()
  })

  it('works again where the vendor could not be reached', async () => {
    const key = randomUUID()
    const closed = await startGateway([{ ...connectionTo('centro', centro, { ...UNLIMITED, baseUrl: 'http://127.0.0.1:9' }) }])
    for (let times = 0; times < 2; times += 1) {
      const { status, body, headers } = await closed.fetch('/customers', json('POST', { name: 'X' }, { 'idempotency-key': key }))
      expect([status, body.code, body.outcome, headers.get('idempotency-replayed')]).toEqual([
        503,
        'vendor_unavailable',
        'not_applied',
        null,
      ])
    }
    await closed.close()
  })

  it('gives the refusal again where the vendor refused the record', async () => {
    const key = randomUUID()
    centro.faults.add({ when: isWrite, do: answer(422, undefined, '{"errMsg":"Nome duplicado"}') })
    const first = await send(key)
    expect([first.status, first.body.code, first.body.outcome]).toEqual([422, 'vendor_rejected', 'not_applied'])
    const before = writesAt(centro).length
    const second = await send(key)
    expect([second.status, second.text, isReplayed(second)]).toEqual([422, first.text, true])
    expect(writesAt(centro)).toHaveLength(before)
  })
})

describe('a key whose write was done and then went wrong', () => {
  it('gives the same failure again, with the place of the record', async () => {
    const key = randomUUID()
    centro.faults.add({ when: ({ method, path }) => method === 'GET' && path.startsWith('/v1/contatos'), times: 5, do: answer(500) })
    const before = customersIn(centro)
    const first = await send(key)
    expect([first.status, first.body.outcome]).toEqual([502, 'applied'])
    const second = await send(key)
    expect([second.status, second.text, isReplayed(second)]).toEqual([502, first.text, true])
    expect(second.headers.get('location')).toBe(first.headers.get('location'))
    expect(customersIn(centro)).toBe(before + 1)
  })
})

describe('a key whose write may have been done', () => {
  it.each([
    ['was', applyThenReset, 1],
    ['was', applyThenAnswer(500), 1],
    ['was not', answer(500), 0],
  ])('is never sent again: it %s', async (_what, effect, made) => {
    const key = randomUUID()
    const before = customersIn(centro)
    centro.faults.add({ when: isWrite, do: effect })
    const body = { name: 'Ana Teles', taxId: { value: '52998224725' } }
    const first = await send(key, { body })
    expect([first.status, first.body.outcome, first.body.retryable]).toEqual([502, 'unknown', false])
    for (let times = 0; times < 3; times += 1) {
      const again = await send(key, { body })
      expect([again.status, again.body.code, again.body.outcome, again.body.retryable]).toEqual([409, 'outcome_unknown', 'unknown', false])
      expect(again.body).toMatchObject({ connection: 'centro', vendor: 'egestor', operation: 'customers.create' })
      expect(isReplayed(again)).toBe(false)
    }
    expect(customersIn(centro)).toBe(before + made)
  })

  it('says how it can be looked up, without the customer’s data', async () => {
    const key = randomUUID()
    centro.faults.add({ when: isWrite, do: answer(500) })
    const body = { name: 'Ana Teles', taxId: { value: '52998224725' } }
    for (const { body: problem } of [await send(key, { body }), await send(key, { body })]) {
      expect(problem.detail).toContain('GET /customers?connection=centro&taxId=…')
      expect(problem.detail).not.toContain('52998224725')
    }
  })

  it('says where a record can be looked at that was to be changed', async () => {
    centro.faults.add({ when: isWrite, do: answer(500) })
    const { body } = await send(randomUUID(), { method: 'PATCH', path: '/customers/centro:1', body: { notes: 'x' } })
    expect([body.outcome, body.detail]).toEqual(['unknown', expect.stringContaining('GET /customers/centro:1')])
  })
})

describe('a write that takes long', () => {
  it('is in progress for all that time, and is done when its client went away', async () => {
    const key = randomUUID()
    const before = customersIn(centro)
    let letGo = () => {}
    const gate = new Promise<void>((resolve) => {
      letGo = resolve
    })
    const held = centro.faults.add({ when: isWrite, do: holdUntil(gate) })
    const leaving = new AbortController()
    const headers = { ...(as('erp').headers as Record<string, string>), 'idempotency-key': key }
    const left = fetch(`${gateway.url}/customers?connection=centro`, {
      ...json('POST', { name: 'Várzea Ótica' }, headers),
      signal: leaving.signal,
    }).catch(() => 'left')
    await expect.poll(() => held.hits).toBe(1)
    leaving.abort()
    expect(await left).toBe('left')
    const busy = await send(key)
    expect([busy.status, busy.body.code]).toEqual([409, 'idempotency_in_progress'])
    letGo()
    await expect.poll(async () => (await send(key)).status).toBe(201)
    expect(isReplayed(await send(key))).toBe(true)
    expect(customersIn(centro)).toBe(before + 1)
  })
})
