import { createServer, type Server } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import type { RecordedRequest } from '../../src/sandbox/exchange.ts'
import {
  answer,
  applyThenAnswer,
  applyThenHang,
  applyThenReset,
  type Effect,
  hang,
  html,
  malformed,
  redirect,
  reset,
  resetMidBody,
  truncate,
} from '../../src/sandbox/faults.ts'
import { type KommoSandbox, startKommo } from '../../src/sandbox/kommo/index.ts'
import { type Answered, connectionTo, json, startGateway, startStore, type TestGateway } from '../support/gateway.ts'
import { UNLIMITED } from '../support/two-stores.ts'

// What a failed write says of its outcome is compared with what the vendor then really has.

let store: EgestorSandbox
let kommo: KommoSandbox
let gateway: TestGateway
/** Does not wait long for a vendor that never answers. */
let impatient: TestGateway
const crm = (id: string, settings: object = {}) => ({
  id,
  vendor: 'kommo',
  credentials: { grant: 'long_lived_token', token: kommo.longLivedToken },
  settings: { ...kommo.settings, ...UNLIMITED, ...settings },
})
beforeAll(async () => {
  ;[store, kommo] = await Promise.all([startStore({ limit: null }), startKommo({ limit: null })])
})
/** New ones for each test: what has failed often is left alone for a while. */
beforeEach(async () => {
  gateway = await startGateway([connectionTo('loja', store, UNLIMITED), crm('crm')])
  impatient = await startGateway([connectionTo('loja', store, { ...UNLIMITED, timeoutMs: 2_500 }), crm('crm', { timeoutMs: 2_500 })])
  // Logins and definitions are asked for before anything breaks.
  for (const each of [gateway, impatient]) {
    await each.fetch('/customers?connection=crm', json('POST', { name: 'Primeiro' }))
    await each.fetch('/products/loja:1')
  }
  for (const list of LISTS) {
    if (ids[list]) continue
    const { body } = await gateway.fetch(`${list}&limit=100`)
    ids[list] = body.data.map(({ vendorId }: { vendorId: string }) => vendorId)
  }
})
afterAll(async () => {
  await Promise.all([store.close(), kommo.close()])
})
afterEach(async () => {
  await Promise.all([gateway.close(), impatient.close()])
  store.faults.clear()
  kommo.faults.clear()
})

/** A write that is about to be sent to a record of its own. */
interface Attempt {
  send(): Promise<Answered>
  /** Whether the vendor has it. */
  isDone(): boolean
}

let made = 0
const newName = () => {
  made += 1
  return `Novo ${made}`
}

/** The vendor's id of a record that no other attempt has. */
const ids: Record<string, string[]> = {}
const nextOf = (list: string) => ids[list]!.shift()!

const WRITES: Readonly<Record<string, (through: TestGateway) => Attempt>> = {
  'eGestor: POST a customer': (through) => {
    const name = newName()
    return {
      send: () => through.fetch('/customers?connection=loja', json('POST', { name })),
      isDone: () => [...store.data.contatos.rows.values()].some(({ nome }) => nome === name),
    }
  },
  'eGestor: PATCH a product': (through) => {
    const [id, name] = [nextOf('/products?connection=loja'), newName()]
    return {
      send: () => through.fetch(`/products/loja:${id}`, json('PATCH', { name })),
      isDone: () => store.data.produtos.rows.get(Number(id))?.descricao === name,
    }
  },
  'eGestor: DELETE a customer': (through) => {
    const id = nextOf('/customers?connection=loja')
    return {
      send: () => through.fetch(`/customers/loja:${id}`, { method: 'DELETE' }),
      isDone: () => store.data.contatos.deleted.has(Number(id)),
    }
  },
  'eGestor: settle a receivable': (through) => {
    const id = nextOf('/receivables?connection=loja&status=open')
    return {
      send: () => through.fetch(`/receivables/loja:${id}/settlements`, json('POST', {})),
      isDone: () => store.data.recebimentos.rows.get(Number(id))?.situacao === 40,
    }
  },
  'Kommo: POST a customer': (through) => {
    const name = newName()
    return {
      send: () => through.fetch('/customers?connection=crm', json('POST', { name })),
      isDone: () => [...kommo.data.tables.contacts.values()].some((row) => row.name === name),
    }
  },
  'Kommo: PATCH a sale': (through) => {
    const [id, number] = [nextOf('/sales?connection=crm'), newName()]
    return {
      send: () => through.fetch(`/sales/crm:${id}`, json('PATCH', { number })),
      isDone: () => kommo.data.tables.leads.get(Number(id))?.name === number,
    }
  },
}
const LISTS = [
  '/products?connection=loja',
  '/customers?connection=loja',
  '/receivables?connection=loja&status=open',
  '/sales?connection=crm',
]

const isWrite = ({ method, path }: RecordedRequest) => method !== 'GET' && path !== '/oauth/access_token'
const page = { 'content-type': 'text/html' }

const BROKEN: readonly (readonly [what: string, effect: Effect, status: number, outcome: string, isDone: boolean])[] = [
  ['resets before it did anything', reset, 502, 'unknown', false],
  ['does it and resets', applyThenReset, 502, 'unknown', true],
  ['does it and resets within its answer', resetMidBody, 502, 'unknown', true],
  ['does it and closes before the end of its answer', truncate('length'), 502, 'unknown', true],
  ['does it and leaves its answer without an end', truncate('close'), 502, 'unknown', true],
  ['does it and answers with broken JSON', malformed, 502, 'unknown', true],
  ['does nothing and answers 500', answer(500), 502, 'unknown', false],
  ['does it and answers 500', applyThenAnswer(500), 502, 'unknown', true],
  ['does nothing and answers 503', answer(503), 502, 'unknown', false],
  ['does it and answers 504', applyThenAnswer(504), 504, 'unknown', true],
  ['does nothing and answers with a page', html, 502, 'unknown', false],
  ['does it and answers with a page', applyThenAnswer(200, page, '<p>Pronto'), 502, 'unknown', true],
  ['points elsewhere', redirect('http://127.0.0.1:9/'), 502, 'unknown', false],
  ['refuses it', answer(422, undefined, '{}'), 422, 'not_applied', false],
  ['knows no such thing', answer(404, undefined, '{}'), 404, 'not_applied', false],
  ['refuses the login each time', answer(401, undefined, '{"errObs":"access_denied"}'), 424, 'not_applied', false],
  ['never answers', hang, 504, 'unknown', false],
  ['does it and never answers', applyThenHang, 504, 'unknown', true],
]

describe.each(BROKEN)('a vendor that %s', (_what, effect, status, outcome, isDone) => {
  it(`is ${status}, and the outcome ${outcome}`, async () => {
    for (const { faults } of [store, kommo]) faults.add({ when: isWrite, times: Number.POSITIVE_INFINITY, do: effect })
    const told = await Promise.all(
      Object.entries(WRITES).map(async ([name, prepare]) => {
        const attempt = prepare(effect === hang || effect === applyThenHang ? impatient : gateway)
        const sentBefore = attempt.isDone()
        const { status: given, body } = await attempt.send()
        return [name, sentBefore, given, body.outcome, body.retryable && outcome === 'unknown', attempt.isDone()]
      }),
    )
    expect(told).toEqual(Object.keys(WRITES).map((name) => [name, false, status, outcome, false, isDone]))
  })
})

it('says of a write that was done and could not be read back where it is, and that this is all that failed', async () => {
  const reads = ({ method }: RecordedRequest) => method === 'GET'
  for (const effect of [answer(500), answer(404, undefined, '{}'), answer(401, undefined, '{}'), reset, html, answer(504)]) {
    const [id, number] = [nextOf('/sales?connection=crm'), newName()]
    const hasWritten = () => kommo.data.tables.leads.get(Number(id))?.name === number
    kommo.faults.add({ when: (request) => reads(request) && hasWritten(), times: Number.POSITIVE_INFINITY, do: effect })
    const { status, headers, body } = await gateway.fetch(`/sales/crm:${id}`, json('PATCH', { number }))
    kommo.faults.clear()
    expect([502, 504]).toContain(status)
    expect([body.outcome, body.retryable, body.errors, hasWritten()]).toEqual(['applied', false, undefined, true])
    expect(body.detail).toMatch(/could not be read back/)
    expect((await gateway.fetch(headers.get('location')!)).body.data.number).toBe(number)
  }
})

describe('a write in several calls', () => {
  const isLink = ({ path }: RecordedRequest) => path.endsWith('/link')
  const sale = () => ({ number: newName(), items: [{ productId: 'crm:525001', quantity: '3' }] })
  const items = async (path: string) => (await gateway.fetch(path)).body.data.items.map(({ productId }: { productId: string }) => productId)

  it.each<[string, Effect, number, RegExp, string[]]>([
    ['resets', reset, 502, /may not have been/, []],
    ['does it and resets', applyThenReset, 502, /may not have been/, ['crm:525001']],
    ['answers 500', answer(500), 502, /may not have been/, []],
    ['refuses it', answer(422, undefined, '{}'), 502, /was not/, []],
    ['knows no such record', answer(404, undefined, '{}'), 502, /was not/, []],
    ['forbids it', answer(403, undefined, '{}'), 502, /was not/, []],
    ['answers 504', answer(504), 504, /may not have been/, []],
  ])('of which the second %s is applied, says where, and names what is missing', async (_what, effect, status, detail, held) => {
    kommo.faults.add({ when: isLink, times: Number.POSITIVE_INFINITY, do: effect })
    const made = await gateway.fetch('/sales?connection=crm', json('POST', sale()))
    expect([made.status, made.body.outcome, made.body.retryable, made.body.connection]).toEqual([status, 'applied', false, 'crm'])
    expect(made.body.errors).toEqual([{ pointer: '/items', detail: expect.stringMatching(detail) }])
    const path = made.headers.get('location')!
    expect(await items(path)).toEqual(held)
  })

  it('says of a change which of its members are missing', async () => {
    kommo.faults.add({ when: isLink, do: answer(422, undefined, '{}') })
    const changes = { number: 'Com outro cliente', customer: { id: 'crm:3002' }, items: [{ productId: 'crm:525003', quantity: '4' }] }
    const { status, headers, body } = await gateway.fetch('/sales/crm:9001', json('PATCH', changes))
    expect([status, body.outcome, headers.get('location')]).toEqual([502, 'applied', '/sales/crm:9001'])
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['/items', '/customer'])
    const { data } = (await gateway.fetch('/sales/crm:9001')).body
    expect([data.number, data.customer, data.items]).toEqual(['Com outro cliente', null, []])
  })

  it('of which the first fails did nothing, or nobody knows', async () => {
    kommo.faults.add({ when: ({ method, path }) => method === 'POST' && path === '/api/v4/leads', do: answer(422, undefined, '{}') })
    const { status, headers, body } = await gateway.fetch('/sales?connection=crm', json('POST', sale()))
    expect([status, body.outcome, headers.get('location')]).toEqual([422, 'not_applied', null])
  })
})

describe('a vendor that', () => {
  async function withServer<T>(server: Server, work: (port: number) => Promise<T>): Promise<T> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      return await work((server.address() as { port: number }).port)
    } finally {
      await new Promise((resolve) => server.close(resolve))
    }
  }

  /** Of Yandeh, whose write is a single call, with no login before it. */
  async function changeAt(port: number) {
    const credentials = { token: 'de-teste' }
    const alone = await startGateway([
      { id: 'atacado', vendor: 'yandeh', credentials, settings: { ...UNLIMITED, baseUrl: `http://127.0.0.1:${port}` } },
    ])
    const { body } = await alone.fetch('/customers/atacado:165', json('PATCH', { registration: { status: 'processing' } }))
    await alone.close()
    return body
  }

  it('resets every connection before it reads a byte was not reached, or nobody can know', async () => {
    const server = createServer((socket) => socket.resetAndDestroy())
    const { status, outcome, retryable } = await withServer(server, changeAt)
    // Whether bytes had left by then is up to the machine.
    expect([status, ['unknown', 'not_applied'].includes(outcome)]).toEqual([502, true])
    expect(retryable).toBe(outcome === 'not_applied')
  })

  it('is not there was not reached', async () => {
    const port = await withServer(createServer(), async (free) => free)
    expect(await changeAt(port)).toMatchObject({ status: 503, outcome: 'not_applied', retryable: true })
  })

  it('limits the calls did nothing', async () => {
    const alone = await startGateway([connectionTo('loja', store, UNLIMITED)])
    store.faults.add({ when: isWrite, times: Number.POSITIVE_INFINITY, do: answer(429) })
    const { status, body } = await alone.fetch('/customers', json('POST', { name: 'Limitado' }))
    await alone.close()
    expect([status, body.outcome, body.retryable]).toEqual([429, 'not_applied', true])
    expect([...store.data.contatos.rows.values()].some(({ nome }) => nome === 'Limitado')).toBe(false)
  })
})
