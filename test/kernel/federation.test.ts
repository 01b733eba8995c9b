import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnyRecord } from '../../src/contract/operations.ts'
import type { Filters } from '../../src/contract/query.ts'
import type { ListOperation } from '../../src/kernel/adapter.ts'
import type { Send } from '../../src/kernel/call.ts'
import { type Caller, createDirectory } from '../../src/kernel/directory.ts'
import { GatewayError } from '../../src/kernel/errors.ts'
import { createGateway, type Gateway } from '../../src/kernel/gateway.ts'
import { createOperator } from '../../src/kernel/operate.ts'
import { randomKeyRing, sealFor } from '../../src/kernel/seal.ts'
import { Unreadable } from '../../src/kernel/wire.ts'
import { memoryPermits } from '../../src/store/memory/permits.ts'
import { runs } from '../support/cases.ts'
import { testClock } from '../support/clock.ts'
import { answered, fakeConnection, fakeVendor } from '../support/fake.ts'

/** A row of the fake vendor: a record, something else, or one that nobody can read. */
interface Row {
  id: string
  is: 'record' | 'other' | 'broken'
}

/** One source: its rows, cut into native pages of any size, and the calls of it that fail. */
interface Shop {
  pages: Row[][]
  failing: boolean[]
}

const list: ListOperation<AnyRecord> = {
  evidence: 'documented',
  filters: { native: [], emulated: ['sku'] },
  pagination: 'native',
  pageSize: 10,
  request: ({ position }) => ({ method: 'GET', path: `/${position ?? 0}` }),
  read: (body) => body as { rows: Row[]; next: number | null },
  record(row, context) {
    const { id, is } = row as Row
    if (is === 'broken') throw new Unreadable('name', 'is missing')
    context.warn(id, 'note', 'was noted')
    return is === 'record' ? ({ id: context.id(id), status: 'completed', sku: 'A1' } as unknown as AnyRecord) : null
  },
  rowId: (row) => (row as Row).id,
  examples: [],
}
const vendor = fakeVendor({ operations: { 'customers.list': list as never } })
const anybody: Caller = { mayUse: () => true }

function gatewayOf(shops: readonly Shop[]): Gateway {
  const asked = shops.map(() => 0)
  const clock = testClock()
  const send: Send = async ({ connection, request }) => {
    const index = Number(connection.id.slice('shop-'.length))
    const { pages, failing } = shops[index]!
    const call = asked[index]!
    asked[index] = call + 1
    if (failing[call]) throw new GatewayError('vendor_timeout', { origin: 'vendor' })
    const page = Number(request.path.slice(1))
    return answered(200, { rows: pages[page] ?? [], next: page + 1 < pages.length ? page + 1 : null })
  }
  return createGateway({
    directory: createDirectory(shops.map((_shop, index) => fakeConnection({ vendor, id: `shop-${index}`, login: `login-${index}` }))),
    clock,
    permits: memoryPermits(clock),
    cursorSeal: sealFor(randomKeyRing(), 'cursor', { deterministic: true }),
    operator: createOperator(send, clock),
  })
}

interface Walked {
  ids: string[]
  /** Vendor ids of rows told to be unreadable. */
  unreadable: string[]
  /** Vendor ids of records about which something was noted. */
  noted: string[]
  pages: number
}

/** Follows the cursor to its end; when every source fails the same page is asked for again, as a client would. */
async function walk(gateway: Gateway, limits: readonly number[], filters: Filters = {}): Promise<Walked> {
  const walked: Walked = { ids: [], unreadable: [], noted: [], pages: 0 }
  let cursor: string | undefined
  for (; walked.pages < 2_000; walked.pages += 1) {
    const limit = limits[walked.pages % limits.length]!
    const given = cursor === undefined ? filters : {}
    const request = { filters: given, connections: undefined, limit, cursor, require: 'any' as const, raw: false }
    const timed = await gateway.list('customers', request, anybody).catch((error: GatewayError) => error.kind)
    if (timed === 'vendor_timeout') continue
    if (typeof timed === 'string') throw new Error(timed)
    const { data, meta } = timed.answer
    expect(data.length).toBeLessThanOrEqual(limit)
    const onPage = data.map(({ id }) => id)
    walked.ids.push(...onPage)
    for (const { connection, count, warnings } of meta.sources) {
      const mine = onPage.filter((id) => id.startsWith(`${connection}:`))
      expect(count).toBe(mine.length)
      for (const { field, vendorId } of warnings) (field === null ? walked.unreadable : walked.noted).push(`${connection}:${vendorId}`)
    }
    if (meta.nextCursor === null) return walked
    cursor = meta.nextCursor
  }
  throw new Error('the walk never ends')
}

const row = fc.constantFrom<Row['is']>('record', 'record', 'record', 'other', 'broken')
const shop = fc
  .record({
    pages: fc.array(fc.array(row, { maxLength: 40 }), { maxLength: 12 }),
    failing: fc.array(fc.boolean(), { maxLength: 12 }),
  })
  .map(({ pages, failing }): Shop => {
    let id = 0
    return { failing, pages: pages.map((rows) => rows.map((is) => ({ is, id: String(++id) }))) }
  })
const limits = fc.array(fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 200 })), { minLength: 1, maxLength: 6 })

const idsOf = (shops: readonly Shop[], is: Row['is']) =>
  shops.map(({ pages }, index) =>
    pages
      .flat()
      .filter((one) => one.is === is)
      .map(({ id }) => `shop-${index}:${id}`),
  )

describe('a walk from the first page to the last', () => {
  it('gives each record of each source exactly once, in order, whatever the pages, the limits and the failures', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(shop, { minLength: 1, maxLength: 4 }), limits, async (shops, chosen) => {
        const { ids } = await walk(gatewayOf(shops), chosen)
        const bySource = shops.map((_shop, index) => ids.filter((id) => id.startsWith(`shop-${index}:`)))
        expect(bySource).toEqual(idsOf(shops, 'record'))
      }),
      { numRuns: runs(200) },
    )
  })

  it('goes through the sources in the order of connections when none fails', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(shop, { minLength: 1, maxLength: 4 }), limits, async (shops, chosen) => {
        const { ids } = await walk(gatewayOf(shops.map(({ pages }) => ({ pages, failing: [] }))), chosen)
        expect(ids).toEqual(idsOf(shops, 'record').flat())
      }),
      { numRuns: runs(100) },
    )
  })

  it('tells of each row that cannot be read, and of notes to the records it gives', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(shop, { minLength: 1, maxLength: 3 }), limits, async (shops, chosen) => {
        const { ids, unreadable, noted } = await walk(gatewayOf(shops), chosen)
        expect([...noted].sort()).toEqual([...ids].sort())
        expect([...new Set(unreadable)].sort()).toEqual(idsOf(shops, 'broken').flat().sort())
      }),
      { numRuns: runs(100) },
    )
  })

  it('looks one thing up everywhere, each record once and each source in its order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(shop, { minLength: 1, maxLength: 4 }), limits, async (shops, chosen) => {
        const { ids, unreadable } = await walk(gatewayOf(shops), chosen, { sku: 'A1' })
        const bySource = shops.map((_shop, index) => ids.filter((id) => id.startsWith(`shop-${index}:`)))
        expect(bySource).toEqual(idsOf(shops, 'record'))
        expect([...new Set(unreadable)].sort()).toEqual(idsOf(shops, 'broken').flat().sort())
      }),
      { numRuns: runs(100) },
    )
  })

  it('takes no more pages than it must', async () => {
    const rows = (from: number): Row[] => Array.from({ length: 50 }, (_, index) => ({ id: String(from + index), is: 'record' }))
    const { pages } = await walk(gatewayOf([{ failing: [], pages: [rows(1), rows(51)] }]), [50])
    expect(pages).toBe(1)
  })

  it('passes many native pages without a match within one answer, but not endlessly', async () => {
    const others = Array.from({ length: 300 }, (_, index): Row[] => [{ id: String(index), is: 'other' }])
    const gateway = gatewayOf([{ failing: [], pages: [...others, [{ id: '300', is: 'record' }]] }])
    const { ids, pages } = await walk(gateway, [10])
    expect(ids).toEqual(['shop-0:300'])
    expect(pages).toBeGreaterThan(10)
  })
})

describe('a look-up', () => {
  const others = (howMany: number) => Array.from({ length: howMany }, (_, index): Row[] => [{ id: String(index + 100), is: 'other' }])
  const found: Row[] = [{ id: '2', is: 'record' }]
  const request = { connections: undefined, limit: 10, cursor: undefined, require: 'any' as const, raw: false }

  it('finds it in every connection within one answer, also behind one that is not through', async () => {
    const gateway = gatewayOf([
      { failing: [], pages: [...others(300), found] },
      { failing: [], pages: [...others(9), found] },
      { failing: [], pages: [found] },
    ])
    const { answer } = await gateway.list('customers', { ...request, filters: { sku: 'A1' } }, anybody)
    expect(answer.data.map(({ id }) => id)).toEqual(['shop-1:2', 'shop-2:2'])
    expect(answer.meta.sources.map(({ status, complete }) => [status, complete])).toEqual([
      ['ok', false],
      ['done', true],
      ['done', true],
    ])
    expect((await walk(gateway, [10], { sku: 'A1' })).ids).toEqual(['shop-1:2', 'shop-2:2', 'shop-0:2'])
  })
})

describe('a vendor whose pages never end (row 61)', () => {
  const rows = (from: number): Row[] => Array.from({ length: 10 }, (_, index) => ({ id: String(from + index), is: 'record' }))

  it.each<[string, Row[][], number]>([
    ['the same page at once', [rows(1), ...Array<Row[]>(500).fill(rows(11))], 5],
    ['the same page at once', [rows(1), ...Array<Row[]>(500).fill(rows(11))], 200],
    ['the same pages in turn', Array.from({ length: 500 }, (_, page) => rows(page % 3)), 200],
  ])('is noticed when it gives %s', async (_what, pages, limit) => {
    await expect(walk(gatewayOf([{ failing: [], pages }]), [limit])).rejects.toThrow('bad_vendor_response')
  })

  it('has no more than a bounded number of them read for one answer', async () => {
    const nothing = Array.from({ length: 1_000 }, (): Row[] => [])
    const { pages } = await walk(gatewayOf([{ failing: [], pages: nothing }]), [10])
    expect(pages).toBeGreaterThanOrEqual(1_000 / 12)
  })
})

describe('a page', () => {
  const one: Row[] = [{ id: '1', is: 'record' }]
  const request = { filters: {}, connections: undefined, limit: 10, cursor: undefined, require: 'any' as const, raw: false }

  it('is partial when a source fails, which keeps its place', async () => {
    const gateway = gatewayOf([
      { failing: [true], pages: [one] },
      { failing: [], pages: [one] },
    ])
    const { answer } = await gateway.list('customers', request, anybody)
    expect(answer.meta).toMatchObject({
      partial: true,
      sources: [
        { connection: 'shop-0', status: 'timeout', count: 0, complete: false, problem: { code: 'vendor_timeout', connection: 'shop-0' } },
        { connection: 'shop-1', status: 'done', count: 1, complete: true, problem: null },
      ],
    })
    const next = await gateway.list('customers', { ...request, cursor: answer.meta.nextCursor! }, anybody)
    expect(next.answer.data.map(({ id }) => id)).toEqual(['shop-0:1'])
    expect(next.answer.meta).toMatchObject({ partial: false, nextCursor: null })
  })

  it("is the failing source's problem when all are required, or when all failed", async () => {
    const shops = [
      { failing: [true], pages: [one] },
      { failing: [], pages: [one] },
    ]
    await expect(gatewayOf(shops).list('customers', { ...request, require: 'all' }, anybody)).rejects.toMatchObject({
      kind: 'vendor_timeout',
    })
    await expect(gatewayOf([shops[0]!, shops[0]!]).list('customers', request, anybody)).rejects.toMatchObject({ kind: 'vendor_timeout' })
  })

  it('is the same when it is asked for twice', async () => {
    const gateway = gatewayOf([{ failing: [], pages: [[...one, { id: '2', is: 'record' }], one] }])
    const first = await gateway.list('customers', { ...request, limit: 1 }, anybody)
    const again = await gateway.list('customers', { ...request, limit: 1 }, anybody)
    expect(again.answer).toEqual(first.answer)
  })
})
