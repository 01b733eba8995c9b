import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OperationId, Resource } from '../../src/contract/operations.ts'
import { everyOperation } from '../contract/cases.ts'
import { type AllVendors, SIMULATED, startAllVendors } from '../support/all-vendors.ts'
import { json } from '../support/gateway.ts'

// A PATCH changes the members it names and no other, and null clears, whatever the vendor has for it: tried member by member.

let all: AllVendors
beforeAll(async () => {
  all = await startAllVendors()
})
afterAll(() => all.close())

type Members = Record<string, unknown>

const address = (street: string) => ({
  street,
  number: '77',
  complement: 'Sala 3',
  district: 'Centro',
  city: 'Canoas',
  cityCode: '4304606',
  state: 'RS',
  postalCode: '01310100',
  country: 'Brasil',
})

/** A value for each member that any vendor changes. */
const VALUES: Readonly<Record<Resource, Members>> = {
  customers: {
    name: 'Livraria do Porto Ltda',
    tradeName: 'Porto Livros',
    contactName: 'Lígia Quintão',
    taxId: { type: 'cnpj', value: '11444777000161' },
    stateRegistration: '0963233556',
    stateRegistrationStatus: 'exempt',
    municipalRegistration: '27134500',
    suframa: '201234107',
    birthDate: '1984-07-29',
    foundedOn: '2003-03-17',
    emails: [{ value: 'compras@portolivros.exemplo.com.br', label: 'main' }],
    phones: [{ value: '+555133334444', label: 'main' }],
    address: address('Rua das Acácias'),
    deliveryAddress: { ...address('Travessa do Comércio'), country: null },
    roles: ['customer', 'supplier'],
    finalConsumer: true,
    segment: 'Papelaria',
    registration: { status: 'rejected', reason: 'Fora da área', reviewedAt: null },
    tags: ['atacado', 'sul'],
    notes: 'Falar com Lígia.\nNão ligar às sextas.',
  },
  products: {
    name: 'Caneca clássica',
    sku: 'PORTO-1',
    barcode: '7891000100103',
    description: 'De louça, com tampa.',
    unit: 'UN',
    price: '19.90',
    cost: '9.35',
    active: false,
    stock: { tracked: true, quantity: '41', minimum: '6' },
    fiscal: { ncm: '69120000', cest: '1401200', origin: '2', exTipi: '1', taxGroupId: '1', serviceCode: null, cnae: null },
    weight: { gross: '0.45', net: '0.4' },
    tags: ['louça'],
    notes: 'Frágil.',
  },
  sales: {
    number: 'Pedido 7',
    status: 'completed',
    vendorStatus: 'Entregue',
    soldOn: '2026-02-03',
    deliveredOn: '2026-03-04',
    total: '77.70',
    discount: '1.50',
    tags: ['feira', 'sul'],
  },
  receivables: {
    description: 'Mensalidade',
    documentNumber: 'NF 7',
    amount: '77.70',
    issuedOn: '2026-02-03',
    dueOn: '2026-03-04',
    paidOn: '2026-03-05',
    creditedOn: '2026-03-06',
    tags: ['mensal'],
    notes: 'Conferido.',
  },
}

const reference = (id: string) => ({ id, name: null, taxId: null })

/** Members whose values are the account's own, and a field of it. */
const OWN: Readonly<Record<string, Partial<Record<Resource, Members>>>> = {
  egestor: {
    customers: { customFields: [{ id: 'pontoRefEntrega', value: 'Ao lado da praça' }] },
    products: { category: { id: '2', name: null }, customFields: [{ id: 'margemLucro', value: '33' }] },
    sales: { customFields: [{ id: 'xCampo2', value: 'Revisado' }] },
    receivables: {
      customer: reference('egestor:324'),
      paymentMethod: { id: '2', name: null },
      account: { id: '2', name: null },
      category: { id: '3', name: null },
    },
  },
  cplug: { products: { category: { id: '3', name: null } } },
  kommo: {
    customers: { salesperson: { id: '504142', name: null, email: null, code: null } },
    products: { category: { id: null, name: 'Papelaria' } },
    sales: { customer: reference('kommo:3002'), items: [{ productId: 'kommo:525003', quantity: '4' }] },
    receivables: { customer: reference('kommo:3002') },
  },
  cange: {
    customers: { customFields: [{ id: '9816', value: 'INT-7' }] },
    products: { category: { id: '2', name: null } },
    sales: { customer: reference('cange:6505') },
    receivables: { customer: reference('cange:6505'), saleId: 'cange:41001' },
  },
}

/** What follows from a member, and so may change with it. A custom field of the vendor's is named by its id. */
const FOLLOWS: Readonly<Record<string, readonly string[]>> = {
  // eGestor has one date for birth and founding; Kommo keeps a legal entity whole.
  taxId: ['kind', 'birthDate', 'foundedOn', 'customFields.3003'],
  // What Kommo composes it from.
  name: ['customFields.first_name', 'customFields.last_name'],
  unit: ['customFields.unit_id'],
  // Kommo dates a lead when it closes.
  status: ['vendorStatus', 'soldOn', 'customFields.closed_at'],
  soldOn: ['customFields.closed_at'],
  customer: ['customFields.contacts', 'customFields.7002'],
  documentNumber: ['description'],
  amount: ['paidAmount', 'balance'],
  dueOn: ['overdue'],
}

/** Cleared at the vendor, and read as something else all the same: without its stage a sale of eGestor shows its situacao. */
const SHOWN_OTHERWISE = 'egestor sales vendorStatus'

const targets = everyOperation
  .filter(({ vendor, operation }) => SIMULATED.includes(vendor.id) && operation.endsWith('.update'))
  .map(({ vendor, operation }) => {
    const { writable } = vendor.operations[operation as OperationId] as { writable: readonly string[] }
    return {
      connection: vendor.id,
      resource: operation.split('.')[0] as Resource,
      members: new Set(writable.map((path) => path.split('.')[0]!)),
    }
  })

const read = async (resource: Resource, id: string) => (await all.gateway.fetch(`/${resource}/${id}`)).body.data as Members

const isNothing = (value: unknown): boolean =>
  value === null || (typeof value === 'object' && Object.values(value as object).every(isNothing))

/** Whether a value has all that is wanted; null wants nothing, and the first of a list has the label that the vendor gives it. */
function holds(value: unknown, wanted: unknown): boolean {
  if (isNothing(wanted)) return isNothing(value)
  if (Array.isArray(wanted)) return Array.isArray(value) && wanted.every((one) => value.some((each) => holds(each, one)))
  if (typeof wanted !== 'object') return isDeepStrictEqual(value, wanted)
  return Object.entries(wanted as object).every(
    ([name, inner]) => inner === null || name === 'label' || holds((value as Members | null)?.[name], inner),
  )
}

/** A record's members, each custom field among them. */
function membersOf({ customFields, updatedAt: _always, ...members }: Members): Members {
  const fields = (customFields as { id: string }[]).map((field) => [`customFields.${field.id}`, field])
  return { ...members, ...Object.fromEntries(fields) }
}

const changed = (before: Members, after: Members) =>
  Object.keys({ ...before, ...after }).filter((name) => !isDeepStrictEqual(before[name], after[name]))

/** What is wrong with one change: a member that it did not name, or one that it did and of which nothing is told. */
async function wrongWith(resource: Resource, before: Members, member: string, given: unknown) {
  const answer = await all.gateway.fetch(`/${resource}/${before.id}`, json('PATCH', { [member]: given }))
  const after = await read(resource, before.id as string)
  const what = `${before.id} ${member} ${JSON.stringify(given)}:`
  const news = changed(membersOf(before), membersOf(after))
  if (answer.status !== 200) {
    const isRefused = answer.status < 500 && answer.body.outcome === 'not_applied' && news.length === 0
    return { after, wrong: isRefused ? [] : [`${what} ${answer.status}, and ${news} changed`] }
  }
  const own = member === 'customFields' ? (given as { id: string }[]).map(({ id }) => `customFields.${id}`) : [member]
  const wrong = news.filter((name) => ![...own, ...(FOLLOWS[member] ?? [])].includes(name)).map((name) => `${what} ${name} changed too`)
  const warnings = answer.body.meta.warnings as { field: string | null }[]
  const isTold = holds(after[member], given) || warnings.some(({ field }) => field?.split('.')[0] === member)
  if (!isTold && `${before.connection} ${resource} ${member}` !== SHOWN_OTHERWISE) {
    wrong.push(`${what} is ${JSON.stringify(after[member])}, and nothing is told`)
  }
  return { after, wrong }
}

describe.each(targets)('$connection $resource', ({ connection, resource, members }) => {
  it('change one member at a time, to a value and to nothing', async () => {
    const { body } = await all.gateway.fetch(`/${resource}?connection=${connection}&limit=60`)
    // One of each kind or status: they are kept in other places, or closed.
    const kinds = new Map((body.data as Members[]).map((row) => [row.kind ?? row.status, row.id as string]))
    const values = Object.entries({ ...VALUES[resource], ...OWN[connection]?.[resource] }).filter(([member]) => members.has(member))
    expect(values.length).toBeGreaterThan(0)
    const found: string[] = []
    for (const id of kinds.values()) {
      let before = await read(resource, id)
      for (const [member, value] of values) {
        // An empty list of custom fields names none.
        const cleared = member === 'customFields' ? [] : [Array.isArray(value) ? [] : null]
        for (const given of [value, ...cleared]) {
          const { after, wrong } = await wrongWith(resource, before, member, given)
          found.push(...wrong)
          before = after
        }
      }
    }
    expect(found).toEqual([])
  })
})

it.each([
  ['egestor', '/customers/egestor:5', 'pontoRefEntrega', 'inscEstadualEntrega'],
  ['kommo', '/customers/kommo:3001', '3009', '3013'],
  ['cange', '/customers/cange:6501', '9816', '9817'],
])('sets and clears the custom fields of %s one by one', async (_vendor, path, one, other) => {
  const valuesOf = ({ customFields }: { customFields: { id: string; value: unknown }[] }) =>
    Object.fromEntries(customFields.map(({ id, value }) => [id, value]))
  const patch = async (id: string, value: string | null) => {
    const { status, text, body } = await all.gateway.fetch(path, json('PATCH', { customFields: [{ id, value }] }))
    expect(status, text).toBe(200)
    return valuesOf(body.data)
  }
  const before = valuesOf((await all.gateway.fetch(path)).body.data)
  expect(await patch(one, '12')).toEqual({ ...before, [one]: expect.stringMatching(/^12/) })
  const both = await patch(other, '34')
  expect(both).toEqual({ ...before, [one]: expect.stringMatching(/^12/), [other]: expect.stringMatching(/^34/) })
  const { [one]: _cleared, ...left } = both
  expect(await patch(one, null)).toEqual(left)
})
