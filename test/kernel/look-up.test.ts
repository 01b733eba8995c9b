import { expect, it } from 'vitest'
import type { AnyRecord, Resource, Writable } from '../../src/contract/operations.ts'
import { lookUpOf } from '../../src/kernel/look-up.ts'
import { egestor } from '../../src/vendors/egestor/index.ts'
import { fakeConnection } from '../support/fake.ts'

const lookUp = (resource: Resource, record: object) =>
  lookUpOf(fakeConnection({ vendor: egestor }), resource, record as Writable<AnyRecord>)

it.each<[Resource, object, string]>([
  ['customers', { taxId: { value: '52998224725' }, emails: [{ value: 'ana@exemplo.com.br' }] }, 'GET /customers?connection=centro&taxId=…'],
  ['customers', { taxId: null, emails: [{ value: 'ana@exemplo.com.br' }] }, 'GET /customers?connection=centro&email=…'],
  ['customers', { name: 'Ana Teles' }, 'GET /customers?connection=centro'],
  ['products', { sku: 'CAN-9', barcode: '7891234567895' }, 'GET /products?connection=centro&sku=…'],
  ['sales', { customer: { id: 'centro:1' }, soldOn: '2026-03-02' }, 'GET /sales?connection=centro&customerId=…'],
  ['receivables', { saleId: null, dueOn: '2026-03-02' }, 'GET /receivables?connection=centro&dueFrom=…'],
])('names the surest filter of %s that %j can be found by, and no value', (resource, record, path) => {
  expect(lookUp(resource, record)).toBe(`See whether it is there: ${path}`)
})

it('sends to the vendor where there is no list', () => {
  const vendor = { ...egestor, operations: {} }
  expect(lookUpOf(fakeConnection({ vendor }), 'customers', {} as Writable<AnyRecord>)).toBe('It can be looked up at the vendor only.')
})
