import type { Customer } from '../../../src/contract/customer.ts'
import type { Context } from '../../../src/kernel/adapter.ts'
import { cityNamed, phone, taxId } from '../../../src/kernel/brazil.ts'
import { type Note, ownId, text, words } from '../../../src/kernel/wire.ts'
import type { Cliente } from './wire.ts'

const KINDS = { cpf: 'person', cnpj: 'company', other: 'unknown' } as const

function address(cliente: Cliente, note: Note): Customer['address'] {
  const city = text(cliente.cidade, note, 'address.city')
  const state = text(cliente.uf, note, 'address.state', 60)
  if (city === null && state === null) return null
  const cityCode = cityNamed(city, state)?.code ?? null
  return { street: null, number: null, complement: null, district: null, city, cityCode, state, postalCode: null, country: null }
}

export function toCustomer(cliente: Cliente, context: Context): Customer {
  const vendorId = ownId(cliente.codigo, 'vendorId')
  const note: Note = (field, reason) => context.warn(vendorId, field, reason)
  const tax = taxId(cliente.documento, note, 'taxId')
  const email = text(cliente.email, note, 'emails.value', 320)
  const number = phone(cliente.telefone, note, 'phones.value')
  return {
    id: context.id(vendorId),
    connection: context.connection,
    vendor: context.vendor,
    vendorId,
    kind: tax === null ? 'unknown' : KINDS[tax.type],
    name: text(cliente.nome, note, 'name'),
    tradeName: null,
    contactName: null,
    taxId: tax,
    stateRegistration: null,
    stateRegistrationStatus: null,
    municipalRegistration: null,
    suframa: null,
    birthDate: null,
    foundedOn: null,
    emails: email === null ? [] : [{ value: email, label: 'main' }],
    phones: number === null ? [] : [{ value: number, label: 'main' }],
    address: address(cliente, note),
    deliveryAddress: null,
    roles: ['customer'],
    finalConsumer: null,
    segment: null,
    salesperson: null,
    registration: null,
    consent: null,
    tags: [],
    notes: words(cliente.observacao, note, 'notes'),
    customFields: [],
    createdAt: null,
    updatedAt: null,
  }
}
