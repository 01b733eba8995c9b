import type { Customer } from '../../contract/customer.ts'
import type { CustomField, Email, Phone } from '../../contract/fields.ts'
import type { Context } from '../../kernel/adapter.ts'
import { cityNamed, phone, postalCode, taxId } from '../../kernel/brazil.ts'
import { day, instant } from '../../kernel/moments.ts'
import { boolean, type Note, oneOf, ownId, text, words } from '../../kernel/wire.ts'
import { otherMembers } from './custom-fields.ts'
import { isOneSalesperson, salesperson } from './references.ts'
import type { PreCadastro } from './wire.ts'
import { REGISTRATION_STATUSES } from './words.ts'

/** Members that have one of ours; all others are custom fields. */
const TAKEN = new Set([
  'id',
  'cnpj',
  'razao_social',
  'nome_fantasia',
  'ramo_atividade',
  'data_fundacao',
  'cep',
  'endereco',
  'numero',
  'complemento',
  'bairro',
  'cidade',
  'uf',
  'contato',
  'telefone_1',
  'email_nfe_1',
  'email_nfe_2',
  'email_comercial',
  'email_cobranca',
  'observacao',
  'data_avaliacao',
  'motivo',
  'status',
  'whatsapp',
  'aceite_lgpd',
  'aceite_lgpd_nome',
  'aceite_lgpd_cpf',
  'inscricao_estadual',
  'vendedor',
])

const KINDS = { cpf: 'person', cnpj: 'company', other: 'unknown' } as const

const EMAILS = [
  ['email_nfe_1', 'invoice'],
  ['email_nfe_2', 'invoice'],
  ['email_comercial', 'commercial'],
  ['email_cobranca', 'billing'],
] as const

/** One address under two labels is both; the same twice under one label is one. */
function emails(cadastro: PreCadastro, note: Note): Email[] {
  const read: Email[] = []
  for (const [member, label] of EMAILS) {
    const value = text(cadastro[member], note, 'emails.value', 320)
    if (value !== null && !read.some((email) => email.value === value && email.label === label)) read.push({ value, label })
  }
  return read
}

function phones(cadastro: PreCadastro, note: Note): Phone[] {
  const read: Phone[] = []
  const main = phone(cadastro.telefone_1, note, 'phones.value')
  const whatsapp = phone(cadastro.whatsapp, note, 'phones.value')
  if (main !== null) read.push({ value: main, label: 'main' })
  if (whatsapp !== null) read.push({ value: whatsapp, label: 'whatsapp' })
  return read
}

function address(cadastro: PreCadastro, note: Note): Customer['address'] {
  const city = text(cadastro.cidade, note, 'address.city')
  const state = text(cadastro.uf, note, 'address.state', 60)
  const read = {
    street: text(cadastro.endereco, note, 'address.street'),
    number: text(cadastro.numero, note, 'address.number', 100),
    complement: text(cadastro.complemento, note, 'address.complement'),
    district: text(cadastro.bairro, note, 'address.district'),
    city,
    cityCode: cityNamed(city, state)?.code ?? null,
    state,
    postalCode: postalCode(cadastro.cep, note, 'address.postalCode'),
    country: null,
  }
  for (const member in read) if (read[member as keyof typeof read] !== null) return read
  return null
}

function consent(cadastro: PreCadastro, note: Note): Customer['consent'] {
  const read = {
    granted: boolean(cadastro.aceite_lgpd, note, 'consent.granted'),
    name: text(cadastro.aceite_lgpd_nome, note, 'consent.name'),
    taxId: taxId(cadastro.aceite_lgpd_cpf, note, 'consent.taxId'),
  }
  return read.granted === null && read.name === null && read.taxId === null ? null : read
}

/** A status nobody knows stays readable here, and several salespeople of whom only the first has a member. */
function customFields(cadastro: PreCadastro, status: string, note: Note): CustomField[] {
  const found = otherMembers(cadastro, TAKEN, note)
  const word = status === 'unknown' ? text(cadastro.status, note, 'registration.status', 200) : null
  if (word !== null) found.push({ id: 'status', code: null, label: null, type: 'text', value: word })
  const { vendedor } = cadastro
  if (!isOneSalesperson(vendedor)) found.push({ id: 'vendedor', code: null, label: null, type: 'object', value: vendedor })
  return found
}

export function toCustomer(cadastro: PreCadastro, context: Context): Customer {
  const vendorId = ownId(cadastro.id, 'vendorId')
  const note: Note = (field, reason) => context.warn(vendorId, field, reason)
  const tax = taxId(cadastro.cnpj, note, 'taxId')
  const status = oneOf(REGISTRATION_STATUSES, cadastro.status)
  return {
    id: context.id(vendorId),
    connection: context.connection,
    vendor: context.vendor,
    vendorId,
    kind: tax === null ? 'unknown' : KINDS[tax.type],
    name: text(cadastro.razao_social, note, 'name'),
    tradeName: text(cadastro.nome_fantasia, note, 'tradeName'),
    contactName: text(cadastro.contato, note, 'contactName'),
    taxId: tax,
    stateRegistration: text(cadastro.inscricao_estadual, note, 'stateRegistration', 100),
    stateRegistrationStatus: null,
    municipalRegistration: null,
    suframa: null,
    birthDate: null,
    foundedOn: day(cadastro.data_fundacao, note, 'foundedOn'),
    emails: emails(cadastro, note),
    phones: phones(cadastro, note),
    address: address(cadastro, note),
    deliveryAddress: null,
    roles: ['customer'],
    finalConsumer: null,
    segment: text(cadastro.ramo_atividade, note, 'segment'),
    salesperson: salesperson(cadastro.vendedor, note),
    registration: {
      status,
      reason: words(cadastro.motivo, note, 'registration.reason'),
      reviewedAt: instant(cadastro.data_avaliacao, context.timeZone, note, 'registration.reviewedAt'),
    },
    consent: consent(cadastro, note),
    tags: [],
    notes: words(cadastro.observacao, note, 'notes'),
    customFields: customFields(cadastro, status, note),
    createdAt: null,
    updatedAt: null,
  }
}
