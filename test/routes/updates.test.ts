import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { live } from '../../src/sandbox/egestor/records.ts'
import { answer, applyThenAnswer, applyThenReset, reset } from '../../src/sandbox/faults.ts'
import { json } from '../support/gateway.ts'
import { startTwoStores, type TwoStores, writesAt } from '../support/two-stores.ts'

let stores: TwoStores
beforeAll(async () => {
  stores = await startTwoStores()
})
afterAll(() => stores.close())

const patch = (path: string, body: unknown) => stores.gateway.fetch(path, json('PATCH', body))
const read = async (path: string) => (await stores.gateway.fetch(path)).body.data

describe('PATCH', () => {
  it('changes the members it names and no other', async () => {
    for (const [path, changes] of [
      ['/customers/centro:324', { tradeName: 'Nome novo', suframa: '209876543' }],
      ['/products/centro:1', { price: '19.9', notes: 'Conferir' }],
      [`/products/centro:service-${[...live(stores.centro.data.servicos)][0]!.codigo}`, { name: 'Outro nome' }],
      ['/receivables/centro:2', { description: 'Outra', dueOn: '2027-01-31' }],
    ] as const) {
      const before = await read(path)
      const { status, body } = await patch(path, changes)
      expect(status, JSON.stringify(body)).toBe(200)
      const expected = {
        ...before,
        ...changes,
        ...('price' in changes && { price: '19.90' }),
        ...('dueOn' in changes && { overdue: false }),
        updatedAt: body.data.updatedAt,
      }
      expect(body.data).toEqual(expected)
      expect(await read(path)).toEqual(body.data)
    }
  })

  it('changes any receivable, however the store writes the days it lacks', async () => {
    for (const { codigo, dtCred } of [...live(stores.norte.data.recebimentos)].slice(0, 12)) {
      const { status, body } = await patch(`/receivables/norte:${codigo}`, { notes: 'Conferido' })
      expect([status, body.data.notes, body.data.creditedOn]).toEqual([200, 'Conferido', dtCred.startsWith('2') ? dtCred : null])
      expect((await patch(`/receivables/norte:${codigo}`, { creditedOn: null })).body.data.creditedOn).toBeNull()
    }
  })

  it('clears what is null', async () => {
    const { status, body } = await patch('/customers/centro:324', {
      tradeName: null,
      taxId: null,
      address: null,
      foundedOn: null,
      birthDate: null,
      notes: null,
    })
    expect(status).toBe(200)
    expect(body.data).toMatchObject({
      tradeName: null,
      taxId: null,
      address: null,
      birthDate: null,
      foundedOn: null,
      notes: null,
      kind: 'unknown',
    })
    const product = await patch('/products/centro:1', { category: null, sku: null, barcode: null })
    expect(product.body.data).toMatchObject({ category: null, sku: null, barcode: null })
  })

  it('takes arrays and objects as a whole', async () => {
    const { body } = await patch('/customers/centro:1', {
      emails: [{ value: 'um@exemplo.com.br' }, { value: 'dois@exemplo.com.br' }],
      address: { city: 'Manaus', state: 'AM', street: 'Rua B' },
      tags: ['a', 'b'],
    })
    expect(body.data.emails).toEqual([
      { value: 'um@exemplo.com.br', label: 'main' },
      { value: 'dois@exemplo.com.br', label: 'other' },
    ])
    expect(body.data.address).toEqual({
      street: 'Rua B',
      number: null,
      complement: null,
      district: null,
      city: 'Manaus',
      cityCode: '1302603',
      state: 'AM',
      postalCode: null,
      country: null,
    })
    expect((await patch('/customers/centro:1', { emails: [], tags: [] })).body.data).toMatchObject({ emails: [], tags: [] })
  })

  it('sets the custom fields it names and keeps the others', async () => {
    const field = (id: string, value: string | null) => ({ customFields: [{ id, value }] })
    const values = ({ customFields }: { customFields: { id: string; value: string }[] }) =>
      Object.fromEntries(customFields.map(({ id, value }) => [id, value]))
    await patch('/customers/centro:5', field('pontoRefEntrega', 'ao lado da praça'))
    const both = await patch('/customers/centro:5', field('inscEstadualEntrega', '123'))
    expect(values(both.body.data)).toMatchObject({ pontoRefEntrega: 'ao lado da praça', inscEstadualEntrega: '123' })
    const cleared = await patch('/customers/centro:5', field('pontoRefEntrega', null))
    expect(values(cleared.body.data)).toMatchObject({ inscEstadualEntrega: '123' })
    expect(values(cleared.body.data)).not.toHaveProperty('pontoRefEntrega')
  })

  it('changes the status, the stage and the custom fields of a sale, and nothing else of it', async () => {
    const { codigo } = [...stores.norte.data.vendas.rows.values()].find(({ ativo, situacao }) => ativo && situacao === 10)!
    const path = `/sales/norte:${codigo}`
    const before = await read(path)
    const { status, body } = await patch(path, {
      status: 'completed',
      vendorStatus: 'Entregue',
      customFields: [{ id: 'xCampo2', value: 'Revisado' }],
    })
    expect(status).toBe(200)
    expect(body.data).toMatchObject({
      status: 'completed',
      vendorStatus: 'Entregue',
      items: before.items,
      total: before.total,
      customer: before.customer,
    })
    expect(body.data.customFields).toContainEqual({ id: 'xCampo2', code: null, label: 'Laudo técnico', type: 'text', value: 'Revisado' })
    const writes = writesAt(stores.norte).length
    const other = await patch(path, { soldOn: '2026-01-01' })
    expect([other.status, other.body.code, other.body.outcome]).toEqual([422, 'unsupported_field', 'not_applied'])
    const cancelled = await patch(path, { status: 'cancelled' })
    expect([cancelled.status, cancelled.body.outcome, cancelled.body.errors[0].pointer]).toEqual([422, 'not_applied', '/status'])
    expect(writesAt(stores.norte)).toHaveLength(writes)
  })

  it('keeps the status of a sale when only its custom fields change', async () => {
    const { codigo } = [...stores.centro.data.vendas.rows.values()].find(({ ativo, situacao }) => ativo && situacao === 50)!
    const { status, body } = await patch(`/sales/centro:${codigo}`, { customFields: [{ id: 'xCampo1', value: 'Só isto' }] })
    expect([status, body.data.status]).toEqual([200, 'completed'])
  })

  it('warns of what the vendor cannot hold and changes the rest', async () => {
    const { status, body } = await patch('/customers/norte:1', { contactName: 'Yara', segment: 'Feiras' })
    expect([status, body.data.contactName, body.data.segment]).toEqual([200, 'Yara', null])
    expect(body.meta.warnings).toContainEqual({ field: 'segment', reason: expect.any(String) })
  })

  it('of a record that is not there, was removed or is no customer changes nothing', async () => {
    const supplier = [...live(stores.norte.data.contatos)].find(({ tipo }) => !tipo.includes('cliente'))!
    const removed = stores.norte.data.contatos.deleted.values().next().value
    const writes = writesAt(stores.norte).length
    for (const [id, status] of [
      ['999999', 404],
      [supplier.codigo, 404],
      [removed, 410],
    ] as const) {
      const { status: given, body } = await patch(`/customers/norte:${id}`, { name: 'X' })
      expect([given, body.outcome]).toEqual([status, 'not_applied'])
    }
    expect(writesAt(stores.norte)).toHaveLength(writes)
  })
})

describe('DELETE', () => {
  it.each([
    ['customers', '10'],
    ['products', '3'],
    ['products', 'service-'],
    ['receivables', '5'],
  ])('removes one of %s, which is then gone', async (resource, code) => {
    const id = code === 'service-' ? `${code}${[...live(stores.centro.data.servicos)][2]!.codigo}` : code
    const path = `/${resource}/centro:${id}`
    const { status, text } = await stores.gateway.fetch(path, { method: 'DELETE' })
    expect([status, text]).toEqual([204, ''])
    expect((await stores.gateway.fetch(path)).status).toBe(410)
    const again = await stores.gateway.fetch(path, { method: 'DELETE' })
    expect([again.status, again.body.code, again.body.outcome]).toEqual([410, 'gone', 'not_applied'])
  })

  it('takes the content type that some clients always send, with no body after it', async () => {
    const { status } = await stores.gateway.fetch('/products/norte:2', {
      method: 'DELETE',
      headers: { 'content-type': 'application/json' },
    })
    expect(status).toBe(204)
  })

  it('cancels a sale, which stays to be read', async () => {
    const { codigo } = [...stores.centro.data.vendas.rows.values()].find(({ ativo, situacao }) => ativo && situacao === 50)!
    expect((await stores.gateway.fetch(`/sales/centro:${codigo}`, { method: 'DELETE' })).status).toBe(204)
    expect((await read(`/sales/centro:${codigo}`)).status).toBe('cancelled')
  })

  it('does not remove a contact that is no customer', async () => {
    const supplier = [...live(stores.centro.data.contatos)].find(({ tipo }) => !tipo.includes('cliente'))!
    const { status, body } = await stores.gateway.fetch(`/customers/centro:${supplier.codigo}`, { method: 'DELETE' })
    expect([status, body.outcome]).toEqual([404, 'not_applied'])
    expect(stores.centro.data.contatos.deleted.has(Number(supplier.codigo))).toBe(false)
  })
})

describe('a write that fails', () => {
  const isWrite = ({ method, path }: { method: string; path: string }) => method !== 'GET' && path.startsWith('/v1/')
  const writes: [
    string,
    () => Promise<{ status: number; headers: Headers; body: { code: string; outcome: string; retryable: boolean } }>,
  ][] = [
    ['POST', () => stores.gateway.fetch('/products?connection=norte', json('POST', { name: 'Novo' }))],
    ['PATCH', () => patch('/products/norte:1', { name: 'Novo' })],
    ['DELETE', () => stores.gateway.fetch('/receivables/norte:8', { method: 'DELETE' })],
  ]

  it.each(writes)('with a 500 or a broken connection says that its outcome is unknown, and is sent once: %s', async (_method, send) => {
    for (const fault of [answer(500), answer(503), reset, applyThenReset, applyThenAnswer(502)]) {
      const { add, clear } = stores.norte.faults
      const hit = add({ when: isWrite, times: Number.POSITIVE_INFINITY, do: fault })
      const { status, body } = await send()
      clear()
      expect([status, body.outcome, body.retryable, hit.hits]).toEqual([502, 'unknown', false, 1])
    }
  })

  it('with a refusal of the vendor says that nothing was done', async () => {
    const refused = await stores.gateway.fetch('/products?connection=norte', json('POST', { name: 'x'.repeat(200) }))
    expect([refused.status, refused.body.code, refused.body.origin, refused.body.outcome]).toEqual([
      422,
      'vendor_rejected',
      'vendor',
      'not_applied',
    ])
  })

  it('only in reading the record back says that it was applied, and where it is', async () => {
    const { add, clear } = stores.norte.faults
    add({ when: ({ method, path }) => method === 'GET' && path.startsWith('/v1/'), times: Number.POSITIVE_INFINITY, do: answer(500) })
    const { status, headers, body } = await stores.gateway.fetch('/products?connection=norte', json('POST', { name: 'Com volta' }))
    clear()
    expect([status, body.outcome, body.retryable]).toEqual([502, 'applied', false])
    expect(await read(headers.get('location')!)).toMatchObject({ name: 'Com volta' })
  })
})
