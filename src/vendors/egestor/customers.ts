import type { Customer } from '../../contract/customer.ts'
import { type Ask, type Context, pageNumberAfter, type Vendor } from '../../kernel/adapter.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { object } from '../../kernel/wire.ts'
import { withoutBlanks } from './body.ts'
import { madeId, ORDER, PAGE_SIZE, pageOf, readList, rowId } from './envelope.ts'
import * as examples from './examples/contatos.ts'
import { fromCustomer, mergedContact } from './from-customer.ts'
import { isCliente, toCustomer } from './to-customer.ts'
import type { Contato } from './wire.ts'

/** What D1 lets a list of contacts be asked for; suframa, pais and codIBGE are not among it. */
const LIST_FIELDS =
  'codigo,nome,fantasia,nomeParaContato,cpfcnpj,tipo,dtNasc,dtCad,emails,fones,logradouro,numero,complemento,bairro,cep,cidade,uf,clienteFinal,indicadorIE,inscricaoMunicipal,inscricaoEstadual,obs,tags'

const WRITABLE = [
  'kind',
  'name',
  'tradeName',
  'contactName',
  'taxId.type',
  'taxId.value',
  'stateRegistration',
  'stateRegistrationStatus',
  'municipalRegistration',
  'suframa',
  'birthDate',
  'foundedOn',
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
  'address.country',
  'deliveryAddress.street',
  'deliveryAddress.number',
  'deliveryAddress.complement',
  'deliveryAddress.district',
  'deliveryAddress.city',
  'deliveryAddress.cityCode',
  'deliveryAddress.state',
  'deliveryAddress.postalCode',
  'roles',
  'finalConsumer',
  'tags',
  'notes',
  'customFields',
]

const contatoPath = (vendorId: string) => `/v1/contatos/${vendorId}`

/** Null where the contact is a supplier or a carrier only. */
function readCustomer(row: unknown, context: Context): Customer | null {
  const contato = object<Contato>(row)
  return isCliente(contato) ? toCustomer(contato, context) : null
}

async function readContato(ask: Ask, vendorId: string): Promise<Contato> {
  const contato = object<Contato>((await ask({ method: 'GET', path: contatoPath(vendorId) })).body)
  if (isCliente(contato)) return contato
  throw new GatewayError('not_found', { outcome: 'not_applied', message: 'This contact is no customer.' })
}

export const customers = {
  'customers.list': {
    evidence: 'seed',
    filters: { native: ['q', 'email'], emulated: ['taxId'] },
    pagination: 'native',
    pageSize: PAGE_SIZE,
    following: pageNumberAfter,
    request: ({ filters, position }) => ({
      method: 'GET',
      path: '/v1/contatos',
      query: { filtro: filters.q, email: filters.email, fields: LIST_FIELDS, orderBy: ORDER, page: pageOf(position) },
    }),
    read: readList,
    record: readCustomer,
    rowId,
    examples: [examples.pessoaRow, examples.empresaRow],
  },
  'customers.get': {
    evidence: 'seed',
    request: ({ vendorId }) => ({ method: 'GET', path: contatoPath(vendorId) }),
    read: readCustomer,
    examples: (context) => [toCustomer(examples.pessoa, context), toCustomer(examples.empresa, context)],
  },
  'customers.create': {
    evidence: 'seed',
    writable: WRITABLE,
    request: ({ record }, context) => ({ method: 'POST', path: '/v1/contatos', body: withoutBlanks(fromCustomer(record, context)) }),
    read: madeId,
  },
  'customers.update': {
    evidence: 'seed',
    writable: WRITABLE,
    // Read first: what a PUT leaves out may be lost, and a supplier is no customer.
    async run(ask, { vendorId, changes }, context) {
      const current = await readContato(ask, vendorId)
      await ask({ method: 'PUT', path: contatoPath(vendorId), body: mergedContact(current, fromCustomer(changes, context, current)) })
    },
  },
  'customers.remove': {
    evidence: 'seed',
    // Read first: a supplier must not be removed as a customer.
    async run(ask, { vendorId }) {
      await readContato(ask, vendorId)
      await ask({ method: 'DELETE', path: contatoPath(vendorId) })
    },
  },
} satisfies Vendor['operations']
