import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RESOURCES } from '../../src/contract/operations.ts'
import { answer, type Effect, hang, html, reset } from '../../src/sandbox/faults.ts'
import { isLogin } from '../support/faulty.ts'
import { connectionTo, startGateway } from '../support/gateway.ts'
import { startTwoStores, type TwoStores, UNLIMITED, vendorIdsIn, walk } from '../support/two-stores.ts'

let stores: TwoStores
beforeEach(async () => {
  stores = await startTwoStores()
})
afterEach(() => stores.close())

const isData = ({ path }: { path: string }) => path.startsWith('/v1/')
const breakData = (store: 'centro' | 'norte', effect: Effect) =>
  stores[store].faults.add({ when: isData, times: Number.POSITIVE_INFINITY, do: effect })
const idsOf = (data: { id: string }[]) => data.map(({ id }) => id)

describe.each(RESOURCES)('GET /%s while a store is down', (resource) => {
  it('gives the other store and says so; the missing records come later by the same cursor', async () => {
    breakData('centro', answer(500))
    const ids: string[] = []
    let next = `/${resource}?limit=200`
    for (let turn = 0; turn < 4; turn += 1) {
      const { status, body } = await stores.gateway.fetch(next)
      if (status !== 200) break
      expect(body.meta.partial).toBe(true)
      expect(body.meta.sources[0]).toMatchObject({ connection: 'centro', status: 'error', count: 0, complete: false })
      expect(body.meta.sources[0].problem).toMatchObject({
        code: 'vendor_error',
        connection: 'centro',
        operation: `${resource}.list`,
        upstream: { status: 500 },
      })
      expect(body.data.every(({ connection }: { connection: string }) => connection === 'norte')).toBe(true)
      ids.push(...idsOf(body.data))
      next = body.links.next
    }
    expect(ids).toEqual(vendorIdsIn(stores.norte, resource).map((id) => `norte:${id}`))
    stores.centro.faults.clear()
    const later = await walk(stores.gateway, `${next}&limit=200`)
    expect(idsOf(later)).toEqual(vendorIdsIn(stores.centro, resource).map((id) => `centro:${id}`))
  })

  it('loses and doubles nothing when it fails in the middle of its records', async () => {
    const first = await stores.gateway.fetch(`/${resource}?limit=60`)
    breakData('centro', reset)
    const second = await stores.gateway.fetch(`${first.body.links.next}&limit=10`)
    expect(second.body.meta.partial).toBe(true)
    stores.centro.faults.clear()
    const rest = await walk(stores.gateway, `${second.body.links.next}&limit=200`)
    const ids = idsOf([...first.body.data, ...second.body.data, ...rest])
    for (const name of ['centro', 'norte'] as const) {
      expect(ids.filter((id) => id.startsWith(name))).toEqual(vendorIdsIn(stores[name], resource).map((id) => `${name}:${id}`))
    }
  })

  it('is a problem where require=all asks for both, in the first page and in a later one', async () => {
    const first = await stores.gateway.fetch(`/${resource}?limit=60&require=all`)
    breakData('centro', answer(500))
    for (const path of [`/${resource}?require=all`, first.body.links.next]) {
      const { status, body } = await stores.gateway.fetch(path)
      expect([status, body.code, body.connection]).toEqual([502, 'vendor_error', 'centro'])
    }
    stores.centro.faults.clear()
    expect((await stores.gateway.fetch(`/${resource}?require=all`)).body.meta.partial).toBe(false)
  })

  it('is a problem once nothing else is left to ask, so that no walk goes round for ever, and goes on when it is back', async () => {
    breakData('norte', answer(503, { 'retry-after': '60' }))
    let next: string | null = `/${resource}?limit=200`
    let answered = await stores.gateway.fetch(next)
    while (answered.status === 200) {
      expect(answered.body.data.length).toBeGreaterThan(0)
      next = `${answered.body.links.next}&limit=200`
      answered = await stores.gateway.fetch(next)
    }
    expect([answered.status, answered.body.code, answered.body.connection]).toEqual([503, 'vendor_unavailable', 'norte'])
    expect(answered.headers.get('retry-after')).toBe('60')
    stores.norte.faults.clear()
    const rest = await walk(stores.gateway, next!)
    expect(idsOf(rest)).toEqual(vendorIdsIn(stores.norte, resource).map((id) => `norte:${id}`))
  })

  it('is a problem when both stores are down, with neither a cursor nor data', async () => {
    breakData('centro', answer(500))
    breakData('norte', answer(500))
    const { status, body } = await stores.gateway.fetch(`/${resource}`)
    expect([status, body.code, body.origin, body.operation]).toEqual([502, 'vendor_error', 'vendor', `${resource}.list`])
    expect(body).not.toHaveProperty('data')
  })
})

it.each<[string, Effect, string, string]>([
  ['answers 500', answer(500), 'error', 'vendor_error'],
  ['answers 503', answer(503), 'error', 'vendor_unavailable'],
  ['breaks the connection', reset, 'error', 'vendor_error'],
  ['answers with a page of HTML', html, 'error', 'bad_vendor_response'],
  ['answers 429', answer(429), 'rate_limited', 'vendor_rate_limited'],
  ['answers 403', answer(403), 'error', 'connection_forbidden'],
  ['answers 404, although nobody asked for a record', answer(404), 'error', 'vendor_error'],
  ['refuses every token', answer(401), 'unauthorized', 'connection_unauthorized'],
])('names what is wrong with a store that %s', async (_how, effect, status, code) => {
  breakData('norte', effect)
  const { body } = await stores.gateway.fetch('/products?limit=5')
  expect(body.meta.sources[0]).toMatchObject({ connection: 'centro', status: 'ok', count: 5, problem: null })
  expect(body.meta.sources[1]).toMatchObject({ connection: 'norte', status, problem: { code, connection: 'norte', vendor: 'egestor' } })
})

it('logs in no more than once more at a store that refuses new tokens too', async () => {
  breakData('norte', answer(401))
  const logins = () => stores.norte.requests.filter(isLogin).length
  const before = logins()
  for (let call = 0; call < 5; call += 1) {
    const { status, body } = await stores.gateway.fetch(`/customers/norte:${call + 1}`)
    expect([status, body.code]).toEqual([424, 'connection_unauthorized'])
  }
  expect(logins() - before).toBeLessThanOrEqual(2)
  stores.norte.faults.clear()
  expect((await stores.gateway.fetch('/customers/norte:1')).status).toBe(200)
})

it('gives the store that answers when the other one keeps still until its time is over', async () => {
  const gateway = await startGateway([
    connectionTo('centro', stores.centro, UNLIMITED),
    connectionTo('norte', stores.norte, { ...UNLIMITED, timeoutMs: 300 }),
  ])
  breakData('norte', hang)
  const { status, body } = await gateway.fetch('/sales?limit=5')
  expect(status).toBe(200)
  expect(body.data).toHaveLength(5)
  expect(body.meta.sources[1]).toMatchObject({ status: 'timeout', problem: { code: 'vendor_timeout', status: 504 } })
  await gateway.close()
})

it('serves the rest of a page that holds a row it cannot read, and names that row', async () => {
  const row = stores.centro.data.recebimentos.rows.get(10)!
  Object.assign(row, { valor: { toFixed: () => 'mil reais' } })
  const records = await walk(stores.gateway, '/receivables?connection=centro&limit=200')
  expect(idsOf(records)).toEqual(
    vendorIdsIn(stores.centro, 'receivables')
      .filter((id) => id !== '10')
      .map((id) => `centro:${id}`),
  )
  const { body } = await stores.gateway.fetch('/receivables?connection=centro')
  expect(body.meta.partial).toBe(false)
  expect(body.meta.sources[0].warnings).toContainEqual({ vendorId: '10', field: null, reason: expect.stringContaining('amount') })
})
