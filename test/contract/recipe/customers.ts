import type { Position, Vendor } from '../../../src/kernel/adapter.ts'
import { integer, object, ownId, refuse, rows } from '../../../src/kernel/wire.ts'
import * as examples from './examples/clientes.ts'
import { fromCustomer } from './from-customer.ts'
import { toCustomer } from './to-customer.ts'
import type { Cliente } from './wire.ts'

const WRITABLE = [
  'kind',
  'name',
  'taxId.type',
  'taxId.value',
  'emails.value',
  'emails.label',
  'phones.value',
  'phones.label',
  'address.city',
  'address.state',
  'roles',
  'notes',
]

const pageOf = (position: Position): number => (typeof position === 'number' ? position : 1)

export const customers = {
  'customers.list': {
    evidence: 'documented',
    filters: { native: ['q'], emulated: ['taxId', 'email'] },
    pagination: 'native',
    pageSize: 20,
    request: ({ filters, position }) => ({ method: 'GET', path: '/clientes', query: { busca: filters.q, pagina: pageOf(position) } }),
    read(body, _context, { position }) {
      const { clientes, paginas } = object<{ clientes?: unknown; paginas?: unknown }>(body, 'page')
      const page = pageOf(position)
      const last = integer(paginas, refuse, 'paginas', 1_000_000) ?? 1
      return { rows: rows(clientes, refuse, 'clientes'), next: page < last ? page + 1 : null }
    },
    record: (row, context) => toCustomer(object<Cliente>(row), context),
    rowId(row) {
      const codigo = (row as Cliente | null)?.codigo
      return typeof codigo === 'number' ? String(codigo) : null
    },
    examples: [examples.empresa, examples.pessoa],
  },
  'customers.get': {
    evidence: 'documented',
    request: ({ vendorId }) => ({ method: 'GET', path: `/clientes/${vendorId}` }),
    read: (body, context) => toCustomer(object<Cliente>(body), context),
    examples: (context) => [toCustomer(examples.empresa, context), toCustomer(examples.pessoa, context)],
  },
  'customers.create': {
    evidence: 'documented',
    writable: WRITABLE,
    request: ({ record }, context) => ({ method: 'POST', path: '/clientes', body: fromCustomer(record, context) }),
    read: (body) => ownId(object<Cliente>(body).codigo, 'codigo'),
  },
} satisfies Vendor['operations']
