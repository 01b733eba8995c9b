import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConnectionConfig } from '../../src/config-schema.ts'
import { REFERENCE_KINDS, REFERENCE_SCHEMAS, type ReferenceKind } from '../../src/contract/reference.ts'
import { answer } from '../../src/sandbox/faults.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts'
import { vendors } from '../../src/vendors/index.ts'
import { as, clientWith } from '../support/clients.ts'
import { connectionTo, startGateway, startStore, type TestGateway } from '../support/gateway.ts'
import { UNLIMITED } from '../support/two-stores.ts'

let sandbox: Sandbox
let gateway: TestGateway
beforeAll(async () => {
  sandbox = await startSandbox()
  gateway = await startGateway(sandbox.connections as ConnectionConfig[])
})
afterAll(async () => {
  await gateway.close()
  await sandbox.close()
})

const list = (connection: string, kind: string) => gateway.fetch(`/connections/${connection}/references/${kind}`)
const dataOf = async (connection: string, kind: string) => (await list(connection, kind)).body.data

const CONNECTIONS = { egestor: 'loja-centro', cplug: 'pdv', kommo: 'crm', cange: 'processos', yandeh: 'atacado' } as const

describe.each(vendors)('$name', ({ id, name, references = {} }) => {
  const connection = CONNECTIONS[id as keyof typeof CONNECTIONS]
  const kinds = Object.keys(references) as ReferenceKind[]

  it.each(kinds)('gives its %s', async (kind) => {
    const { status, body } = await list(connection, kind)
    expect(status).toBe(200)
    expect(body.data.length).toBeGreaterThan(0)
    for (const reference of body.data) expect([...Value.Errors(REFERENCE_SCHEMAS[kind], reference)]).toEqual([])
    expect(body.meta).toMatchObject({ connection, vendor: id, warnings: [] })
  })

  const lacking = REFERENCE_KINDS.filter((kind) => !kinds.includes(kind))

  it.each(lacking)('says that it has no %s, and what it has', async (kind) => {
    const { status, body } = await list(connection, kind)
    expect([status, body.code, body.connection, body.operation]).toEqual([501, 'unsupported_operation', connection, `references.${kind}`])
    expect(body.detail).toContain(name)
    for (const known of kinds) expect(body.detail).toContain(known)
  })
})

it('gives ids that records have and writes take', async () => {
  const [salespeople, methods, accounts, categories] = await Promise.all(
    ['salespeople', 'payment-methods', 'accounts', 'categories'].map((kind) => dataOf('loja-centro', kind)),
  )
  const ids = (rows: { id: string }[]) => rows.map(({ id }) => id)
  const { body: sale } = await gateway.fetch('/sales/loja-centro:10')
  expect(ids(salespeople)).toContain(sale.data.salesperson.id)
  const { body: receivable } = await gateway.fetch('/receivables/loja-centro:29')
  expect(ids(methods)).toContain(receivable.data.paymentMethod.id)
  expect(ids(accounts)).toContain(receivable.data.account.id)
  const ofMoney = categories.filter(({ resource }: { resource: string }) => resource === 'receivables')
  expect(ids(ofMoney)).toContain(receivable.data.category.id)
})

it('tells income from expense, and what is part of what, and leaves out who sells nothing', async () => {
  const categories = await dataOf('loja-centro', 'categories')
  expect(categories).toContainEqual({ id: '2', name: 'Venda de produtos', resource: 'receivables', parentId: '1', kind: 'income' })
  expect(categories).toContainEqual({ id: '4', name: 'Despesas diversas', resource: 'receivables', parentId: null, kind: 'expense' })
  expect(categories).toContainEqual({ id: '1', name: 'Alimentação', resource: 'products', parentId: null, kind: null })
  expect((await dataOf('loja-centro', 'salespeople')).map(({ name }: { name: string }) => name)).toEqual([
    'Álvaro',
    'Camila',
    'João',
    'Raíssa',
  ])
})

it('gives the fields of a CRM with their options, and the stages of its pipelines', async () => {
  const fields = await dataOf('crm', 'custom-fields')
  expect(fields).toContainEqual({
    id: '3007',
    name: 'Origem',
    code: null,
    type: 'select',
    options: [
      { id: '30000', code: null, name: 'Feira' },
      { id: '30001', code: 'SITE', name: 'Site' },
      { id: '30002', code: null, name: 'Indicação' },
    ],
    resource: 'customers',
  })
  expect(new Set(fields.map(({ resource }: { resource: string }) => resource))).toEqual(
    new Set(['customers', 'products', 'sales', 'receivables']),
  )
  const [pipeline] = await dataOf('crm', 'pipelines')
  expect(pipeline).toMatchObject({
    id: '3104455',
    name: 'Vendas',
    statuses: [{ id: '32156', name: 'Primeiro contato' }, {}, { id: '142' }, {}],
  })
})

it('refuses a kind that there is not', async () => {
  const { status, body } = await list('loja-centro', 'people')
  expect([status, body.code]).toEqual([400, 'validation_failed'])
  expect(body.errors).toEqual([{ parameter: 'kind', detail: `must be one of ${REFERENCE_KINDS.join(', ')}` }])
})

it('knows no connection that there is not', async () => {
  const { status, body } = await list('nowhere', 'categories')
  expect([status, body.code]).toEqual([404, 'not_found'])
})

it('is for keys that may read, and for their own connections', async () => {
  const store = await startStore({ limit: null })
  const clients = [clientWith('reader', { connections: ['centro'] }), clientWith('prometheus', { scopes: ['metrics'] })]
  const guarded = await startGateway([connectionTo('centro', store, UNLIMITED), connectionTo('norte', store, UNLIMITED)], { clients })
  const statusOf = async (connection: string, options?: RequestInit) =>
    (await guarded.fetch(`/connections/${connection}/references/accounts`, options)).status
  expect(await statusOf('centro', as('reader'))).toBe(200)
  expect(await statusOf('norte', as('reader'))).toBe(404)
  expect(await statusOf('centro', as('prometheus'))).toBe(403)
  expect(await statusOf('centro')).toBe(401)
  await guarded.close()
  await store.close()
})

describe('a long list', () => {
  const started = async () => {
    const store = await startStore({ limit: null })
    return { store, gateway: await startGateway([connectionTo('centro', store, UNLIMITED)]) }
  }
  const addAccounts = ({ data }: Awaited<ReturnType<typeof startStore>>, count: number) => {
    for (let codigo = 10; codigo < 10 + count; codigo += 1)
      data.disponiveis.rows.set(codigo, { codigo, nome: `Caixa ${codigo}`, saldo: 0, visivel: true })
  }
  const path = '/connections/centro/references/accounts'

  it('is read to its end, and kept for a minute for all who ask', async () => {
    const { store, gateway: ours } = await started()
    addAccounts(store, 120)
    const answers = await Promise.all([1, 2, 3].map(() => ours.fetch(path)))
    for (const { body } of answers) expect([body.data.length, body.meta.warnings]).toEqual([123, []])
    expect(store.requests.filter(({ path: asked }) => asked === '/v1/disponiveis')).toHaveLength(3)
    await ours.close()
    await store.close()
  })

  it('says where it was cut', async () => {
    const { store, gateway: ours } = await started()
    addAccounts(store, 2_100)
    const { body } = await ours.fetch(path)
    expect(body.data).toHaveLength(2_000)
    expect(body.meta.warnings).toEqual([{ field: null, reason: 'these are the first 2000: the vendor has more' }])
    await ours.close()
    await store.close()
  })

  it('leaves out a row that cannot be read, with a warning, and fails where the vendor does', async () => {
    const { store, gateway: ours } = await started()
    const page = { current_page: 1, last_page: 1, data: [{ codigo: 1, nome: 'Caixa' }, { nome: 'Sem código' }, 'nothing'] }
    store.faults.add({ when: ({ path: asked }) => asked === '/v1/disponiveis', do: answer(200, undefined, JSON.stringify(page)) })
    const { body } = await ours.fetch(path)
    expect(body.data).toEqual([{ id: '1', name: 'Caixa' }])
    expect(body.meta.warnings.map(({ reason }: { reason: string }) => reason)).toEqual(['id: is missing', 'record: is not an object'])
    store.faults.add({ when: ({ path: asked }) => asked === '/v1/formasPagamento', times: 9, do: answer(500) })
    const failed = await ours.fetch('/connections/centro/references/payment-methods')
    expect([failed.status, failed.body.code, failed.body.operation]).toEqual([502, 'vendor_error', 'references.payment-methods'])
    await ours.close()
    await store.close()
  })
})
