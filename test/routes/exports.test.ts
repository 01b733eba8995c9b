import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import type { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RESOURCES } from '../../src/contract/operations.ts'
import { answer, hang, holdUntil, reset } from '../../src/sandbox/faults.ts'
import { startYandeh } from '../../src/sandbox/yandeh/index.ts'
import { connectionTo, startGateway, startStore } from '../support/gateway.ts'
import { startTwoStores, type TwoStores, vendorIdsIn } from '../support/two-stores.ts'

let stores: TwoStores
beforeEach(async () => {
  stores = await startTwoStores()
})
afterEach(() => stores.close())

const LINES = { headers: { accept: 'application/x-ndjson' } }
const isData = ({ path }: { path: string }) => path.startsWith('/v1/')
const linesOf = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))

describe.each(RESOURCES)('an export of %s', (resource) => {
  it('has each record of each connection once, in the order of its vendor, as the list gives it', async () => {
    const { status, headers, text } = await stores.gateway.fetch(`/${resource}`, LINES)
    expect([status, headers.get('content-type')]).toEqual([200, 'application/x-ndjson'])
    const records = linesOf(text)
    for (const name of ['centro', 'norte'] as const) {
      const ids = records.filter(({ connection }) => connection === name).map(({ id }) => id)
      expect(ids).toEqual(vendorIdsIn(stores[name], resource).map((id) => `${name}:${id}`))
    }
    const { body } = await stores.gateway.fetch(`/${resource}?limit=1`)
    const { warnings: _warnings, ...first } = records.find(({ id }) => id === body.data[0].id)
    expect(first).toEqual(body.data[0])
  })
})

it('heeds filters, connections and raw', async () => {
  const { text } = await stores.gateway.fetch('/sales?connection=norte&status=cancelled&raw=true', LINES)
  const records = linesOf(text)
  const listed = await stores.gateway.fetch('/sales?connection=norte&status=cancelled&raw=true&limit=200')
  expect(records.map(({ warnings: _warnings, ...record }) => record)).toEqual(listed.body.data)
})

it('goes on where a cursor stands', async () => {
  const { body } = await stores.gateway.fetch('/customers?limit=75')
  const rest = linesOf((await stores.gateway.fetch(`/customers?cursor=${body.meta.nextCursor}`, LINES)).text)
  const all = [...body.data, ...rest].map(({ id }) => id)
  expect(new Set(all).size).toBe(all.length)
  expect(all.length).toBe(vendorIdsIn(stores.centro, 'customers').length + vendorIdsIn(stores.norte, 'customers').length)
})

it('refuses a filter that one of the connections lacks, named or not: the end of an export is too late to say so', async () => {
  const yandeh = await startYandeh({ limit: null })
  const atacado = { id: 'atacado', vendor: 'yandeh', credentials: { token: yandeh.token }, settings: yandeh.settings }
  const gateway = await startGateway([connectionTo('centro', stores.centro), atacado])
  for (const query of ['registrationStatus=new', 'registrationStatus=new&connection=centro,atacado']) {
    const { status, body } = await gateway.fetch(`/customers?${query}`, LINES)
    expect([status, body.code, body.connection]).toEqual([400, 'unsupported_filter', 'centro'])
  }
  expect((await gateway.fetch('/customers?registrationStatus=new&connection=atacado', LINES)).status).toBe(200)
  expect(stores.centro.requests.filter(isData)).toEqual([])
  await gateway.close()
  await yandeh.close()
})

it.each([
  ['limit=10', 400, 'validation_failed'],
  ['require=any', 400, 'validation_failed'],
  ['cursor=changed', 400, 'invalid_cursor'],
  ['connection=other', 404, 'not_found'],
  ['registrationStatus=new', 400, 'unsupported_filter'],
])('refuses %s before anything is asked', async (query, status, code) => {
  const answered = await stores.gateway.fetch(`/customers?${query}`, LINES)
  expect([answered.status, answered.body.code]).toEqual([status, code])
  expect([...stores.centro.requests, ...stores.norte.requests]).toEqual([])
})

it('tells of a record that cannot be read on a line of its own, and goes on', async () => {
  const { rows } = stores.centro.data.contatos
  const broken = vendorIdsIn(stores.centro, 'customers')[3]!
  const row = [...rows.values()].find(({ codigo }) => String(codigo) === broken)!
  Object.assign(row, { codigo: row.codigo, tipo: undefined })
  const records = linesOf((await stores.gateway.fetch('/customers?connection=centro', LINES)).text)
  const line = records.find(({ vendorId }) => vendorId === broken)
  expect(line).toMatchObject({ id: `centro:${broken}`, connection: 'centro', vendor: 'egestor', warnings: [{ field: null }] })
  expect(line).not.toHaveProperty('name')
  expect(records.length).toBeGreaterThan(100)
})

it('asks again for a page that fails', async () => {
  stores.centro.faults.add({ when: ({ query }) => query.page === '2', do: answer(500), times: 3 })
  const { status, text } = await stores.gateway.fetch('/customers?connection=centro', LINES)
  expect(status).toBe(200)
  expect(linesOf(text)).toHaveLength(vendorIdsIn(stores.centro, 'customers').length)
})

describe('a source that fails for good', () => {
  it('is a problem while nothing was sent', async () => {
    stores.norte.revokeAccessTokens()
    stores.norte.faults.add({ when: ({ path }) => path === '/oauth/access_token', do: answer(401), times: Number.POSITIVE_INFINITY })
    stores.centro.faults.add({ when: isData, do: hang, times: Number.POSITIVE_INFINITY })
    const { status, body } = await stores.gateway.fetch('/customers', LINES)
    expect([status, body.code, body.connection]).toEqual([424, 'connection_unauthorized', 'norte'])
  })

  it('breaks the stream off, so that what is cut short never looks whole', async () => {
    stores.centro.faults.add({ when: ({ query }) => query.page === '3', do: answer(403), times: Number.POSITIVE_INFINITY })
    const request = fetch(`${stores.gateway.url}/customers?connection=centro`, LINES).then((response) => response.text())
    await expect(request).rejects.toThrow('terminated')
    const told = () => stores.gateway.lines.find(({ msg, route }) => msg === 'request' && route === '/customers')
    await expect.poll(told).toMatchObject({ status: 200, code: 'connection_forbidden', connection: 'centro' })
  })
})

/** Reads an export as slowly as it is told to. */
function slowReader(url: string) {
  const opened = Promise.withResolvers<import('node:http').IncomingMessage>()
  const request = httpRequest(url, LINES, opened.resolve)
  request.on('error', () => {})
  request.end()
  return { request, response: opened.promise }
}

it('lets a slow reader slow the vendor calls', async () => {
  // Pages that are larger than what sockets hold, and that never end.
  const notes = 'x'.repeat(60_000)
  stores.centro.faults.add({
    when: isData,
    times: Number.POSITIVE_INFINITY,
    do: (exchange) => {
      const page = JSON.parse(exchange.apply().body)
      const rows = page.data.map((row: object) => ({ ...row, obs: notes }))
      return answer(200, { 'content-type': 'application/json' }, JSON.stringify({ ...page, last_page: 1_000, data: rows }))(exchange)
    },
  })
  const { response, request } = slowReader(`${stores.gateway.url}/receivables?connection=centro`)
  const incoming = await response
  incoming.pause()
  let calls = 0
  const isStill = () => {
    const before = calls
    calls = stores.centro.requests.length
    return calls === before
  }
  await expect.poll(isStill, { interval: 500, timeout: 20_000 }).toBe(true)
  expect(calls).toBeLessThan(30)
  request.destroy()
})

it('is not cut off while it waits for the vendor, as an answer is whose reader takes nothing', async () => {
  const { server } = stores.gateway.app
  const timeoutOf = async (path: string, options: RequestInit) => {
    const met = Promise.withResolvers<void>()
    const gate = Promise.withResolvers<void>()
    const hold = holdUntil(gate.promise)
    stores.centro.faults.add({
      when: ({ query }) => query.page === '2',
      do: (exchange) => {
        met.resolve()
        return hold(exchange)
      },
    })
    const opened = new Promise<Socket>((resolve) => server.once('connection', resolve))
    const answered = fetch(stores.gateway.url + path, { ...options, headers: { connection: 'close', ...options.headers } })
    const socket = await opened
    await met.promise
    const { timeout } = socket
    gate.resolve()
    await (await answered).text()
    return timeout
  }
  expect(await timeoutOf('/customers?connection=centro&limit=200', {})).toBe(30_000)
  expect(await timeoutOf('/customers?connection=centro', LINES)).toBe(0)
})

it('stops the vendor calls of a reader who goes away', async () => {
  const closed = Promise.withResolvers<void>()
  const met = Promise.withResolvers<void>()
  stores.centro.faults.add({
    when: ({ query }) => query.page === '2',
    do: ({ response }) => {
      response.on('close', closed.resolve)
      met.resolve()
    },
  })
  const { request, response } = slowReader(`${stores.gateway.url}/customers?connection=centro`)
  await Promise.all([response, met.promise])
  request.destroy()
  await closed.promise
  // What was on its way side by side with it may still have come; nothing comes after that.
  expect((await stores.gateway.fetch('/products?connection=norte&limit=1')).status).toBe(200)
  const asked = stores.centro.requests.length
  expect((await stores.gateway.fetch('/products?connection=norte&limit=1')).status).toBe(200)
  expect(stores.centro.requests).toHaveLength(asked)
  expect(asked).toBeLessThan(8)
})

it('asks again for a page whose connection broke', async () => {
  stores.norte.faults.add({ when: ({ query }) => query.page === '2', do: reset, times: 1 })
  expect(linesOf((await stores.gateway.fetch('/customers?connection=norte', LINES)).text)).toHaveLength(
    vendorIdsIn(stores.norte, 'customers').length,
  )
})

it('ends without a failure of ours when its reader leaves before the first line', async () => {
  const store = await startStore()
  const gateway = await startGateway([connectionTo('centro', store, { limits: { requests: 2, perMs: 60_000 } })])
  try {
    // The login and this use up the budget: an export waits.
    await gateway.fetch('/customers?limit=1')
    const leaving = new AbortController()
    const arrived = once(gateway.app.server, 'request')
    const left = gateway.fetch('/customers', { ...LINES, signal: leaving.signal })
    await arrived
    leaving.abort()
    await expect(left).rejects.toThrow()
    await expect.poll(() => gateway.lines.filter(({ route }) => route === '/customers')).toHaveLength(2)
    expect(gateway.lines.filter(({ route }) => route === '/customers').map(({ code }) => code)).toEqual([undefined, 'request_timeout'])
  } finally {
    await gateway.close()
    await store.close()
  }
})

describe('limits', () => {
  /** Most requests of data in any window, by the vendor's own clock. */
  function busiest(times: readonly number[], perMs: number): number {
    return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + perMs).length))
  }

  it('are used by several exports together and never passed, and interactive calls get through', async () => {
    const limit = { requests: 30, perMs: 1_000 }
    const store = await startStore({ store: 'centro', limit })
    const gateway = await startGateway([connectionTo('centro', store, { limits: limit })])
    try {
      const exports = RESOURCES.map((resource) => gateway.fetch(`/${resource}`, LINES))
      await expect.poll(() => store.requests.length).toBeGreaterThan(20)
      const single = await gateway.fetch('/customers/centro:1')
      expect(single.status).toBe(200)
      const counts = (await Promise.all(exports)).map(({ text }) => linesOf(text).length)
      expect(counts).toEqual(RESOURCES.map((resource) => vendorIdsIn(store, resource).length))
      const times = store.requests.filter(isData).map(({ at }) => at)
      expect(busiest(times, limit.perMs)).toBeLessThanOrEqual(limit.requests)
    } finally {
      await gateway.close()
      await store.close()
    }
  })
})

it('is offered beside JSON, and JSON is preferred where both will do', async () => {
  const { headers } = await stores.gateway.fetch('/customers?limit=1', {
    headers: { accept: 'application/x-ndjson;q=0.5, application/json' },
  })
  expect(headers.get('content-type')).toMatch(/^application\/json/)
})
