import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { RESOURCES } from '../../src/contract/operations.ts'
import { live } from '../../src/sandbox/egestor/records.ts'
import { requestPath } from '../support/raw.ts'
import { startTwoStores, type TwoStores } from '../support/two-stores.ts'

let stores: TwoStores
beforeAll(async () => {
  stores = await startTwoStores()
})
afterAll(() => stores.close())

const read = async (path: string) => (await stores.gateway.fetch(path)).body.data

describe('GET of one record', () => {
  it('gives every member of a customer that the store fills', async () => {
    const row = stores.centro.data.contatos.rows.get(324)!
    expect(await read('/customers/centro:324')).toEqual({
      id: 'centro:324',
      connection: 'centro',
      vendor: 'egestor',
      vendorId: '324',
      kind: row.cpfcnpj.length === 14 ? 'company' : 'person',
      name: row.nome,
      tradeName: row.fantasia,
      contactName: row.nomeParaContato,
      taxId: { type: row.cpfcnpj.length === 14 ? 'cnpj' : 'cpf', value: row.cpfcnpj },
      stateRegistration: row.inscricaoEstadual,
      stateRegistrationStatus: { 1: 'taxpayer', 2: 'exempt', 9: 'non_taxpayer' }[row.indicadorIE],
      municipalRegistration: row.inscricaoMunicipal,
      suframa: row.suframa,
      birthDate: row.cpfcnpj.length === 14 ? null : row.dtNasc,
      foundedOn: row.cpfcnpj.length === 14 ? row.dtNasc : null,
      emails: row.emails.map((email, index) => ({ value: email, label: index === 0 ? 'main' : 'other' })),
      phones: row.fones.map((_fone, index) => ({ value: expect.stringMatching(/^\+55\d{10,11}$/), label: index === 0 ? 'main' : 'other' })),
      address: {
        street: row.logradouro,
        number: row.numero,
        complement: row.complemento,
        district: row.bairro,
        city: row.cidade,
        cityCode: row.codIBGE,
        state: row.uf,
        postalCode: String(row.cep).replace(/\D/g, '').padStart(8, '0'),
        country: row.pais,
      },
      deliveryAddress: {
        street: row.logradouroEntrega,
        number: String(row.numeroEntrega),
        complement: row.complementoEntrega,
        district: row.bairroEntrega,
        city: row.cidadeEntrega,
        cityCode: String(row.codIBGEEntrega),
        state: row.ufEntrega,
        postalCode: String(row.cepEntrega).padStart(8, '0'),
        country: null,
      },
      roles: row.tipo.map((tipo) => ({ cliente: 'customer', fornecedor: 'supplier', transportadora: 'carrier' })[tipo]),
      finalConsumer: row.clienteFinal,
      segment: null,
      salesperson: null,
      registration: null,
      consent: null,
      tags: row.tags.flatMap((tag) => tag.split(',')),
      notes: row.obs,
      customFields: (
        ['inscricaoEstadualST', 'cpfCnpjEntrega', 'pontoRefEntrega', 'inscEstadualEntrega', 'fonesEntrega', 'emailsEntrega'] as const
      )
        .filter((name) => row[name] !== '')
        .map((name) => ({ id: name, code: null, label: null, type: 'text', value: String(row[name]) })),
      createdAt: `${row.dtCad.replace(' ', 'T')}-03:00`,
      updatedAt: null,
    })
  })

  it('gives a product with its price, stock and fiscal data', async () => {
    const row = [...live(stores.centro.data.produtos)].find(({ controlarEstoque, refEanGtin }) => controlarEstoque && refEanGtin !== '')!
    const product = await read(`/products/centro:${row.codigo}`)
    expect(product).toMatchObject({
      kind: 'product',
      name: row.descricao,
      sku: row.codigoProprio || null,
      barcode: row.refEanGtin,
      currency: 'BRL',
    })
    expect(Number(product.price)).toBe(row.precoVenda)
    expect(product.price).toMatch(/^\d+\.\d{2,}$/)
    expect(Number(product.stock.quantity)).toBe(row.estoque)
    expect(product.fiscal.ncm).toBe(row.ncm || null)
    expect(product.updatedAt).toBe(`${row.updatedAt.replace(' ', 'T')}-03:00`)
  })

  it('gives a service under its own kind of id, and not under that of a product', async () => {
    const row = [...live(stores.norte.data.servicos)][0]!
    const service = await read(`/products/norte:service-${row.codigo}`)
    expect(service).toMatchObject({ kind: 'service', vendorId: `service-${row.codigo}`, name: row.descricao, stock: null, weight: null })
    expect(Number(service.price)).toBe(row.precoVenda)
    expect((await stores.gateway.fetch(`/products/norte:${row.codigo}`)).status).toBe(404)
  })

  it('gives a sale with its lines, instalments, invoices and custom fields with their labels', async () => {
    const row = [...stores.centro.data.vendas.rows.values()].find(
      (sale) => sale.ativo && sale.codsNFe.length > 0 && sale.customizado.xCampo1 && sale.financeiros.length > 1,
    )!
    const sale = await read(`/sales/centro:${row.codigo}`)
    expect(sale).toMatchObject({
      status: 'completed',
      soldOn: row.dtVenda,
      customer: { id: `centro:${row.codContato}`, name: row.nomeContato },
    })
    expect(sale.total).toBe(row.valorTotal.toFixed(2))
    expect(sale.items).toHaveLength(row.produtos.length)
    for (const [index, line] of row.produtos.entries()) {
      const prefix = line.tipo === 'servico' ? 'service-' : ''
      expect(sale.items[index]).toMatchObject({ productId: `centro:${prefix}${line.codProduto}`, description: line.descricao })
      expect(Number(sale.items[index].quantity)).toBe(line.quant)
      expect(Number(sale.items[index].total)).toBeCloseTo(line.quant * line.preco - line.vDesc, 6)
    }
    expect(sale.installments.map(({ receivableId }: { receivableId: string }) => receivableId)).toEqual(
      row.financeiros.map((code) => `centro:${code}`),
    )
    expect(sale.fiscalDocuments).toEqual(row.codsNFe.map((key) => ({ type: 'nfe', key: String(key) })))
    expect(sale.customFields).toContainEqual({
      id: 'xCampo1',
      code: null,
      label: 'Observações gerais',
      type: 'text',
      value: 'Venda direta.',
    })
  })

  it('gives a cancelled sale, which lists show too', async () => {
    const { codigo } = [...stores.norte.data.vendas.rows.values()].find(({ ativo }) => !ativo)!
    expect(await read(`/sales/norte:${codigo}`)).toMatchObject({ status: 'cancelled' })
  })

  it('gives a receivable with what is paid and what is open', async () => {
    const rows = [...live(stores.norte.data.recebimentos)]
    const paid = rows.find(({ situacao }) => situacao === 40)!
    expect(await read(`/receivables/norte:${paid.codigo}`)).toMatchObject({
      status: 'paid',
      overdue: false,
      amount: paid.valor.toFixed(2),
      paidAmount: paid.valor.toFixed(2),
      balance: '0.00',
      paidOn: paid.dtPgto,
    })
    const late = rows.find(({ situacao, dtVenc }) => situacao === 20 && dtVenc < '2026-01-01')!
    expect(await read(`/receivables/norte:${late.codigo}`)).toMatchObject({
      status: 'open',
      overdue: true,
      paidOn: null,
      balance: late.valor.toFixed(2),
    })
  })

  it('says whom it asked and how long it took, and adds raw where asked', async () => {
    const { body } = await stores.gateway.fetch('/customers/norte:1?raw=true')
    expect(body.meta).toEqual({ connection: 'norte', vendor: 'egestor', durationMs: expect.any(Number), warnings: expect.any(Array) })
    expect(body.data.raw.codigo).toBe('1')
  })

  it.each(RESOURCES)('of %s is the same as in the list, but for what lists leave out', async (resource) => {
    const { body } = await stores.gateway.fetch(`/${resource}?limit=3&connection=norte`)
    for (const listed of body.data) {
      const single = await read(`/${resource}/${encodeURIComponent(listed.id)}`)
      for (const [name, value] of Object.entries(listed))
        if (value !== null && !(typeof value === 'object')) expect(single[name], name).toEqual(value)
    }
  })
})

describe('GET of a record that is not there', () => {
  it.each(RESOURCES)('of %s is 404 where it never was and 410 where it was removed', async (resource) => {
    const { contatos, produtos, recebimentos } = stores.centro.data
    const missing = await stores.gateway.fetch(`/${resource}/centro:999999`)
    expect([missing.status, missing.body.code, missing.body.upstream]).toEqual([404, 'not_found', expect.objectContaining({ status: 404 })])
    const removed = { customers: contatos, products: produtos, receivables: recebimentos, sales: undefined }[resource]?.deleted
      .values()
      .next().value
    if (removed === undefined) return
    const gone = await stores.gateway.fetch(`/${resource}/centro:${removed}`)
    expect([gone.status, gone.body.code, gone.body.connection]).toEqual([410, 'gone', 'centro'])
  })

  it('is 404 for a contact that is no customer', async () => {
    const supplier = [...live(stores.centro.data.contatos)].find(({ tipo }) => !tipo.includes('cliente'))!
    const { status, body } = await stores.gateway.fetch(`/customers/centro:${supplier.codigo}`)
    expect([status, body.code]).toEqual([404, 'not_found'])
    expect(JSON.stringify(body)).not.toContain(supplier.nome)
  })

  it('is 404 for a connection that does not exist', async () => {
    const { status, body } = await stores.gateway.fetch('/customers/sul:1')
    expect([status, body.code, body.errors[0].parameter]).toEqual([404, 'not_found', 'id'])
  })
})

describe.each(RESOURCES)('a malformed id under /%s (row 52)', (resource) => {
  let before: [number, number]
  beforeEach(() => {
    before = [stores.centro.requests.length, stores.norte.requests.length]
  })

  it.each([
    '..',
    '.',
    'a/b',
    '%2e%2e',
    '%2E%2E%2Fvendas',
    '..%2f..%2fvendas%2f1',
    'centro:..',
    'centro:1%2f..%2f2',
    'centro:1%2Fcontato',
    'centro:1/contato',
    'centro:%00',
    'centro:1%00',
    'centro:1;2',
    'centro:1%3fpage=2',
    'centro:1%23',
    'centro:1%0d%0aX:%201',
    'centro:%ef%bc%8e%ef%bc%8e',
    'centro:%e2%80%a5',
    'centro:%d9%a1',
    'centro:-1',
    'centro:1e3',
    'centro:0x1',
    'centro:%201',
    'centro:',
    ':1',
    '1',
    'centro',
    'centro:centro:1',
    'CENTRO:1',
    'service-1',
    `centro:${'9'.repeat(16)}`,
    `centro:${'9'.repeat(300)}`,
    'x'.repeat(300),
    '%zz',
    '%c0%ae%c0%ae',
    '__proto__',
    'constructor:1',
  ])('is refused and never reaches a store: %s', async (id) => {
    const reads = await requestPath(stores.gateway.url, `/${resource}/${id}`)
    const removes = await requestPath(stores.gateway.url, `/${resource}/${id}`, { method: 'DELETE' })
    for (const { status, headers, body } of [reads, removes]) {
      expect([400, 404]).toContain(status)
      expect(headers['content-type']).toMatch(/^application\/problem\+json/)
      expect(['validation_failed', 'not_found']).toContain(body.code)
    }
    expect([stores.centro.requests.length, stores.norte.requests.length]).toEqual(before)
  })
})
