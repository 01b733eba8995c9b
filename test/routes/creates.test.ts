import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { live } from '../../src/sandbox/egestor/records.ts'
import { connectionTo, json, startGateway } from '../support/gateway.ts'
import { startTwoStores, type TwoStores, UNLIMITED, writesAt } from '../support/two-stores.ts'

let stores: TwoStores
beforeAll(async () => {
  stores = await startTwoStores()
})
afterAll(() => stores.close())

const create = (path: string, body: unknown) => stores.gateway.fetch(path, json('POST', body))
const read = async (path: string) => (await stores.gateway.fetch(path)).body.data
const warned = (body: { meta: { warnings: { field: string }[] } }) => body.meta.warnings.map(({ field }) => field)

describe('POST', () => {
  it('creates a customer, answers 201 with the whole record read back, and says where it is', async () => {
    const { status, headers, body } = await create('/customers?connection=norte', {
      name: 'Padaria Três Rios Ltda',
      tradeName: 'Três Rios',
      taxId: { value: '11222333000181' },
      emails: [{ value: 'contato@tresrios.exemplo.com.br' }, { value: 'nfe@tresrios.exemplo.com.br' }],
      phones: [{ value: '+5511987654321' }],
      address: { street: 'Rua São João', number: '10', city: 'São Paulo', state: 'SP', postalCode: '01035000' },
      tags: ['café'],
    })
    expect(status).toBe(201)
    expect(body.data).toMatchObject({
      connection: 'norte',
      kind: 'company',
      name: 'Padaria Três Rios Ltda',
      taxId: { type: 'cnpj', value: '11222333000181' },
      emails: [
        { value: 'contato@tresrios.exemplo.com.br', label: 'main' },
        { value: 'nfe@tresrios.exemplo.com.br', label: 'other' },
      ],
      address: { city: 'São Paulo', cityCode: '3550308', state: 'SP', postalCode: '01035000' },
      roles: ['customer'],
      tags: ['café'],
    })
    expect(body.data.createdAt).not.toBeNull()
    expect(headers.get('location')).toBe(`/customers/${body.data.id}`)
    expect(await read(headers.get('location')!)).toEqual(body.data)
    expect(stores.norte.data.contatos.rows.get(Number(body.data.vendorId))).toMatchObject({
      nome: 'Padaria Três Rios Ltda',
      cpfcnpj: '11222333000181',
      codIBGE: '3550308',
    })
    expect(body.meta).toMatchObject({ connection: 'norte', vendor: 'egestor', warnings: [] })
  })

  it('creates goods and a service, each under its own kind of id', async () => {
    const goods = await create('/products?connection=centro', {
      name: 'Caneca azul',
      sku: 'CAN-9',
      price: '10.37',
      stock: { tracked: true, quantity: '2.5' },
    })
    expect([goods.status, goods.body.data.kind, goods.body.data.price, goods.body.data.stock.quantity]).toEqual([
      201,
      'product',
      '10.37',
      '2.5',
    ])
    const service = await create('/products?connection=centro', { kind: 'service', name: 'Afiação de facas', price: '1234567.891' })
    expect([service.status, service.body.data.kind, service.body.data.price]).toEqual([201, 'service', '1234567.891'])
    expect(service.body.data.id).toMatch(/^centro:service-\d+$/)
    expect(service.headers.get('location')).toBe(`/products/${service.body.data.id}`)
  })

  it('creates a sale of goods and services with its instalments', async () => {
    const goods = [...live(stores.centro.data.produtos)][0]!
    const { status, body } = await create('/sales?connection=centro', {
      customer: { id: 'centro:1' },
      soldOn: '2026-03-02',
      items: [{ productId: `centro:${goods.codigo}`, quantity: '2.5', unitPrice: '10.40', discount: '1' }],
      installments: [
        { dueOn: '2026-04-02', amount: '12.50' },
        { dueOn: '2026-05-02', amount: '12.50', status: 'paid' },
      ],
    })
    expect(status).toBe(201)
    expect(body.data).toMatchObject({ status: 'completed', soldOn: '2026-03-02', total: '25.00', customer: { id: 'centro:1' } })
    expect(body.data.installments).toMatchObject([
      { number: 1, dueOn: '2026-04-02', amount: '12.50', status: 'open' },
      { number: 2, dueOn: '2026-05-02', amount: '12.50', status: 'paid' },
    ])
  })

  it('creates a receivable with what the connection has as defaults', async () => {
    const { status, body } = await create('/receivables?connection=norte', {
      description: 'Aluguel',
      amount: '99.90',
      dueOn: '2026-12-31',
      customer: { id: 'norte:1' },
    })
    expect(status).toBe(201)
    expect(body.data).toMatchObject({
      status: 'open',
      amount: '99.90',
      balance: '99.90',
      paidAmount: '0.00',
      dueOn: '2026-12-31',
      category: { id: '1' },
      account: { id: '1' },
    })
  })

  it.each(['customers', 'products'])('takes a body of %s as GET gave it from the other store', async (resource) => {
    for (const given of (await stores.gateway.fetch(`/${resource}?connection=centro&limit=25`)).body.data) {
      const whole = await read(`/${resource}/${given.id}`)
      const { status, body } = await create(`/${resource}?connection=norte`, whole)
      expect(status, JSON.stringify(body)).toBe(201)
      const { id, connection, vendorId, createdAt, updatedAt, ...same } = whole
      const kept = { ...same, ...(same.fiscal && { fiscal: expect.anything() }) }
      const noted = warned(body)
      for (const member of Object.keys(kept))
        if (!noted.some((field) => field?.startsWith(member))) expect(body.data[member], member).toEqual(kept[member])
      expect(body.data.connection).toBe('norte')
    }
  })

  it('takes a sale as GET gave it from the other store, once its references are this store’s own', async () => {
    const codigo = [...stores.norte.data.vendas.rows.values()].find(
      (row) => row.ativo && row.situacao === 50 && row.situacaoOS === 'Em execução',
    )!.codigo
    const sale = await read(`/sales/norte:${codigo}`)
    const [product] = [...live(stores.centro.data.produtos)]
    const own = {
      ...sale,
      customer: { ...sale.customer, id: 'centro:1' },
      items: sale.items.map((item: object) => ({ ...item, productId: `centro:${product!.codigo}` })),
      installments: sale.installments.map((installment: object) => ({ ...installment, receivableId: null })),
    }
    const { status, body } = await create('/sales?connection=centro', own)
    expect(status, JSON.stringify(body)).toBe(201)
    expect(body.data).toMatchObject({ status: sale.status, vendorStatus: 'Em execução', total: sale.total, soldOn: sale.soldOn })
    expect(body.data.installments.map(({ amount }: { amount: string }) => amount)).toEqual(
      sale.installments.map(({ amount }: { amount: string }) => amount),
    )
  })

  it('takes a receivable as GET gave it from the other store, without its references', async () => {
    const codigo = [...live(stores.centro.data.recebimentos)].find(({ situacao }) => situacao === 40)!.codigo
    const receivable = await read(`/receivables/centro:${codigo}`)
    const { status, body } = await create('/receivables?connection=norte', { ...receivable, customer: null, saleId: null })
    expect(status, JSON.stringify(body)).toBe(201)
    expect(body.data).toMatchObject({ status: 'paid', amount: receivable.amount, dueOn: receivable.dueOn, paidOn: receivable.paidOn })
  })

  it('names what the vendor cannot hold, and stores the rest', async () => {
    const { status, body } = await create('/customers?connection=centro', {
      name: 'Ana Teles',
      segment: 'Padarias',
      salesperson: { id: '1', name: 'Álvaro' },
      deliveryAddress: { street: 'Rua A', country: 'Brasil' },
      consent: { granted: true },
    })
    expect(status).toBe(201)
    expect(warned(body)).toEqual(
      expect.arrayContaining(['segment', 'salesperson.id', 'salesperson.name', 'deliveryAddress.country', 'consent.granted']),
    )
    for (const { reason } of body.meta.warnings) expect(reason).toMatch(/eGestor/)
    expect(body.data).toMatchObject({ segment: null, salesperson: null, deliveryAddress: { street: 'Rua A' } })
  })

  it.each<[string, string, object, string]>([
    [
      'sale for a customer',
      '/sales',
      { customer: { id: 'norte:1' }, items: [{ productId: 'centro:1', quantity: '1', unitPrice: '1' }] },
      '/customer/id',
    ],
    ['sale of a product', '/sales', { items: [{ productId: 'norte:1', quantity: '1', unitPrice: '1' }] }, '/items/0/productId'],
    [
      'receivable of a customer',
      '/receivables',
      { description: 'x', amount: '1', dueOn: '2026-01-01', customer: { id: 'norte:1' } },
      '/customer/id',
    ],
    ['receivable of a sale', '/receivables', { description: 'x', amount: '1', dueOn: '2026-01-01', saleId: 'norte:1' }, '/saleId'],
  ])('refuses a %s of another connection', async (_what, path, body, pointer) => {
    const before = writesAt(stores.centro).length
    const { status, body: problem } = await create(`${path}?connection=centro`, body)
    expect([status, problem.code, problem.outcome, problem.errors?.[0]?.pointer]).toEqual([422, 'vendor_rejected', 'not_applied', pointer])
    expect(writesAt(stores.centro)).toHaveLength(before)
  })

  it.each<[string, string, object, string]>([
    [
      'customer',
      '/sales',
      { customer: { id: 'centro:service-1' }, items: [{ productId: 'centro:1', quantity: '1', unitPrice: '1' }] },
      '/customer/id',
    ],
    ['product', '/sales', { items: [{ productId: 'centro:abc', quantity: '1', unitPrice: '1' }] }, '/items/0/productId'],
  ])('refuses a reference that cannot be the id of a %s', async (_what, path, body, pointer) => {
    const before = writesAt(stores.centro).length
    const { status, body: problem } = await create(`${path}?connection=centro`, body)
    expect([status, problem.outcome, problem.errors?.[0]?.pointer]).toEqual([422, 'not_applied', pointer])
    expect(writesAt(stores.centro)).toHaveLength(before)
  })

  it('needs the connection named where several could take it, and not where one could', async () => {
    const { status, body } = await create('/customers', { name: 'Ana Teles' })
    expect([status, body.code, body.outcome]).toEqual([400, 'connection_required', 'not_applied'])
    expect(body.errors).toEqual([{ parameter: 'connection', detail: expect.stringMatching(/centro.*norte/) }])
    const gateway = await startGateway([connectionTo('norte', stores.norte, UNLIMITED)])
    const alone = await gateway.fetch('/customers', json('POST', { name: 'Ana Teles' }))
    expect([alone.status, alone.body.data.connection]).toEqual([201, 'norte'])
    await gateway.close()
  })

  it('to a connection that does not exist is 404', async () => {
    const { status, body } = await create('/customers?connection=sul', { name: 'Ana Teles' })
    expect([status, body.code, body.outcome]).toEqual([404, 'not_found', 'not_applied'])
  })

  it('of which nothing can be stored is refused before anything is sent', async () => {
    const before = stores.centro.requests.length
    const { status, body } = await create('/customers?connection=centro', { segment: 'Padarias' })
    expect([status, body.code, body.outcome]).toEqual([422, 'unsupported_field', 'not_applied'])
    expect(body.errors[0].pointer).toBe('/segment')
    expect(stores.centro.requests).toHaveLength(before)
  })
})
