import { afterAll, beforeAll, expect, it } from 'vitest'
import { type AllVendors, startAllVendors } from '../support/all-vendors.ts'
import { json } from '../support/gateway.ts'

let all: AllVendors
beforeAll(async () => {
  all = await startAllVendors()
})
afterAll(() => all.close())

const send = (request: string, body: object, query: string) => {
  const [method = '', path = ''] = request.split(' ')
  return all.gateway.fetch(`${path}${path.includes('?') ? '&' : '?'}${query}`, json(method, body))
}
const connectionOf = (request: string) => /connection=(\w+)/.exec(request)?.[1] ?? /\/(\w+):/.exec(request)![1]!

const elsewhere = { id: 'sul:1', connection: 'sul', vendor: 'outro', customFields: [{ id: 'a', value: 'b' }] }

/** Writes of which the vendor stores a part; the members that it does not. */
const PARTLY: readonly [what: string, request: string, body: object, left: string[]][] = [
  [
    'a customer with members that eGestor lacks',
    'POST /customers?connection=egestor',
    { name: 'Íris Peçanha', segment: 'Feiras', consent: { granted: true }, address: { city: 'Lugar Nenhum', country: 'BR' } },
    ['/address/city', '/consent/granted', '/segment'],
  ],
  [
    'a customer with labels and a date that eGestor does not keep',
    'PATCH /customers/egestor:324',
    { emails: [{ value: 'a@exemplo.com.br', label: 'invoice' }], birthDate: '1984-07-29', foundedOn: '2003-03-17' },
    ['/birthDate', '/emails/label'],
  ],
  ['a record of another account', 'POST /customers?connection=egestor', { ...elsewhere, name: 'Íris' }, ['/customFields']],
  ['a service as goods', 'PATCH /products/egestor:17', { kind: 'service', name: 'Entrega' }, ['/kind']],
  [
    'an order that would be open',
    'POST /sales?connection=cplug',
    { status: 'completed', items: [{ productId: 'cplug:1', quantity: '1', unitPrice: '2' }] },
    ['/status'],
  ],
  [
    'an item without a product',
    'PATCH /sales/kommo:9001',
    { total: '7.00', items: [{ description: 'Frete', quantity: '1' }] },
    ['/items', '/items/description'],
  ],
  ['a member without a field of the account', 'PATCH /customers/kommo:3001', { name: 'Outra', tradeName: 'X' }, ['/tradeName']],
  ['a member without a mapped field', 'PATCH /customers/cange:6501', { name: 'Outra', tradeName: 'X' }, ['/tradeName']],
  ['a registration and more', 'PATCH /customers/yandeh:165', { name: 'Outra', registration: { status: 'processing' } }, ['/name']],
]

/** Where an error is: what its pointer leads to, and within a list the member that its detail begins with. */
const placeOf = ({ pointer, detail }: { pointer: string; detail: string }) => {
  const within = /^([a-zA-Z.]+): /.exec(detail)?.[1]
  return within === undefined ? pointer : `${pointer}/${within.replaceAll('.', '/')}`
}

/** Whether a pointer leads to something that was sent. */
function isIn(body: object, pointer: string): boolean {
  let at: unknown = body
  for (const name of pointer.split('/').slice(1)) at = (at as Record<string, unknown> | undefined)?.[name]
  return at !== undefined
}

it.each(PARTLY)('refuses %s, naming what would be left out, before anything is written', async (_what, request, body, left) => {
  const writes = () => all.writesAt(connectionOf(request)).length
  const before = writes()
  for (const query of ['strict=true', 'strict=true&dryRun=true']) {
    const { status, body: problem } = await send(request, body, query)
    expect([status, problem.code, problem.outcome, problem.retryable]).toEqual([422, 'unsupported_field', 'not_applied', false])
    expect([...new Set(problem.errors.map(placeOf))].toSorted()).toEqual(left)
    for (const { pointer } of problem.errors) expect(isIn(body, pointer), pointer).toBe(true)
  }
  expect(writes()).toBe(before)
  const lax = await send(request, body, 'strict=false')
  expect([200, 201], lax.text).toContain(lax.status)
  const warned = lax.body.meta.warnings.map(({ field }: { field: string }) => `/${field.replaceAll('.', '/')}`)
  expect([...new Set(warned)].toSorted()).toEqual(left)
})

it.each<[string, string, object]>([
  ['a customer', 'POST /customers?connection=egestor', { name: 'Íris Peçanha', segment: null, tags: [], emails: [] }],
  ['a change', 'PATCH /products/cplug:1', { price: '3.33' }],
])('takes %s that fits whole', async (_what, request, body) => {
  expect([200, 201]).toContain((await send(request, body, 'strict=true')).status)
})

it('takes a settlement', async () => {
  const [open] = (await all.gateway.fetch('/receivables?connection=egestor&status=open')).body.data
  expect((await send(`POST /receivables/${open.id}/settlements`, {}, 'strict=true')).status).toBe(200)
})

it('refuses what is left out although the rest is there already', async () => {
  const { body } = await all.gateway.fetch('/sales/cplug:1')
  const { status, body: problem } = await send(
    'PATCH /sales/cplug:1',
    { status: body.data.status, vendorStatus: 'Entregue' },
    'strict=true',
  )
  expect([status, problem.code, problem.errors[0].pointer]).toEqual([422, 'unsupported_field', '/vendorStatus'])
})

it('of a record that cannot be read whole refuses nothing for that', async () => {
  const [, open] = (await all.gateway.fetch('/receivables?connection=egestor&status=open')).body.data
  const row = (all.vendors.egestor as unknown as { data: Data }).data.recebimentos.rows.get(Number(open.vendorId))!
  // A day that is none, which no write sends back.
  row.dtPgto = '2026-02-30'
  const { status, body } = await send(`PATCH /receivables/egestor:${row.codigo}`, { notes: 'Conferido' }, 'strict=true')
  expect([status, body.data.notes]).toEqual([200, 'Conferido'])
  expect(body.meta.warnings).toContainEqual({ vendorId: String(row.codigo), field: 'paidOn', reason: expect.any(String) })
})

interface Data {
  recebimentos: { rows: Map<number, { codigo: number; dtPgto: string }> }
}
