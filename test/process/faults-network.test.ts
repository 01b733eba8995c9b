import dns from 'node:dns'
import { createServer, type Server } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { answer, type Effect, hang, stall } from '../../src/sandbox/faults.ts'
import { startBlackHole } from '../support/black-hole.ts'
import { testClock } from '../support/clock.ts'
import { ALWAYS, type Faulty, isData, startFaulty } from '../support/faulty.ts'
import { connectionTo, json, startGateway, type TestGateway } from '../support/gateway.ts'
import { UNLIMITED } from '../support/two-stores.ts'

// The way to the vendor, and a vendor that is well only now and then. Bounds on time are what a bug would break, not what is usual.

let faulty: Faulty
beforeEach(async () => {
  faulty = await startFaulty()
})
afterEach(async () => {
  vi.restoreAllMocks()
  await faulty.close()
})

async function timed<T>(work: Promise<T>): Promise<[T, number]> {
  const started = performance.now()
  const done = await work
  return [done, performance.now() - started]
}

const at = (baseUrl: string, settings: Record<string, unknown> = {}) =>
  startGateway([connectionTo('centro', faulty.store, { ...UNLIMITED, baseUrl, ...settings })])

async function closedPort(): Promise<number> {
  const server: Server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

const unreachable = { status: 503, code: 'vendor_unavailable', origin: 'vendor', retryable: true }

describe('a vendor that refuses connections (row 15)', () => {
  it('is left alone after some, with the time to come again, and nothing is said to be done', async () => {
    const gateway = await at(`http://127.0.0.1:${await closedPort()}/api`)
    const first = await gateway.fetch('/products/centro:1')
    expect(first.body).toMatchObject(unreachable)
    for (let call = 0; call < 5; call += 1) await gateway.fetch('/products/centro:1')
    const { status, headers, body } = await gateway.fetch('/customers', json('POST', { name: 'Ana' }))
    expect([status, body.code, body.origin, body.outcome]).toEqual([503, 'vendor_unavailable', 'gateway', 'not_applied'])
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect(Number(headers.get('retry-after'))).toBe(body.retryAfter)
    expect(gateway.lines.filter(({ msg }) => msg === 'vendor left alone').map(({ circuit }) => circuit)).toContain('centro')
    const { data } = (await gateway.fetch('/connections/centro')).body
    expect(data).toMatchObject({ status: 'failing', lastProblem: { code: 'vendor_unavailable', origin: 'vendor' } })
    expect((await gateway.fetch('/healthz')).status).toBe(200)
    await gateway.close()
  })
})

describe('a vendor that never takes a connection (row 16)', () => {
  it('is given up on within its second, once more where there is time, and a write is sure not to be done', async () => {
    const hole = await startBlackHole()
    const gateway = await at(`http://127.0.0.1:${hole.port}/api`)
    const [read, readMs] = await timed(gateway.fetch('/products/centro:1'))
    expect(read.body).toMatchObject(unreachable)
    const [written, writtenMs] = await timed(gateway.fetch('/customers', json('POST', { name: 'Ana' })))
    expect(written.body).toMatchObject({ code: 'vendor_unavailable', outcome: 'not_applied', retryable: true })
    expect(Math.max(readMs, writtenMs)).toBeLessThan(8_000)
    await gateway.close()
    await hole.close()
  })
})

describe('a vendor that takes the request and says nothing (row 17)', () => {
  it('is cut off before the time of the request is over, so that a read has a second try', async () => {
    await faulty.read()
    faulty.breaks(hang, { times: 1 })
    const [{ status }, ms] = await timed(faulty.read())
    expect([status, faulty.reads()]).toEqual([200, 3])
    expect(ms).toBeLessThan(9_500)
  })
})

describe('a body that stops half-way (row 18)', () => {
  it('is cut off, and a read has a second try', async () => {
    await faulty.read()
    faulty.breaks(stall, { times: 1 })
    const [{ status }, ms] = await timed(faulty.read())
    expect([status, faulty.reads()]).toEqual([200, 3])
    expect(ms).toBeLessThan(9_500)
  })
})

describe('a name (row 28)', () => {
  it('that nobody knows is 503, and of a write it is sure that nothing was done', async () => {
    const gateway = await at('http://nao-existe.invalid/api')
    const [read, ms] = await timed(gateway.fetch('/products/centro:1'))
    expect(read.body).toMatchObject(unreachable)
    expect(read.text).not.toContain('ENOTFOUND')
    expect(ms).toBeLessThan(8_000)
    expect((await gateway.fetch('/customers', json('POST', { name: 'Ana' }))).body).toMatchObject({ status: 503, outcome: 'not_applied' })
    await gateway.close()
  })

  it('that takes too long to be found is 503 within the time to connect', async () => {
    const gateway = await at('http://devagar.invalid/api')
    vi.spyOn(dns, 'lookup').mockImplementation((() => {}) as never)
    const [read, ms] = await timed(gateway.fetch('/products/centro:1'))
    expect(read.body).toMatchObject(unreachable)
    expect(ms).toBeLessThan(8_000)
    vi.restoreAllMocks()
    await gateway.close()
  })
})

describe('bytes in another charset than they say (row 24)', () => {
  const lying: Effect = ({ response, apply }) => {
    const body = Buffer.from(apply().body, 'latin1')
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length }).end(body)
  }

  it('are read as far as they can be, and said to be broken', async () => {
    const whole = (await faulty.read()).body
    expect(whole.meta.warnings).toEqual([])
    faulty.breaks(lying)
    const { status, body } = await faulty.read()
    expect(status).toBe(200)
    expect(body.data.name).toBe(whole.data.name.replace(/[^\x20-\x7e]/g, '\ufffd'))
    expect(body.meta.warnings).toEqual([{ field: null, reason: expect.stringContaining('cannot be read') }])
  })
})

describe('members that would reach a prototype (row 26)', () => {
  it('are passed over, wherever the vendor puts them', async () => {
    faulty.breaks(({ response, apply }) => {
      const body = apply().body.replace('{', '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},')
      response.writeHead(200, { 'content-type': 'application/json' }).end(body)
    })
    const { status, text } = await faulty.gateway.fetch('/products/centro:1?raw=true')
    expect(status).toBe(200)
    expect(text).not.toContain('polluted')
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })
})

describe('a vendor that fails half of the time (row 31)', () => {
  it('gets hardly more calls than there are requests, and is left alone in between', async () => {
    const clock = testClock(Date.now())
    const flapping = await startFaulty({ clock: { ...clock, sleep: () => new Promise((resolve) => setImmediate(resolve)) } })
    await flapping.read()
    let asked = 0
    flapping.breaks((exchange) => {
      asked += 1
      return asked % 2 === 0 ? answer(500)(exchange) : exchange.response.writeHead(404).end() && undefined
    })
    const before = flapping.reads()
    const requests = 600
    let heldBack = 0
    for (let request = 0; request < requests; request += 1) {
      await clock.advance(100)
      const { body } = await flapping.read()
      if (body.origin === 'gateway' && body.code === 'vendor_unavailable') heldBack += 1
    }
    const sent = flapping.reads() - before
    expect(sent).toBeLessThanOrEqual(requests * 1.1 + 1)
    expect(heldBack).toBeGreaterThan(0)
    expect(sent).toBeGreaterThan(20)
    await flapping.close()
  })
})

describe('a list that gives the same page for ever (row 61)', () => {
  it('is 502 on the way and not an endless walk', async () => {
    const first = await faulty.gateway.fetch('/customers?limit=1&connection=centro')
    expect(first.status).toBe(200)
    faulty.store.faults.add({
      when: ({ path }) => path === '/v1/contatos',
      times: ALWAYS,
      do: ({ response, apply }) => {
        const body = JSON.parse(apply().body)
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ ...body, data: SAME, current_page: 1, last_page: 1_000_000, total: 1_000_000 }))
      },
    })
    const seen = []
    let next: string | null = '/customers?limit=200&connection=centro'
    for (let page = 0; page < 10 && next !== null; page += 1) {
      const { status, body }: Awaited<ReturnType<TestGateway['fetch']>> = await faulty.gateway.fetch(next)
      seen.push(status === 200 ? (body.meta.partial ? 'partial' : 'ok') : body.code)
      if (status !== 200) break
      next = body.links.next
    }
    expect(seen.at(-1)).toMatch(/bad_vendor_response|partial/)
    expect(faulty.store.requests.filter(isData).length).toBeLessThan(100)
  })
})

const SAME = Array.from({ length: 50 }, (_, index) => ({ codigo: index + 1, nome: `Pessoa ${index + 1}`, tipo: ['cliente'] }))
