import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type CplugSandbox, startCplug } from '../../src/sandbox/cplug/index.ts'
import { type Answered, json, startGateway, type TestGateway } from '../support/gateway.ts'
import type { Json } from '../support/json.ts'
import { keepSecrets } from '../support/results.ts'

// CPlug where sales are the sales that orders became, and receivables their incomes.

const ENABLED = ['sales.list', 'sales.get', 'receivables.list', 'receivables.get']

let store: CplugSandbox
let gateway: TestGateway

const connectionWith = (id: string, settings: Record<string, unknown>) => ({
  id,
  vendor: 'cplug',
  credentials: { ...store.credentials },
  settings: { ...store.settings, limits: { requests: 10_000, perMs: 100 }, ...settings },
})

beforeAll(async () => {
  store = await startCplug({ limit: null })
  keepSecrets([store.credentials.clientSecret, store.credentials.password])
  const sources = { salesSource: 'sales', receivablesSource: 'sale-incomes' }
  gateway = await startGateway([
    connectionWith('loja', { ...sources, enable: ENABLED }),
    connectionWith('desligada', sources),
    connectionWith('pedidos', { receivablesSource: 'sale-incomes', enable: ENABLED }),
  ])
})
afterAll(async () => {
  await gateway.close()
  await store.close()
})
beforeEach(() => {
  store.requests.length = 0
})
afterEach(() => store.set({ traps: { listsWithoutKey: false, metaLeftOut: false, flatRecords: false } }))

/** Every record of a list, page by page. */
async function walk(path: string): Promise<{ records: Json[]; pages: Answered[] }> {
  const pages: Answered[] = []
  for (let next: string | null = path; next !== null; next = pages.at(-1)!.body.links.next) {
    pages.push(await gateway.fetch(next))
    expect(pages.at(-1)!.status, pages.at(-1)!.text).toBe(200)
  }
  return { records: pages.flatMap(({ body }) => body.data), pages }
}

const kept = <R extends { deleted_at: string | null }>(rows: readonly R[]) => rows.filter(({ deleted_at }) => deleted_at === null)
const incomesOf = (saleId: number) => store.data.transactions.filter((row) => row.sale_id === saleId)
const allIncomes = () => kept(store.data.sales).flatMap(({ id }) => incomesOf(id).map((income) => `loja:${id}-${income.id}`))

describe('sales that orders became', () => {
  it('are off until they are turned on, and then only read', async () => {
    const off = await gateway.fetch('/sales?connection=desligada')
    expect([off.status, off.body.code]).toEqual([501, 'unsupported_operation'])
    for (const [method, path] of [
      ['POST', '/sales?connection=loja'],
      ['PATCH', '/sales/loja:7001'],
    ] as const) {
      const { status, body } = await gateway.fetch(path, json(method, { status: 'completed' }))
      expect([status, body.code]).toEqual([501, 'unsupported_operation'])
      expect(body.detail).toContain('sales.list, sales.get')
    }
    expect(store.requests).toEqual([])
  })

  it('are walked once each, and read alone as the list has them', async () => {
    const { records } = await walk('/sales?connection=loja&limit=20')
    expect(records.map(({ id }) => id)).toEqual(kept(store.data.sales).map(({ id }) => `loja:${id}`))
    for (const record of records.slice(0, 3)) {
      expect((await gateway.fetch(`/sales/${record.id}`)).body.data).toEqual(record)
    }
  })

  it('are looked through by Fachada', async () => {
    const some = store.data.sales.find((sale) => sale.customer_id !== null)
    const { records, pages } = await walk(`/sales?connection=loja&status=completed&customerId=loja:${some!.customer_id}`)
    expect(records.map(({ id }) => id)).toContain(`loja:${some!.id}`)
    expect(records.every(({ customer }) => customer.id === `loja:${some!.customer_id}`)).toBe(true)
    expect(pages[0]!.body.meta.sources[0].filters).toEqual({ native: [], emulated: ['status', 'customerId'] })
    expect((await gateway.fetch('/sales?connection=loja&q=a')).body.code).toBe('unsupported_filter')
  })

  it('begin where an order is closed', async () => {
    const order = store.data.saleOrders.find(({ status }) => status === 'open')!
    const before = store.data.sales.length
    const closed = await gateway.fetch(`/sales/pedidos:${order.id}`, json('PATCH', { status: 'completed' }))
    expect(closed.status).toBe(200)
    expect(store.data.sales).toHaveLength(before + 1)
    const { body } = await gateway.fetch(`/sales/loja:${store.data.sales.at(-1)!.id}`)
    expect(body.data.customFields).toContainEqual(expect.objectContaining({ id: 'sales_order_id', value: String(order.id) }))
  })
})

describe('incomes of sales', () => {
  it.each([{}, { listsWithoutKey: true, metaLeftOut: true, flatRecords: true }])(
    'are walked once each, sale after sale: %j',
    async (traps) => {
      store.set({ traps })
      const { records } = await walk('/receivables?connection=loja&limit=50')
      expect(records.map(({ id }) => id)).toEqual(allIncomes())
      for (const { id, saleId } of records) expect(id.startsWith(`${saleId}-`)).toBe(true)
    },
  )

  it('are walked once each on the smallest pages', async () => {
    const { records } = await walk('/receivables?connection=loja&limit=7')
    expect(records.map(({ id }) => id)).toEqual(allIncomes())
  })

  it('cost no answer more than some twenty sales', async () => {
    const { status } = await gateway.fetch('/receivables?connection=loja&limit=200&status=cancelled')
    expect(status).toBe(200)
    expect(store.requests.length).toBeLessThanOrEqual(23)
  })

  it('are read alone as the list has them, and lead to their sale', async () => {
    const { body } = await gateway.fetch('/receivables?connection=loja&limit=3')
    for (const record of body.data) {
      expect((await gateway.fetch(`/receivables/${record.id}`)).body.data).toEqual(record)
      expect((await gateway.fetch(`/sales/${record.saleId}`)).body.data.customer).toEqual(record.customer)
    }
    expect((await gateway.fetch('/receivables/loja:7001-00')).status).toBe(404)
    expect((await gateway.fetch('/receivables/loja:696e636f6d657c31')).status).toBe(404)
  })

  it('show what CPlug said of them, and nothing else', async () => {
    const id = allIncomes()[0]!
    const listed = await gateway.fetch('/receivables?connection=loja&limit=1&raw=true')
    const { type: _type, customer_id: _customer, sale_id: saleId, ...own } = store.data.transactions.find((row) => id.endsWith(row.id))!
    expect(listed.body.data[0].raw).toEqual(own)
    expect((await gateway.fetch(`/receivables/${id}?raw=true`)).body.data.raw).toEqual(own)
    expect(listed.body.data[0].saleId).toBe(`loja:${saleId}`)
  })

  it('are asked for by their sale', async () => {
    const sale = store.data.sales.find(({ id }) => incomesOf(id).length > 1)!
    const { body } = await gateway.fetch(`/receivables?saleId=loja:${sale.id}`)
    expect(body.data.map(({ id }: Json) => id)).toEqual(incomesOf(sale.id).map(({ id }) => `loja:${sale.id}-${id}`))
    expect(body.meta).toMatchObject({ nextCursor: null, sources: [{ filters: { native: ['saleId'], emulated: [] }, status: 'done' }] })
    expect(store.requests.map(({ path }) => path)).toEqual([`/api/v3/sales/${sale.id}`, `/api/v3/sales/${sale.id}/incomes`])
    expect((await gateway.fetch('/receivables?saleId=loja:999999')).body).toMatchObject({ data: [], meta: { nextCursor: null } })
  })

  it('are matched by customer, days and status', async () => {
    const one = store.data.transactions.find((row) => row.sale_id !== null && row.customer_id !== null && row.status === 'paid')!
    const { records } = await walk(
      `/receivables?customerId=loja:${one.customer_id}&status=paid&dueFrom=${one.due_date}&dueTo=${one.due_date}`,
    )
    expect(records.map(({ id }) => id)).toContain(`loja:${one.sale_id}-${one.id}`)
    for (const { customer, status, dueOn } of records) {
      expect([customer.id, status, dueOn]).toEqual([`loja:${one.customer_id}`, 'paid', one.due_date])
    }
  })

  it('name the order where sales are orders, and cannot be asked for by it', async () => {
    const { records } = await walk('/receivables?connection=pedidos')
    const orders = new Map(store.data.sales.map(({ id, sales_order_id }) => [`${id}`, `pedidos:${sales_order_id}`]))
    expect(records).toHaveLength(allIncomes().length)
    for (const { saleId, vendorId } of records) expect(saleId).toBe(orders.get(vendorId.split('-')[0]))
    const { status, body } = await gateway.fetch(`/receivables?saleId=${records[0].saleId}`)
    expect([status, body.code]).toEqual([400, 'unsupported_filter'])
  })
})

it('tells of both what they are where they are chosen', async () => {
  const { body } = await gateway.fetch('/vendors/cplug')
  const told = body.data.alternatives.map(({ operations, ...each }: Json) => ({
    ...each,
    operations: operations.map(({ operation, evidence }: Json) => `${operation} ${evidence}`),
  }))
  expect(told).toEqual([
    { resource: 'sales', setting: 'salesSource', value: 'sales', operations: ['sales.list assumed', 'sales.get assumed'] },
    {
      resource: 'receivables',
      setting: 'receivablesSource',
      value: 'sale-incomes',
      operations: ['receivables.list assumed', 'receivables.get assumed'],
    },
  ])
  expect(body.data.alternatives[1].operations[0].members).toContain('saleId')
})
