import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CplugOptions, type CplugSandbox, startCplug } from '../../src/sandbox/cplug/index.ts'
import type { Json } from '../support/json.ts'
import { request } from './client.ts'

let sandbox: CplugSandbox
let now = Date.parse('2026-11-16T15:00:00Z')

const start = async (options: CplugOptions = {}) => {
  await sandbox?.close()
  sandbox = await startCplug({ limit: null, now: () => now, ...options })
}

beforeEach(() => start())
afterEach(() => sandbox.close())

const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  request(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })

const login = (changes: Record<string, unknown> = {}) => {
  const { clientId, clientSecret, username, password } = sandbox.credentials
  return post(sandbox.tokenUrl, {
    grant_type: 'password',
    client_id: clientId,
    client_secret: clientSecret,
    username,
    password,
    ...changes,
  })
}

/** Calls the API as a client does that sends all it has to, but for `headers`. */
async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Json> {
  const token = (await login()).body.access_token
  const all: Record<string, string> = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'cplug-company-id': '12',
    ...(method !== 'GET' && { 'idempotency-key': randomUUID() }),
    ...headers,
  }
  const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
  return request(`${sandbox.url}/api/v3/${path}`, { method, headers: sent, ...(body !== undefined && { body: JSON.stringify(body) }) })
}

const rows = async (path: string, key: string): Promise<Json[]> => (await call('GET', path)).body.data[key]
const wrongIn = ({ body }: Json) => body.meta.map(({ field }: Json) => field)

describe('the login', () => {
  it('gives a token on a host of its own, for client and user', async () => {
    expect(new URL(sandbox.tokenUrl).host).not.toBe(new URL(sandbox.url).host)
    expect((await login()).body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, access_token: expect.any(String) })
  })

  it('refuses another client, user or grant', async () => {
    expect((await login({ client_secret: 'x' })).status).toBe(401)
    expect((await login({ password: 'x' })).status).toBe(400)
    expect((await login({ grant_type: 'client_credentials' })).status).toBe(400)
  })

  it('takes the user under the name that it is set to', async () => {
    sandbox.set({ traps: { userField: 'email' } })
    expect((await login()).status).toBe(400)
    expect((await login({ email: sandbox.credentials.username })).status).toBe(200)
  })

  it('ends a token when its time is over', async () => {
    const headers = { authorization: `Bearer ${(await login()).body.access_token}`, 'cplug-company-id': '12' }
    const read = () => request(`${sandbox.url}/api/v3/units`, { headers })
    expect((await read()).status).toBe(200)
    now += 3_600_000
    expect((await read()).status).toBe(401)
  })
})

describe('what every call needs', () => {
  it('is the company, but for the list of companies', async () => {
    const answer = await call('GET', 'products', undefined, { 'cplug-company-id': '' })
    expect([answer.status, answer.body]).toMatchObject([400, { code: 'missing_headers', meta: ['CPlug-Company-Id'] }])
    expect((await call('GET', 'companies', undefined, { 'cplug-company-id': '' })).body.data.companies).toHaveLength(1)
    expect((await call('GET', 'products', undefined, { 'cplug-company-id': '13' })).status).toBe(403)
  })

  it('is a UUID with a write, and the same one writes once', async () => {
    const body = { name: 'Várzea Ótica Ltda', type: 'company' }
    expect((await call('POST', 'customers', body, { 'idempotency-key': 'abc' })).body).toMatchObject({ meta: ['Idempotency-Key'] })
    const before = sandbox.data.customers.length
    const key = randomUUID()
    const first = await call('POST', 'customers', body, { 'idempotency-key': key })
    const second = await call('POST', 'customers', body, { 'idempotency-key': key })
    expect([first.status, second.body]).toEqual([201, first.body])
    expect(sandbox.data.customers).toHaveLength(before + 1)
  })

  it('comes no more often than the limit in any second', async () => {
    sandbox.set({ limit: { requests: 2, perMs: 1000 } })
    const statuses = [await call('GET', 'units'), await call('GET', 'units'), await call('GET', 'units')].map(({ status }) => status)
    expect(statuses).toEqual([200, 200, 429])
    now += 1000
    expect((await call('GET', 'units')).status).toBe(200)
  })

  it('is a path and a method that there are', async () => {
    expect((await call('GET', 'nothing')).status).toBe(404)
    expect((await call('DELETE', 'customers/1')).status).toBe(405)
  })
})

describe('lists', () => {
  it('come in pages that end', async () => {
    const ids: number[] = []
    for (let page = 1, last = 1; page <= last; page += 1) {
      const { body } = await call('GET', `customers?page=${page}&per_page=50`)
      last = body.meta.last_page
      ids.push(...body.data.customers.map(({ id }: Json) => id))
    }
    expect(ids).toEqual(sandbox.data.customers.filter(({ deleted_at }) => deleted_at === null).map(({ id }) => id))
  })

  it('refuse parameters and values that they do not have', async () => {
    expect(wrongIn(await call('GET', 'products?colour=red&per_page=x'))).toEqual(['colour', 'per_page'])
    expect(wrongIn(await call('GET', 'sale-orders?status=done&start_date_time=2026-01-01'))).toEqual(['status', 'start_date_time'])
    expect(wrongIn(await call('GET', 'financial/transactions?type=both&date_fields=paid_at'))).toEqual(['type', 'date_fields'])
  })

  it('find products by ids, SKU, barcode and change', async () => {
    expect((await rows('products?products_id=2,4', 'products')).map(({ id }) => id)).toEqual([2, 4])
    expect((await rows('products?sku=COD-0007', 'products')).map(({ id }) => id)).toEqual([7])
    const barcode = sandbox.data.products[1]!.barcodes[0]
    expect((await rows(`products?barcode=${barcode}`, 'products')).map(({ id }) => id)).toEqual([2])
    const since = encodeURIComponent('2026-09-01T00:00:00-03:00')
    expect((await rows(`products?updated_from=${since}&per_page=100`, 'products')).every(({ id }) => id > 110)).toBe(true)
  })

  it('leave out what was deleted unless it is asked for', async () => {
    expect((await rows('products?deleted=only', 'products')).map(({ id }) => id)).toEqual([30, 60, 90])
  })

  it('find orders by customer, status and moment', async () => {
    const buyer = (await rows('sale-orders?status=closed&per_page=100', 'sale_orders')).find(({ customer }) => customer !== null).customer
      .id
    const orders = await rows(`sale-orders?customer_id=${buyer}&status=closed`, 'sale_orders')
    expect(orders.length).toBeGreaterThan(0)
    for (const order of orders) expect([order.customer.id, order.status]).toEqual([buyer, 'closed'])
    const from = encodeURIComponent('2026-11-01T00:00:00-03:00')
    const late = await rows(`sale-orders?start_date_time=${from}&per_page=100`, 'sale_orders')
    expect(late.length).toBeGreaterThan(0)
    expect(late.every(({ date_time }) => Date.parse(date_time) >= Date.parse('2026-11-01T03:00:00Z'))).toBe(true)
  })

  it('give income and expense together unless one is asked for', async () => {
    expect(new Set((await rows('financial/transactions', 'financial_transactions')).map(({ type }) => type)).size).toBe(2)
    const incomes = await rows(
      'financial/transactions?type=income&status=paid&date_fields=due_date&date_start=2026-10-01',
      'financial_transactions',
    )
    expect(incomes.length).toBeGreaterThan(0)
    for (const row of incomes) expect([row.type, row.status, row.due_date >= '2026-10-01']).toEqual(['income', 'paid', true])
    expect(Buffer.from(incomes[0].id, 'hex').toString()).toMatch(/^income\|\d+$/)
  })

  it('give the sales that orders became, and the incomes of each without a company', async () => {
    const [sale] = await rows('sales', 'sales')
    const order = (await rows(`sale-orders?sale_orders_id=${sale.sales_order_id}`, 'sale_orders'))[0]
    expect(sale).toMatchObject({ items: order.items, total_value: order.total_value, customer: order.customer })
    expect((await call('GET', `sales/${sale.id}`)).body.data).toEqual(sale)
    expect(wrongIn(await call('GET', 'sales?status=closed'))).toEqual(['status'])
    const incomes = await call('GET', `sales/${sale.id}/incomes`, undefined, { 'cplug-company-id': '' })
    expect(incomes.body.data.sale_incomes.length).toBeGreaterThan(0)
    expect(wrongIn(await call('GET', `sales/${sale.id}/incomes?page=1`))).toEqual(['page'])
    expect((await call('GET', 'sales/1/incomes')).status).toBe(404)
  })

  it('change their shape as told', async () => {
    sandbox.set({ traps: { metaLeftOut: true, listsWithoutKey: true, bareMoney: true } })
    const { body } = await call('GET', 'products?per_page=2')
    expect(body).toMatchObject({ data: [{ unitary_value: expect.any(Number) }, {}] })
    expect(body).not.toHaveProperty('meta')
  })

  it('do not heed a filter where that is the trap', async () => {
    sandbox.set({ traps: { typeIgnored: true, idsIgnored: true, documentsInLists: false } })
    const found = await rows('financial/transactions?type=income&financial_transactions_id=00', 'financial_transactions')
    expect(new Set(found.map(({ type }) => type)).size).toBe(2)
    expect((await rows('customers', 'customers'))[0]).not.toHaveProperty('documents')
  })
})

describe('writes', () => {
  it('make a customer that is read back, with the parts of it', async () => {
    const { body } = await call('POST', 'customers', {
      name: 'Padaria Nova Ltda',
      type: 'company',
      contacts: [{ type: 'email', value: 'a@exemplo.com.br' }],
      addresses: [{ type: 'default', street: 'Rua A', ibge_code: '4304606', city: 'Canoas', state: 'RS' }],
      documents: [{ type: 'cnpj', identify: '11222333000181' }],
    })
    const { id } = body.data
    expect((await call('GET', `customers/${id}`)).body.data).toEqual(body.data)
    expect(await rows(`customers/${id}/documents?type=cnpj`, 'documents')).toEqual([{ type: 'cnpj', identify: '11222333000181' }])
    expect(await rows(`customers/${id}/addresses?state=SP`, 'addresses')).toEqual([])
  })

  it('refuse a customer that lacks something or has something unknown', async () => {
    expect(wrongIn(await call('POST', 'customers', { type: 'person', nome: 'x' }))).toEqual(['name', 'nome', 'type'])
    expect(wrongIn(await call('POST', 'customers', { name: 'x', type: 'company', addresses: [{ type: 'default' }] }))).toEqual([
      'addresses',
    ])
    expect((await call('PUT', 'customers/9999', { name: 'x', type: 'company' })).status).toBe(404)
  })

  it('make and change a product, whose SKU nobody else has', async () => {
    const body = { name: 'Pão', sku: 'P-1', unitary_value: { amount: 1.5, currency: 'BRL' }, category_id: 2, unit_id: 1 }
    const made = (await call('POST', 'products', body)).body.data
    expect(made).toMatchObject({ type: 'simple', category: { id: 2, name: 'Padaria' }, unit: { abbreviation: 'UN' } })
    expect(wrongIn(await call('POST', 'products', body))).toEqual(['sku'])
    expect(wrongIn(await call('POST', 'products', { ...body, sku: 'P-2', unit_id: 99, unitary_value: 1.5 }))).toEqual(['unitary_value'])
    expect(wrongIn(await call('POST', 'products', { ...body, sku: 'P-2', unit_id: 99 }))).toEqual(['unit_id'])
    expect((await call('PUT', `products/${made.id}`, { ...body, name: 'Pão francês' })).body.data.name).toBe('Pão francês')
  })

  it('open an order and close it for good', async () => {
    const item = { item_id: 1, amount: 2, unitary_value: { amount: 5, currency: 'BRL' } }
    const made = (await call('POST', 'sale-orders', { unique_id: randomUUID(), items: [item], customer_id: 1 })).body.data
    expect(made).toMatchObject({ status: 'open', total_value: { amount: 10, currency: 'BRL' }, customer: { id: 1 } })
    expect((await call('PUT', `sale-orders/${made.id}/status`, { status: 'closed' })).status).toBe(204)
    expect((await call('PUT', `sale-orders/${made.id}/status`, { status: 'open' })).status).toBe(422)
    expect((await rows(`sale-orders?sale_orders_id=${made.id}`, 'sale_orders'))[0].status).toBe('closed')
  })

  it('refuse an order of nothing, of no product or twice', async () => {
    const items = [{ item_id: 1, amount: 2, unitary_value: { amount: 5, currency: 'BRL' } }]
    const uniqueId = sandbox.data.saleOrders[0]!.unique_id
    expect(wrongIn(await call('POST', 'sale-orders', { unique_id: randomUUID(), items: [] }))).toEqual(['items'])
    expect(wrongIn(await call('POST', 'sale-orders', { unique_id: uniqueId, items: [{ ...items[0], item_id: 9999 }] }))).toEqual([
      'items.0.item_id',
      'unique_id',
    ])
    expect(wrongIn(await call('PUT', 'sale-orders/1/status', { status: 'done' }))).toEqual(['status'])
  })

  it('answer with less, or with nothing around it, as told', async () => {
    sandbox.set({ traps: { writesAnswerLess: true, flatRecords: true } })
    const { body } = await call('POST', 'customers', { name: 'x', type: 'company' })
    expect(body).toEqual({ id: sandbox.data.customers.at(-1)!.id })
  })
})

describe('the data', () => {
  it('is the same on every start', async () => {
    const other = await startCplug()
    expect(other.data).toEqual(sandbox.data)
    await other.close()
  })

  it('knows the companies that other vendors know', () => {
    expect(sandbox.data.customers.slice(0, 3).map(({ documents }) => documents[0]!.identify)).toEqual([
      '20122123000102',
      '64484661000112',
      '11222333000181',
    ])
  })
})
