import { type BodyRules, type Check, checked, day, filled, integer, listOf, oneOf, shape, text } from './check.ts'
import type { Call, Endpoints } from './endpoint.ts'
import { contains, type Filter, listPage } from './query.ts'
import type { Address, Contact, Customer } from './records.ts'
import { unprocessable } from './refusal.ts'
import { answered, find, nextId } from './store.ts'

const numeric: Check = (value) => integer(Number(value))

const rules: BodyRules = {
  required: ['name', 'type'],
  members: {
    name: filled,
    type: oneOf('individual', 'company'),
    birthday: day,
    company_name: text,
    notes: text,
    contacts: listOf(shape(['type', 'value'], { id: integer, type: oneOf('mobile', 'phone', 'email'), value: filled })),
    addresses: listOf(
      shape(['type', 'street'], {
        id: integer,
        nickname: text,
        type: oneOf('default', 'shipping', 'charge', 'other'),
        street: filled,
        number: text,
        complement: text,
        neighborhood: text,
        city_id: integer,
        ibge_code: numeric,
        city: text,
        state: text,
        zip_code: text,
      }),
    ),
    // assumed: the page is cut before.
    documents: listOf(shape(['type', 'identify'], { type: oneOf('cpf', 'rg', 'cnpj', 'ie', 'im'), identify: filled })),
  },
}

/** assumed: as suppliers have them (DOC). */
const filters: Readonly<Record<string, Filter<Customer>>> = {
  search: contains((row) => [row.name, row.company_name ?? '', ...row.documents.map(({ identify }) => identify)]),
  document_type: (value) => (row) => row.documents.some(({ type }) => type === value),
  document_value: (value) => (row) => row.documents.some(({ identify }) => identify === value),
}

export const customers: Endpoints = {
  'GET customers': ({ store, query, traps }) =>
    listPage(store.customers, query, {
      key: 'customers',
      filters,
      traps,
      show: ({ documents, ...rest }) => (traps.documentsInLists ? { ...rest, documents } : rest),
    }),
  'GET customers/#': (call) => answered(find(call.store.customers, call.id), call.traps),
  'GET customers/#/documents': (call) => parts(call, 'documents', ['type', 'identify']),
  'GET customers/#/addresses': (call) => parts(call, 'addresses', ['ibge_code', 'state', 'city']),
  'POST customers': create,
  'PUT customers/#': (call) => {
    const row = find(call.store.customers, call.id)
    Object.assign(row, stored(call, row))
    return answered(row, call.traps)
  },
}

/** A list under a customer, by what its rows have. */
function parts({ store, id, query, traps }: Call, name: 'documents' | 'addresses', filters: readonly string[]): unknown {
  const unknown = Object.keys(query).filter((parameter) => !filters.includes(parameter))
  if (unknown.length > 0) throw unprocessable(unknown.map((field) => ({ field, type: 'Unknown' })))
  const isIt = (row: object) => Object.entries(query).every(([member, value]) => String((row as Record<string, unknown>)[member]) === value)
  const rows = find(store.customers, id)[name].filter(isIt)
  return { data: traps.listsWithoutKey ? rows : { [name]: rows } }
}

function create(call: Call): unknown {
  const id = nextId(call.store.customers)
  const blank: Customer = {
    id,
    name: '',
    type: 'individual',
    company_name: null,
    birthday: null,
    notes: null,
    contacts: [],
    addresses: [],
    documents: [],
    created_at: call.moment,
    updated_at: call.moment,
    deleted_at: null,
  }
  const row = { ...blank, ...stored(call, blank) }
  call.store.customers.push(row)
  return answered(row, call.traps)
}

function stored({ body, moment }: Call, before: Customer): Partial<Customer> {
  const given = checked(body, rules) as Partial<Customer>
  return {
    ...given,
    updated_at: moment,
    contacts: (given.contacts ?? before.contacts).map((each, at): Contact => ({ ...each, id: each.id ?? before.id * 100 + at })),
    addresses: (given.addresses ?? before.addresses).map((each, at) => ({ ...each, id: each.id ?? before.id * 100 + at }) as Address),
    documents: given.documents ?? before.documents,
  }
}
