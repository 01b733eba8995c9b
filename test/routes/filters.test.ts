import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Resource } from '../../src/contract/operations.ts'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { type Contato, live, type Produto, type Recebimento, type Servico, type Venda } from '../../src/sandbox/egestor/records.ts'
import { startTwoStores, type TwoStores, walk } from '../support/two-stores.ts'

let stores: TwoStores
beforeAll(async () => {
  stores = await startTwoStores()
})
afterAll(() => stores.close())

/** Ids of the rows of both stores that pass, in the order of a list. */
function idsOf<Row extends { codigo: string | number }>(
  rows: (store: EgestorSandbox) => Iterable<Row>,
  keeps: (row: Row) => boolean,
  prefix = '',
): string[] {
  return (['centro', 'norte'] as const).flatMap((name) =>
    [...rows(stores[name])]
      .filter(keeps)
      .map(({ codigo }) => Number(codigo))
      .sort((a, b) => a - b)
      .map((codigo) => `${name}:${prefix}${codigo}`),
  )
}

const customers = (keeps: (row: Contato) => boolean) =>
  idsOf(
    ({ data }) => live(data.contatos),
    (row) => row.tipo.includes('cliente') && keeps(row),
  )
const products = (keeps: (row: Produto) => boolean) => idsOf(({ data }) => live(data.produtos), keeps)
const services = (keeps: (row: Servico) => boolean) => idsOf(({ data }) => live(data.servicos), keeps, 'service-')
const sales = (keeps: (row: Venda) => boolean) => idsOf(({ data }) => data.vendas.rows.values(), keeps)
const receivables = (keeps: (row: Recebimento) => boolean) => idsOf(({ data }) => live(data.recebimentos), keeps)
const inOrder = (ids: string[]) => [...ids.filter((id) => id.startsWith('centro:')), ...ids.filter((id) => id.startsWith('norte:'))]

const mails = ({ emails }: Contato) => emails.map((email) => (typeof email === 'string' ? email : Object.values(email)[0]!).toLowerCase())
const isSold = (row: Venda) => row.situacao === 50
/** Without a status: all but quotes, and a cancelled quote is a cancelled sale. */
const isListed = (row: Venda) => row.situacao !== 10 || !row.ativo

async function expectList(resource: Resource, query: Record<string, string>, expected: string[]): Promise<void> {
  const found = await walk(stores.gateway, `/${resource}?limit=200&${new URLSearchParams(query)}`)
  expect(found.map(({ id }) => id)).toEqual(expected)
}

describe('customers', () => {
  const shared = () => [...stores.centro.data.contatos.rows.values()].find(({ codigo }) => codigo === '2')!

  it('are found by tax id in both stores, formatted or bare, and upper or lower case', async () => {
    const { cpfcnpj } = shared()
    const expected = customers((row) => row.cpfcnpj === cpfcnpj)
    expect(expected.length).toBeGreaterThan(1)
    const formatted = cpfcnpj.replace(/^(..)(...)(...)(....)(..)$/, '$1.$2.$3/$4-$5')
    for (const taxId of [cpfcnpj, formatted]) await expectList('customers', { taxId }, expected)
    const { cpfcnpj: lettered } = [...stores.centro.data.contatos.rows.values()].find(
      (row) => /[A-Z]/.test(row.cpfcnpj) && row.tipo.includes('cliente'),
    )!
    await expectList(
      'customers',
      { taxId: lettered.toLowerCase() },
      customers((row) => row.cpfcnpj === lettered),
    )
  })

  it('are found by an e-mail address as a whole and without case, whichever way the store keeps it', async () => {
    for (const codigo of ['1', '4', '5', '6']) {
      const [email] = mails(stores.centro.data.contatos.rows.get(Number(codigo))!)
      if (!email) throw new Error(`contact ${codigo} has no e-mail`)
      const expected = customers((row) => mails(row).includes(email))
      expect(expected).toContain(`centro:${codigo}`)
      await expectList('customers', { email: email.toUpperCase() }, expected)
      await expectList(
        'customers',
        { email: email.slice(1) },
        customers((row) => mails(row).includes(email.slice(1))),
      )
    }
  })

  it('are found by free text as the store searches it', async () => {
    await expectList(
      'customers',
      { q: 'vale do sol' },
      customers((row) => `${row.nome} ${row.fantasia}`.toLowerCase().includes('vale do sol')),
    )
  })

  it('are found by several filters at once', async () => {
    const { cpfcnpj, emails } = shared()
    const email = mails({ emails } as Contato)[0]!
    await expectList(
      'customers',
      { taxId: cpfcnpj, email },
      customers((row) => row.cpfcnpj === cpfcnpj && mails(row).includes(email)),
    )
    await expectList('customers', { taxId: cpfcnpj, email: 'ninguem@exemplo.com.br' }, [])
  })
})

describe('products', () => {
  it('are found by SKU and by barcode, exactly', async () => {
    const sample = [...live(stores.centro.data.produtos)].find((row) => row.codigoProprio !== '' && row.refEanGtin !== '')!
    const { codigoProprio: sku, refEanGtin: barcode } = sample
    await expectList(
      'products',
      { sku },
      products((row) => row.codigoProprio === sku),
    )
    await expectList(
      'products',
      { barcode },
      products((row) => row.refEanGtin === barcode),
    )
    await expectList(
      'products',
      { sku, barcode },
      products((row) => row.codigoProprio === sku && row.refEanGtin === barcode),
    )
    await expectList(
      'products',
      { sku: sku.slice(0, -1) },
      products((row) => row.codigoProprio === sku.slice(0, -1)),
    )
  })

  it('changed since an instant are found, that instant included, and every service with them', async () => {
    const { updatedAt } = [...live(stores.centro.data.produtos)].sort((a, b) => (a.updatedAt < b.updatedAt ? -1 : 1)).at(-20)!
    const updatedSince = `${updatedAt.replace(' ', 'T')}-03:00`
    const expected = inOrder([...products((row) => row.updatedAt >= updatedAt), ...services(() => true)])
    expect(expected.length).toBeLessThan(inOrder([...products(() => true), ...services(() => true)]).length)
    await expectList('products', { updatedSince }, expected)
    await expectList('products', { updatedSince: new Date(updatedSince).toISOString() }, expected)
  })

  it('are found by free text, goods and services alike', async () => {
    const expected = inOrder([
      ...products((row) => row.descricao.includes('Panela') || row.descricao.includes('panela')),
      ...services((row) => row.descricao.includes('panela')),
    ])
    expect(expected.some((id) => id.includes('service-'))).toBe(true)
    await expectList('products', { q: 'panela' }, expected)
  })
})

describe('sales', () => {
  const one = () => [...stores.norte.data.vendas.rows.values()].find((row) => isSold(row) && row.codContato > 0)!

  it.each([
    ['quote', (row: Venda) => row.ativo && row.situacao === 10],
    ['completed', (row: Venda) => row.ativo && isSold(row)],
    ['cancelled', (row: Venda) => !row.ativo],
    ['pending', () => false],
    ['invoiced', () => false],
    ['unknown', () => false],
  ])('of the status %s are found', async (status, keeps) => {
    await expectList('sales', { status }, sales(keeps))
  })

  it('of some days are found, the first and the last included', async () => {
    const days = sales(isSold).length
    expect(days).toBeGreaterThan(200)
    const { dtVenda } = one()
    await expectList(
      'sales',
      { soldFrom: dtVenda, soldTo: dtVenda },
      sales((row) => isListed(row) && row.dtVenda === dtVenda),
    )
    await expectList(
      'sales',
      { soldFrom: dtVenda },
      sales((row) => isListed(row) && row.dtVenda >= dtVenda),
    )
    await expectList(
      'sales',
      { soldTo: dtVenda },
      sales((row) => isListed(row) && row.dtVenda <= dtVenda),
    )
    await expectList('sales', { soldFrom: '2099-01-01' }, [])
  })

  it('of one customer are found, in its store alone', async () => {
    const { codContato } = one()
    const expected = sales((row) => isListed(row) && row.codContato === codContato).filter((id) => id.startsWith('norte:'))
    expect(expected.length).toBeGreaterThan(0)
    await expectList('sales', { customerId: `norte:${codContato}` }, expected)
    const { body } = await stores.gateway.fetch(`/sales?customerId=norte:${codContato}`)
    expect(body.meta.sources.map(({ connection }: { connection: string }) => connection)).toEqual(['norte'])
  })

  it('are found by all filters at once', async () => {
    const { codContato, dtVenda, nomeContato, ativo } = one()
    const status = ativo ? 'completed' : 'cancelled'
    const query = { status, customerId: `norte:${codContato}`, soldFrom: dtVenda, soldTo: dtVenda, q: nomeContato }
    const same = (row: Venda) => row.ativo === ativo && row.codContato === codContato && row.dtVenda === dtVenda
    await expectList(
      'sales',
      query,
      sales(same).filter((id) => id.startsWith('norte:')),
    )
  })
})

describe('receivables', () => {
  const one = () => [...live(stores.centro.data.recebimentos)].find(({ origem, situacao }) => origem === 'vendas' && situacao === 20)!

  it.each([
    ['open', (row: Recebimento) => row.situacao === 20],
    ['paid', (row: Recebimento) => row.situacao === 40],
    ['partially_paid', () => false],
    ['cancelled', () => false],
    ['unknown', () => false],
  ])('of the status %s are found', async (status, keeps) => {
    await expectList('receivables', { status }, receivables(keeps))
  })

  it('due on some days are found, paid or not, the first and the last included', async () => {
    const { dtVenc } = one()
    await expectList(
      'receivables',
      { dueFrom: dtVenc, dueTo: dtVenc },
      receivables((row) => row.dtVenc === dtVenc),
    )
    await expectList(
      'receivables',
      { dueFrom: dtVenc },
      receivables((row) => row.dtVenc >= dtVenc),
    )
    await expectList(
      'receivables',
      { dueTo: '2025-06-30', status: 'paid' },
      receivables((row) => row.dtVenc <= '2025-06-30' && row.situacao === 40),
    )
  })

  it('of one customer or one sale are found, in their store alone', async () => {
    const { codContato, codModulo } = one()
    const inCentro = (ids: string[]) => ids.filter((id) => id.startsWith('centro:'))
    const ofSale = (row: Recebimento) => row.origem === 'vendas' && row.codModulo === codModulo
    await expectList('receivables', { customerId: `centro:${codContato}` }, inCentro(receivables((row) => row.codContato === codContato)))
    await expectList('receivables', { saleId: `centro:${codModulo}` }, inCentro(receivables(ofSale)))
    const query = { customerId: `centro:${codContato}`, saleId: `centro:${codModulo}`, status: 'open' }
    await expectList('receivables', query, inCentro(receivables((row) => ofSale(row) && row.situacao === 20)))
  })
})

describe('a filter', () => {
  it('is told apart as native or emulated in every source', async () => {
    const query = `taxId=${'1'.repeat(11)}&email=a@b.com&q=a`
    const { body } = await stores.gateway.fetch(`/customers?${query}`)
    for (const { filters } of body.meta.sources)
      expect(filters).toEqual({ native: expect.arrayContaining(['email', 'q']), emulated: ['taxId'] })
    const plain = await stores.gateway.fetch('/customers')
    for (const { filters } of plain.body.meta.sources) expect(filters).toEqual({ native: [], emulated: [] })
  })

  it('that no store supports is refused, naming those that are supported', async () => {
    const { status, body } = await stores.gateway.fetch('/customers?updatedSince=2026-01-01T00:00:00Z')
    expect([status, body.code]).toEqual([400, 'unsupported_filter'])
    expect(body.detail).toMatch(/q.*email.*taxId/)
    expect(body.errors).toEqual([{ parameter: 'updatedSince', detail: expect.any(String) }])
  })

  it.each([
    ['/sales?customerId=centro:1&connection=norte', 'customerId'],
    ['/receivables?customerId=centro:1&saleId=norte:1', 'saleId'],
    ['/sales?customerId=centro:abc', 'customerId'],
    ['/sales?customerId=1', 'customerId'],
  ])('whose reference does not fit the query is refused: %s', async (path, parameter) => {
    const { status, body } = await stores.gateway.fetch(path)
    expect([status, body.code, body.errors?.[0]?.parameter]).toEqual([400, 'validation_failed', parameter])
  })
})
