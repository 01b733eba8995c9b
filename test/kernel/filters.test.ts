import { describe, expect, it } from 'vitest'
import type { AnyRecord, Resource } from '../../src/contract/operations.ts'
import type { Filters } from '../../src/contract/query.ts'
import { matcher, withinReach } from '../../src/kernel/filters.ts'

const customer = {
  taxId: { type: 'cpf', value: '52998224725' },
  emails: [{ value: 'Ana@Loja.com.br' }, { value: 'nfe@loja.com.br' }],
  updatedAt: '2024-05-10T12:00:00-03:00',
}
const product = { sku: 'A-1', barcode: '7891000100103', updatedAt: null }
const sale = { soldOn: '2024-05-10', status: 'completed', customer: { id: 'centro:7' }, updatedAt: null }
const receivable = { dueOn: '2024-05-10', status: 'open', customer: { id: 'centro:7' }, saleId: 'centro:9', updatedAt: null }
const nothing = {
  taxId: null,
  emails: [],
  sku: null,
  barcode: null,
  soldOn: null,
  dueOn: null,
  customer: null,
  saleId: null,
  status: 'unknown',
  updatedAt: null,
}

const matches = (resource: Resource, record: object, filters: Filters) => matcher(resource, filters)(record as AnyRecord)

describe('a filter', () => {
  it.each<[Resource, object, Filters]>([
    ['customers', customer, { taxId: '52998224725' }],
    ['customers', customer, { email: 'ana@loja.COM.br' }],
    ['customers', customer, { email: 'nfe@loja.com.br' }],
    ['customers', customer, { updatedSince: '2024-05-10T15:00:00Z' }],
    ['products', product, { sku: 'A-1' }],
    ['products', product, { barcode: '7891000100103' }],
    ['sales', sale, { soldFrom: '2024-05-10', soldTo: '2024-05-10' }],
    ['sales', sale, { status: 'completed' }],
    ['sales', sale, { customerId: '7' }],
    ['receivables', receivable, { dueFrom: '2024-05-10', dueTo: '2024-05-10' }],
    ['receivables', receivable, { status: 'open', customerId: '7', saleId: '9' }],
  ])('lets %s through that match', (resource, record, filters) => {
    expect(matches(resource, record, filters)).toBe(true)
  })

  it.each<[Resource, object, Filters]>([
    ['customers', customer, { taxId: '5299822472' }],
    ['customers', customer, { email: 'ana@loja.com' }],
    ['customers', customer, { updatedSince: '2024-05-10T15:00:01Z' }],
    ['products', product, { sku: 'a-1' }],
    ['products', product, { barcode: '7891000100104' }],
    ['sales', sale, { soldFrom: '2024-05-11' }],
    ['sales', sale, { soldTo: '2024-05-09' }],
    ['sales', sale, { status: 'cancelled' }],
    ['sales', sale, { customerId: '70' }],
    ['receivables', receivable, { dueFrom: '2024-05-11' }],
    ['receivables', receivable, { dueTo: '2024-05-09' }],
    ['receivables', receivable, { saleId: '90' }],
    ['receivables', receivable, { status: 'open', saleId: '90' }],
  ])('keeps back %s that do not', (resource, record, filters) => {
    expect(matches(resource, record, filters)).toBe(false)
  })

  it.each<[Resource, Filters]>([
    ['customers', { taxId: '52998224725' }],
    ['customers', { email: 'ana@loja.com.br' }],
    ['products', { sku: 'A-1' }],
    ['products', { barcode: '7891000100103' }],
    ['sales', { soldFrom: '2024-05-10' }],
    ['sales', { soldTo: '2024-05-10' }],
    ['sales', { customerId: '7' }],
    ['receivables', { dueFrom: '2024-05-10' }],
    ['receivables', { dueTo: '2024-05-10' }],
    ['receivables', { saleId: '9' }],
  ])('keeps back %s that have no such value, and does not fail: %j', (resource, filters) => {
    expect(matches(resource, nothing, filters)).toBe(false)
  })

  it('keeps a record whose vendor does not tell when it changed', () => {
    expect(matches('customers', nothing, { updatedSince: '2024-05-10T15:00:00Z' })).toBe(true)
  })

  it('leaves free text to the vendor', () => {
    expect(matches('customers', customer, { q: 'something else' })).toBe(true)
  })
})

describe('sales', () => {
  it('are without quotes unless quotes are asked for', () => {
    const quote = { ...sale, status: 'quote' }
    expect(matches('sales', quote, {})).toBe(false)
    expect(matches('sales', quote, { status: 'quote' })).toBe(true)
    expect(matches('sales', { ...sale, status: 'cancelled' }, {})).toBe(true)
  })
})

describe('days and moments that no vendor can be asked about', () => {
  it.each<[keyof Filters, string, string]>([
    ['soldFrom', '2024-05-10', '2024-05-10'],
    ['soldFrom', '0000-01-01', '1001-01-01'],
    ['soldTo', '9999-12-31', '9999-12-30'],
    ['dueFrom', '0999-12-31', '1001-01-01'],
    ['dueTo', '1582-10-10', '1582-10-10'],
    ['updatedSince', '2024-05-10T12:00:00-03:00', '2024-05-10T15:00:00.000Z'],
    ['updatedSince', '2024-05-10t12:00:00.123456789z', '2024-05-10T12:00:00.123Z'],
    ['updatedSince', '2024-05-10 12:00:00Z', '2024-05-10T12:00:00.000Z'],
    ['updatedSince', '0001-01-01T00:00:00Z', '1001-01-02T00:00:00.000Z'],
    ['updatedSince', '0000-01-01T00:00:00+23:59', '1001-01-02T00:00:00.000Z'],
    ['updatedSince', '9999-12-31T23:59:59.999-23:59', '9999-12-30T00:00:00.000Z'],
    // A leap second is the one before it: better once too often than lost.
    ['updatedSince', '2016-12-31T23:59:60Z', '2016-12-31T23:59:59.000Z'],
    ['updatedSince', '2016-12-31T20:59:60.5-03:00', '2016-12-31T23:59:59.500Z'],
  ])('%s=%s is asked as %s', (name, given, asked) => {
    expect(withinReach({ [name]: given, q: given })).toEqual({ [name]: asked, q: given })
  })
})
