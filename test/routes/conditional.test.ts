import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answer, holdUntil } from '../../src/sandbox/faults.ts'
import { connectionTo, json, startGateway, startStore, type TestGateway } from '../support/gateway.ts'
import { UNLIMITED } from '../support/two-stores.ts'

let store: Awaited<ReturnType<typeof startStore>>
let gateway: TestGateway
beforeAll(async () => {
  store = await startStore({ limit: null })
  gateway = await startGateway([
    connectionTo('centro', store, UNLIMITED),
    { ...connectionTo('cached', store, { ...UNLIMITED, timeoutMs: 9_000 }), cacheSeconds: 60 },
  ])
  await gateway.fetch('/customers/centro:1')
})
afterAll(async () => {
  await gateway.close()
  await store.close()
})

const dataCalls = () => store.requests.filter(({ path }) => path.startsWith('/v1/')).length
async function callsDuring(work: () => Promise<unknown>): Promise<number> {
  const before = dataCalls()
  await work()
  return dataCalls() - before
}

describe.each(['/customers/centro:1', '/customers?connection=centro&limit=3', '/customers?connection=centro&limit=50'])(
  'GET %s',
  (path) => {
    it('answers 304 without a body to who has it', async () => {
      const first = await gateway.fetch(path)
      const tag = first.headers.get('etag')!
      expect(tag).toMatch(/^W\/"[0-9a-z]{1,13}"$/)
      for (const known of [tag, tag.slice(2), `"other", ${tag}`, '*']) {
        const { status, text, headers } = await gateway.fetch(path, { headers: { 'if-none-match': known } })
        expect([status, text, headers.get('etag')]).toEqual([304, '', tag])
        expect(headers.get('cache-control')).toBe('private, no-cache')
      }
      expect((await gateway.fetch(path, { headers: { 'if-none-match': '"other"' } })).status).toBe(200)
    })
  },
)

it('gives another tag to another answer', async () => {
  const tags = await Promise.all(
    ['/customers/centro:1', '/customers/centro:1?raw=true', '/customers/cached:1'].map(async (path) =>
      (await gateway.fetch(path)).headers.get('etag'),
    ),
  )
  expect(new Set(tags).size).toBe(3)
  const paths = ['/customers/centro:1', '/customers?connection=centro&limit=50']
  const tagsNow = () => Promise.all(paths.map(async (path) => (await gateway.fetch(path)).headers.get('etag')))
  const before = await tagsNow()
  await gateway.fetch('/customers/centro:1', json('PATCH', { notes: 'Outra' }))
  const after = await tagsNow()
  expect(after.filter((tag) => before.includes(tag))).toEqual([])
})

describe('identical reads at the same time', () => {
  it('are one vendor call', async () => {
    const gate = Promise.withResolvers<void>()
    store.faults.add({ when: ({ path }) => path === '/v1/contatos/2', do: holdUntil(gate.promise) })
    const calls = await callsDuring(async () => {
      const answers = Array.from({ length: 20 }, () => gateway.fetch('/customers/centro:2'))
      await expect.poll(() => gateway.lines.length).toBeGreaterThan(0)
      setImmediate(gate.resolve)
      const bodies = (await Promise.all(answers)).map(({ body }) => body.data.id)
      expect(new Set(bodies)).toEqual(new Set(['centro:2']))
    })
    expect(calls).toBeLessThan(20)
  })

  it('of two connections are two', async () => {
    const calls = await callsDuring(() => Promise.all(['centro', 'cached'].map((id) => gateway.fetch(`/customers/${id}:4`))))
    expect(calls).toBe(2)
  })
})

describe('a connection with cacheSeconds', () => {
  it('answers from what it has, and says how old that is', async () => {
    const first = await gateway.fetch('/customers/cached:6')
    expect(first.headers.get('age')).toBeNull()
    const calls = await callsDuring(async () => {
      const second = await gateway.fetch('/customers/cached:6')
      expect(second.headers.get('age')).toBe('0')
      expect(second.headers.get('server-timing')).toMatch(/^vendor;dur=0\.0,/)
      expect(second.body.data).toEqual(first.body.data)
      const list = await gateway.fetch('/customers?connection=cached&limit=2')
      expect(list.headers.get('age')).toBeNull()
      expect((await gateway.fetch('/customers?connection=cached&limit=2')).headers.get('age')).toBe('0')
    })
    expect(calls).toBe(1)
  })

  it.each(['no-cache', 'max-age=0, No-Cache'])('asks the vendor for Cache-Control: %s', async (cacheControl) => {
    await gateway.fetch('/customers/cached:6')
    const calls = await callsDuring(async () => {
      const { headers } = await gateway.fetch('/customers/cached:6', { headers: { 'cache-control': cacheControl } })
      expect(headers.get('age')).toBeNull()
    })
    expect(calls).toBe(1)
  })

  it('shows a write at once', async () => {
    await gateway.fetch('/customers/cached:2')
    const { body } = await gateway.fetch('/customers/cached:2', json('PATCH', { notes: 'Nova de novo' }))
    expect(body.data.notes).toBe('Nova de novo')
    expect((await gateway.fetch('/customers/cached:2')).body.data.notes).toBe('Nova de novo')
  })

  it('keeps no failure', async () => {
    const { vendorId } = (await gateway.fetch('/customers?connection=centro&limit=9')).body.data.at(-1)
    store.faults.add({ when: ({ path }) => path === `/v1/contatos/${vendorId}`, do: answer(500), times: 2 })
    expect((await gateway.fetch(`/customers/cached:${vendorId}`)).status).toBe(502)
    expect((await gateway.fetch(`/customers/cached:${vendorId}`)).status).toBe(200)
  })
})

// Last: it fills the cache.
it('gives another tag where only what is said about the records is another', async () => {
  const tags = await Promise.all(
    ['/customers?connection=centro&limit=50', '/customers?limit=50'].map(async (path) => (await gateway.fetch(path)).headers.get('etag')),
  )
  expect(tags[0]).not.toBe(tags[1])
})
