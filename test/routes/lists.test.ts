import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RESOURCES, type Resource } from '../../src/contract/operations.ts'
import { answer } from '../../src/sandbox/faults.ts'
import { pagesOf, startTwoStores, type TwoStores, vendorIdsIn, walk } from '../support/two-stores.ts'

let stores: TwoStores
beforeAll(async () => {
  stores = await startTwoStores()
})
afterAll(() => stores.close())

/** What a walk over both stores has to give. */
const expectedIds = (resource: Resource) => [
  ...vendorIdsIn(stores.centro, resource).map((id) => `centro:${id}`),
  ...vendorIdsIn(stores.norte, resource).map((id) => `norte:${id}`),
]

describe.each(RESOURCES)('GET /%s', (resource) => {
  it('gives each record of both stores exactly once, in the order of the connections and of the vendor', async () => {
    const records = await walk(stores.gateway, `/${resource}?limit=200`)
    expect(records.map(({ id }) => id)).toEqual(expectedIds(resource))
    for (const { id, connection, vendor, vendorId } of records) expect(`${vendor} ${connection}:${vendorId}`).toBe(`egestor ${id}`)
  })

  it('gives 50 records where no limit is asked for, and no page more than its limit', async () => {
    const pages = await pagesOf(stores.gateway, `/${resource}`)
    expect(pages[0]!.body.data).toHaveLength(50)
    expect(Math.max(...pages.map(({ body }) => body.data.length))).toBe(50)
  })

  it('goes on where it was when the limit changes between pages', async () => {
    const ids: string[] = []
    const limits = [7, 200, 1, 13, 51, 50, 199, 3]
    let cursor: string | null = null
    for (let turn = 0; turn === 0 || cursor !== null; turn += 1) {
      const limit = limits[turn % limits.length]!
      const { body } = await stores.gateway.fetch(`/${resource}?limit=${limit}${cursor ? `&cursor=${cursor}` : ''}`)
      expect(body.data.length).toBeLessThanOrEqual(limit)
      ids.push(...body.data.map(({ id }: { id: string }) => id))
      cursor = body.meta.nextCursor
    }
    expect(ids).toEqual(expectedIds(resource))
  })

  it('says where the next page is in the cursor, in links.next and in the Link header alike', async () => {
    const pages = await pagesOf(stores.gateway, `/${resource}?limit=200`)
    for (const [index, { body, headers }] of pages.entries()) {
      const isLast = index === pages.length - 1
      expect(body.meta.nextCursor === null).toBe(isLast)
      expect(body.links.next).toBe(isLast ? null : `/${resource}?cursor=${body.meta.nextCursor}`)
      expect(headers.get('link')).toBe(isLast ? null : `<${body.links.next}>; rel="next"`)
      expect(body.meta.sources.every((source: { complete: boolean }) => source.complete)).toBe(isLast)
    }
  })

  it('tells of every source how it stands', async () => {
    const pages = await pagesOf(stores.gateway, `/${resource}?limit=200`)
    const first = pages[0]!.body.meta.sources
    expect(first.map(({ connection, status }: { connection: string; status: string }) => [connection, status])).toEqual([
      ['centro', first[0].complete ? 'done' : 'ok'],
      ['norte', 'ok'],
    ])
    const counts = { centro: 0, norte: 0 } as Record<string, number>
    for (const { body } of pages) for (const { connection, count } of body.meta.sources) counts[connection]! += count
    expect(counts).toEqual({ centro: vendorIdsIn(stores.centro, resource).length, norte: vendorIdsIn(stores.norte, resource).length })
    expect(pages.at(-1)!.body.meta.sources.map(({ status }: { status: string }) => status)).toEqual(['done', 'done'])
  })

  it('asks later only the stores that a page needs', async () => {
    const first = await stores.gateway.fetch(`/${resource}?limit=5`)
    const before = stores.norte.requests.length
    const second = await stores.gateway.fetch(first.body.links.next)
    expect(second.body.meta.sources[1]).toMatchObject({ connection: 'norte', status: 'pending', count: 0, complete: false })
    expect(stores.norte.requests).toHaveLength(before)
  })

  it.each([
    ['connection=norte', ['norte']],
    ['connection=norte,centro', ['centro', 'norte']],
    ['connection=norte&connection=centro', ['centro', 'norte']],
    ['connection=centro&connection=centro', ['centro']],
  ])('asks the connections that ?%s names, each once', async (query, connections) => {
    const records = await walk(stores.gateway, `/${resource}?limit=200&${query}`)
    expect(records.map(({ id }) => id)).toEqual(expectedIds(resource).filter((id) => connections.includes(id.split(':')[0]!)))
  })

  it("adds the vendor's own object where raw=true, through the whole walk, and nowhere else", async () => {
    const pages = await pagesOf(stores.gateway, `/${resource}?raw=true&limit=200`)
    for (const { vendorId, raw } of pages.flatMap(({ body }) => body.data))
      expect(vendorId).toMatch(new RegExp(`^(service-)?${raw.codigo}$`))
    const { body } = await stores.gateway.fetch(`/${resource}`)
    expect(body.data.some((record: object) => 'raw' in record)).toBe(false)
  })
})

it('gives the same cursor for the same place, and another for another', async () => {
  const [one, same, other] = await Promise.all(
    ['limit=3', 'limit=3', 'limit=4'].map((query) => stores.gateway.fetch(`/customers?${query}`)),
  )
  expect(same!.body.meta.nextCursor).toBe(one!.body.meta.nextCursor)
  expect(other!.body.meta.nextCursor).not.toBe(one!.body.meta.nextCursor)
})

describe('a cursor', () => {
  const firstCursor = async (query: string) => (await stores.gateway.fetch(`/sales?${query}`)).body.meta.nextCursor as string
  const refused = async (path: string) => {
    const { status, body } = await stores.gateway.fetch(path)
    return `${status} ${body.code}`
  }

  it('carries its query, and the same parameters may be repeated beside it', async () => {
    const cursor = await firstCursor('status=quote&soldFrom=2025-01-01&limit=2&connection=norte')
    const alone = await stores.gateway.fetch(`/sales?cursor=${cursor}&limit=2`)
    const repeated = await stores.gateway.fetch(`/sales?cursor=${cursor}&limit=2&status=quote&soldFrom=2025-01-01&connection=norte`)
    expect(alone.body.data.map(({ status }: { status: string }) => status)).toEqual(['quote', 'quote'])
    expect(repeated.body.data).toEqual(alone.body.data)
  })

  it('takes the tax id that it was made with in another spelling', async () => {
    const [bare, punctuated] = ['20122123000102', '20.122.123/0001-02']
    stores.norte.faults.add({ when: ({ path }) => path.startsWith('/v1/'), times: Number.POSITIVE_INFINITY, do: answer(500) })
    const { body } = await stores.gateway.fetch(`/customers?taxId=${encodeURIComponent(punctuated)}`)
    expect(body.meta.partial).toBe(true)
    stores.norte.faults.clear()
    const { status } = await stores.gateway.fetch(`/customers?cursor=${body.meta.nextCursor}&taxId=${bare}`)
    expect(status).toBe(200)
  })

  it.each(['status=completed', 'soldFrom=2025-01-02', 'soldTo=2025-01-01', 'connection=centro', 'raw=true', 'require=all', 'q=a'])(
    'is refused beside ?%s, which it was not made with',
    async (parameter) => {
      const cursor = await firstCursor('status=quote&soldFrom=2025-01-01&limit=2')
      expect(await refused(`/sales?cursor=${cursor}&${parameter}`)).toBe('400 invalid_cursor')
    },
  )

  it('is refused at another resource, with a changed byte, cut short, or made up', async () => {
    const cursor = await firstCursor('limit=2')
    expect(await refused(`/customers?cursor=${cursor}`)).toBe('400 invalid_cursor')
    for (const wrong of [cursor.slice(0, -4), 'AAAA', `${cursor}A`, `${cursor}.A`, cursor.toLowerCase()])
      expect(await refused(`/sales?cursor=${wrong}`)).toBe('400 invalid_cursor')
    // Each letter's neighbour here differs in one bit, which in the last place need not be part of any byte.
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    for (let at = 0; at < cursor.length; at += 1) {
      const changed = cursor.slice(0, at) + (letters[letters.indexOf(cursor[at]!) ^ 1] ?? '_') + cursor.slice(at + 1)
      expect(await refused(`/sales?cursor=${changed}`), `at ${at}`).toBe('400 invalid_cursor')
    }
  })

  it('does not show the tax id that it carries', async () => {
    const { cpfcnpj } = [...stores.centro.data.contatos.rows.values()].find((row) => row.cpfcnpj.length === 14)!
    const { body } = await stores.gateway.fetch(`/customers?taxId=${cpfcnpj}&limit=1`)
    const cursor: string = body.meta.nextCursor
    expect(cursor).toBeTruthy()
    for (const text of [cursor, Buffer.from(cursor, 'base64url').toString('latin1')]) expect(text).not.toContain(cpfcnpj)
  })
})
