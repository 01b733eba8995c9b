import { type Ask, type Context, pageNumberAfter, type Vendor } from '../../kernel/adapter.ts'
import { object, ownId } from '../../kernel/wire.ts'
import { withinCompany } from './company.ts'
import { rowId, rowIn, rowsIn } from './envelope.ts'
import * as examples from './examples/customers.ts'
import { fromCustomer } from './from-customer.ts'
import { assertCarried, listRows, momentText } from './lists.ts'
import { settingsOf } from './settings.ts'
import { toCustomer } from './to-customer.ts'
import type { Customer as Cliente } from './wire.ts'

const WRITABLE = [
  'kind',
  'name',
  'taxId.type',
  'taxId.value',
  'stateRegistration',
  'municipalRegistration',
  'birthDate',
  'emails.value',
  'emails.label',
  'phones.value',
  'phones.label',
  'address.street',
  'address.number',
  'address.complement',
  'address.district',
  'address.city',
  'address.cityCode',
  'address.state',
  'address.postalCode',
  'deliveryAddress.street',
  'deliveryAddress.number',
  'deliveryAddress.complement',
  'deliveryAddress.district',
  'deliveryAddress.city',
  'deliveryAddress.cityCode',
  'deliveryAddress.state',
  'deliveryAddress.postalCode',
  'roles',
  'notes',
]

/** What each filter looks at. */
const LOOKED_AT = { taxId: ['documents'], email: ['contacts'] }

/** Lists of their own under a customer (DOC), asked for where the customer does not carry them. */
const PARTS = ['documents', 'addresses'] as const

async function readCliente(within: Ask, context: Context, vendorId: string): Promise<Cliente> {
  const path = `${settingsOf(context.settings).paths.customers}/${vendorId}`
  const cliente: Record<string, unknown> = { ...rowIn((await within({ method: 'GET', path })).body) }
  for (const name of PARTS) {
    if (cliente[name] === undefined) cliente[name] = rowsIn((await within({ method: 'GET', path: `${path}/${name}` })).body, name)
  }
  return cliente
}

export const customers = {
  'customers.list': {
    evidence: 'assumed',
    filters: { native: ['q', 'updatedSince'], emulated: ['taxId', 'email'] },
    pagination: 'native',
    pageSize: 50,
    following: pageNumberAfter,
    // The company first.
    async run(ask, input, context) {
      const { q, updatedSince } = input.filters
      const query = { search: q, updated_from: momentText(updatedSince, context.timeZone) }
      const page = await listRows(ask, context, 'customers', query, input)
      assertCarried(page.rows, LOOKED_AT, input.filters)
      return page
    },
    record: (row, context) => toCustomer(object<Cliente>(row), context),
    rowId,
    examples: [examples.person, examples.company],
  },
  'customers.get': {
    evidence: 'assumed',
    // The company first, and then what the customer does not carry.
    async run(ask, { vendorId }, context) {
      const cliente = await readCliente(await withinCompany(ask, context), context, vendorId)
      return { ...toCustomer(cliente, context), raw: cliente }
    },
    examples: (context) => [toCustomer(examples.company, context), toCustomer(examples.person, context)],
  },
  'customers.create': {
    evidence: 'documented',
    writable: WRITABLE,
    // The company first.
    async run(ask, { record }, context) {
      const body = fromCustomer(record, context)
      const { paths, enable } = settingsOf(context.settings)
      const within = await withinCompany(ask, context)
      const made = rowIn((await within({ method: 'POST', path: paths.customers, body })).body)
      const vendorId = ownId(made.id, 'id')
      // Reading a customer is assumed. Without it the answer is what the reply says, and what was sent where the reply is silent.
      if (enable.includes('customers.get')) return vendorId
      if (Object.keys(body).some((name) => !Object.hasOwn(made, name))) {
        context.warn(vendorId, null, 'CPlug answered with less than the record: the rest is as it was sent')
      }
      return toCustomer({ ...body, ...made }, context)
    },
  },
  'customers.update': {
    evidence: 'assumed',
    writable: WRITABLE,
    // The company first; then the customer, since nobody knows what a PUT leaves alone.
    async run(ask, { vendorId, changes }, context) {
      const within = await withinCompany(ask, context)
      const body = fromCustomer(changes, context, await readCliente(within, context, vendorId))
      await within({ method: 'PUT', path: `${settingsOf(context.settings).paths.customers}/${vendorId}`, body })
    },
  },
} satisfies Vendor['operations']
