import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PlannedRequest } from '../../src/contract/page.ts'
import type { RecordedRequest } from '../../src/sandbox/exchange.ts'
import { everyOperation } from '../contract/cases.ts'
import { type AllVendors, SIMULATED, startAllVendors } from '../support/all-vendors.ts'
import { type Answered, json } from '../support/gateway.ts'

// A dry run tells what the write would send: each write of each vendor is told first, then done, and the two are compared.

let all: AllVendors
beforeAll(async () => {
  all = await startAllVendors()
})
afterAll(() => all.close())

type Row = readonly [operation: string, request: string, body?: object | undefined]

const sale = (connection: string, product: number, customer: number) => ({
  customer: { id: `${connection}:${customer}` },
  items: [{ productId: `${connection}:${product}`, quantity: '2', unitPrice: '10.50' }],
})
const invented = { kind: 'person', name: 'Íris Peçanha', emails: [{ value: 'iris@exemplo.com.br' }], phones: [{ value: '+5551999990000' }] }
const mug = { name: 'Caneca "açaí"', sku: 'SECA-1', price: '19.90', unit: 'UN' }

/** Every write there is, by connection. Words in braces are the ids of what the row before it made. */
const WRITES: Readonly<Record<string, readonly Row[]>> = {
  egestor: [
    [
      'customers.create',
      'POST /customers',
      { ...invented, tags: ['vip'], address: { city: 'Canoas', state: 'RS', postalCode: '01310100' } },
    ],
    ['customers.update', 'PATCH /customers/egestor:324', { tradeName: null, phones: [{ value: '+5551999990000' }] }],
    ['customers.remove', 'DELETE /customers/egestor:325'],
    ['products.create', 'POST /products', mug],
    ['products.create', 'POST /products', { kind: 'service', name: 'Entrega', price: '7' }],
    ['products.update', 'PATCH /products/egestor:17', { price: '1.5', barcode: null }],
    ['products.remove', 'DELETE /products/{products.create}'],
    ['sales.create', 'POST /sales', { ...sale('egestor', 17, 324), installments: [{ dueOn: '2026-12-16', amount: '21.00' }] }],
    ['sales.update', 'PATCH /sales/egestor:1', { vendorStatus: 'Entregue', customFields: [{ id: 'xCampo1', value: 'Só isto' }] }],
    ['sales.remove', 'DELETE /sales/egestor:10'],
    ['receivables.create', 'POST /receivables', { description: 'Aluguel', amount: '99.90', dueOn: '2026-12-31' }],
    ['receivables.update', 'PATCH /receivables/egestor:2', { notes: 'Conferido', creditedOn: null }],
    ['receivables.settle', 'POST /receivables/{receivables.create}/settlements', {}],
    ['receivables.remove', 'DELETE /receivables/egestor:5'],
  ],
  cplug: [
    ['customers.create', 'POST /customers', { ...invented, taxId: { value: '52998224725' }, address: { street: 'Rua A', number: '1' } }],
    ['customers.update', 'PATCH /customers/cplug:1', { notes: 'Conferido', emails: [] }],
    ['products.create', 'POST /products', { ...mug, category: { id: '2' } }],
    ['products.update', 'PATCH /products/cplug:1', { price: '3.33', barcode: '7891000100103' }],
    ['sales.create', 'POST /sales', sale('cplug', 1, 1)],
    ['sales.update', 'PATCH /sales/{sales.create}', { status: 'processing' }],
  ],
  kommo: [
    ['customers.create', 'POST /customers', { ...invented, taxId: { value: '11222333000181' }, tags: ['vip'] }],
    ['customers.update', 'PATCH /customers/kommo:3001', { name: 'Outro nome', taxId: { value: '11222333000181' }, birthDate: null }],
    ['products.create', 'POST /products', mug],
    ['products.update', 'PATCH /products/kommo:525001', { price: '1.5', sku: null }],
    ['sales.create', 'POST /sales', { ...sale('kommo', 525_001, 3001), number: 'Pedido novo', soldOn: '2026-03-02' }],
    [
      'sales.update',
      'PATCH /sales/kommo:9001',
      { total: '7.00', customer: { id: 'kommo:3002' }, items: [{ productId: 'kommo:525003', quantity: '4' }] },
    ],
    ['receivables.create', 'POST /receivables', { description: 'Mensalidade', amount: '250.00', dueOn: '2026-12-10' }],
    ['receivables.update', 'PATCH /receivables/kommo:601001', { amount: '1.00', customer: { id: 'kommo:3002', name: 'Outro' } }],
  ],
  cange: [
    ['customers.create', 'POST /customers', invented],
    ['customers.update', 'PATCH /customers/cange:6501', { name: 'Outro nome', foundedOn: null }],
    ['products.create', 'POST /products', mug],
    ['products.update', 'PATCH /products/cange:8201', { price: '1.50', barcode: null }],
    ['sales.create', 'POST /sales', { number: 'Pedido novo', total: '12.50', customer: { id: 'cange:6505' } }],
    ['sales.update', 'PATCH /sales/cange:41000', { total: '12.50', deliveredOn: '2026-07-26', soldOn: null }],
    ['receivables.create', 'POST /receivables', { description: 'Parcela', amount: '1.00', dueOn: '2026-12-31', saleId: 'cange:41000' }],
    ['receivables.update', 'PATCH /receivables/cange:52000', { amount: '2.00' }],
  ],
  yandeh: [['customers.update', 'PATCH /customers/yandeh:165', { registration: { status: 'rejected', reason: 'Fora da área' } }]],
}

const made = new Map<string, string>()

function send([operation, request, body]: Row, connection: string, query = ''): Promise<Answered> {
  const [method = '', path = ''] = request.split(' ')
  const filled = path.replace(/\{(.*)\}/, (_braces, name: string) => made.get(`${connection} ${name}`) ?? name)
  const target = operation.endsWith('.create') ? `?connection=${connection}${query && `&${query}`}` : query && `?${query}`
  return all.gateway.fetch(filled + target, body ? json(method, body) : { method })
}

/** What reached the vendor, as a dry run would tell it; the ids that were born have the names they have there. */
function told({ method, path, rawQuery, body }: RecordedRequest, born: string | undefined) {
  const placed = born === undefined ? path : path.replace(`/${born}/`, '/{{id}}/')
  const sent = typeof body === 'object' && body !== null && 'unique_id' in body ? { ...body, unique_id: '{{writeKey}}' } : body
  return { method, path: placed + (rawQuery && `?${rawQuery}`), body: sent === '' ? null : sent }
}

const isWriting = (operation: string) => /\.(create|update|remove|settle)$/.test(operation)

it('is tried here for every write of every simulated vendor', () => {
  const tried = new Set(Object.entries(WRITES).flatMap(([vendor, rows]) => rows.map(([operation]) => `${vendor} ${operation}`)))
  const simulated = everyOperation.filter(({ vendor, operation }) => SIMULATED.includes(vendor.id) && isWriting(operation))
  const offered = simulated.map(({ vendor, operation }) => `${vendor.id} ${operation}`)
  expect([...tried].toSorted()).toEqual(offered.toSorted())
})

describe.each(Object.entries(WRITES))('%s', (connection, rows) => {
  it.each(rows.map((row) => ({ title: `${row[0]}: ${row[1]}`, row })))('$title', async ({ row }) => {
    const before = all.writesAt(connection).length
    const dry = await send(row, connection, 'dryRun=true')
    expect([dry.status, dry.text]).toEqual([200, expect.stringContaining('"requests":[{')])
    expect(all.writesAt(connection)).toHaveLength(before)

    const real = await send(row, connection)
    expect([200, 201, 204], real.text).toContain(real.status)
    const data = real.body?.data
    if (real.status === 201) made.set(`${connection} ${row[0]}`, data.id)
    const sent = all.writesAt(connection).slice(before)
    const { url: baseUrl } = all.vendors[connection]!
    const planned = (dry.body.data.requests as PlannedRequest[]).map(({ method, url, body }) => {
      expect(url.startsWith(baseUrl)).toBe(true)
      return JSON.stringify({ method, path: url.slice(baseUrl.length), body })
    })
    // As text, so that the order of members counts too.
    expect(planned).toEqual(sent.map((request) => JSON.stringify(told(request, real.status === 201 ? data.vendorId : undefined))))
    if (real.body) expect(dry.body.meta.warnings).toEqual(real.body.meta.warnings)
    expect(dry.text).not.toMatch(/bearer|token|authorization/i)
  })
})

describe('a dry run', () => {
  it.each<[string, string, string, object | undefined, number, string]>([
    ['of a paid receivable', 'egestor', 'POST /receivables/egestor:1/settlements', {}, 409, 'conflict'],
    ['of what has no place', 'egestor', 'POST /customers', { segment: 'Feiras' }, 422, 'unsupported_field'],
    ['with a reference to elsewhere', 'egestor', 'POST /sales', sale('cplug', 1, 1), 422, 'vendor_rejected'],
    ['without what is required', 'cplug', 'POST /products', { name: 'Sem preço' }, 422, 'vendor_rejected'],
    ['of a record that is not there', 'egestor', 'PATCH /customers/egestor:999999', { name: 'X' }, 404, 'not_found'],
    ['of a removed one', 'egestor', 'DELETE /customers/egestor:325', undefined, 410, 'gone'],
    ['with an unknown member', 'kommo', 'POST /customers', { age: 3 }, 400, 'validation_failed'],
    ['of what is not offered', 'yandeh', 'POST /customers', { name: 'X' }, 501, 'unsupported_operation'],
  ])('%s is refused as the write is', async (_what, connection, request, body, status, code) => {
    const row: Row = [request.startsWith('POST') && !request.endsWith('settlements') ? 'x.create' : 'x.x', request, body]
    const before = all.writesAt(connection).length
    const [dry, real] = [await send(row, connection, 'dryRun=true'), await send(row, connection)]
    expect([dry.status, dry.body.code]).toEqual([status, code])
    expect({ ...dry.body, requestId: '' }).toEqual({ ...real.body, requestId: '' })
    expect(all.writesAt(connection)).toHaveLength(before)
  })

  it('of what the vendor has so already tells that nothing would be sent', async () => {
    const { body } = await all.gateway.fetch('/sales/kommo:9002')
    const dry = await all.gateway.fetch('/sales/kommo:9002?dryRun=true', json('PATCH', { status: body.data.status }))
    expect([dry.status, dry.body.data]).toEqual([200, { requests: [] }])
  })
})
