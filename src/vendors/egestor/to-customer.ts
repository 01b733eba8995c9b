import type { Customer } from '../../contract/customer.ts'
import type { Context } from '../../kernel/adapter.ts'
import { phone, taxId } from '../../kernel/brazil.ts'
import { day, instant } from '../../kernel/moments.ts'
import { boolean, isEmpty, list, type Note, oneOf, ownId, refuse, rows, text, words } from '../../kernel/wire.ts'
import { CONTATO_FIELDS, readFields } from './custom-fields.ts'
import { toAddress, toDeliveryAddress } from './to-address.ts'
import type { Contato } from './wire.ts'
import { REGISTRATION_STATUSES, ROLES } from './words.ts'

/** Whether a contact is a customer. Without that it is no record of ours, so it is not guessed. */
export function isCliente(contato: Contato): boolean {
  if (contato.tipo === undefined || contato.tipo === null) refuse('roles', 'is missing')
  return list(contato.tipo, refuse, 'roles').includes('cliente')
}

function roles(tipo: unknown, note: Note): Customer['roles'] {
  const read: Customer['roles'] = []
  for (const word of list(tipo, note, 'roles', 200, 10)) {
    const role = oneOf(ROLES, word)
    if (role === 'unknown') note('roles', 'is none that is known')
    else read.push(role)
  }
  return read
}

/** The texts among e-mails or phones, each a text or an object with one of `keys`. */
function texts(value: unknown, keys: readonly string[], note: Note, field: string): unknown[] {
  const entries = typeof value === 'string' ? list(value, note, field) : rows(value, note, field, 100)
  return entries.map((entry) => {
    if (typeof entry !== 'object' || entry === null) return entry
    const key = keys.find((name) => (entry as Record<string, unknown>)[name] !== undefined)
    if (key === undefined) note(field, 'is an object of an unknown shape')
    return key === undefined ? null : (entry as Record<string, unknown>)[key]
  })
}

const EMAIL_KEYS = ['email', 'valor', 'endereco']
const PHONE_KEYS = ['fone', 'telefone', 'numero', 'valor']

export const emailTexts = (value: unknown, note: Note) => texts(value, EMAIL_KEYS, note, 'emails')
export const phoneTexts = (value: unknown, note: Note) => texts(value, PHONE_KEYS, note, 'phones')

function emails(value: unknown, note: Note): Customer['emails'] {
  const read: Customer['emails'] = []
  for (const entry of emailTexts(value, note)) {
    const email = text(entry, note, 'emails.value', 320)
    if (email !== null) read.push({ value: email, label: read.length === 0 ? 'main' : 'other' })
  }
  return read
}

function phones(value: unknown, note: Note): Customer['phones'] {
  const read: Customer['phones'] = []
  for (const entry of phoneTexts(value, note)) {
    const number = phone(entry, note, 'phones.value')
    if (number !== null) read.push({ value: number, label: read.length === 0 ? 'main' : 'other' })
  }
  return read
}

const KINDS = { cpf: 'person', cnpj: 'company', other: 'unknown' } as const

export function toCustomer(contato: Contato, context: Context): Customer {
  const vendorId = ownId(contato.codigo, 'vendorId')
  const note: Note = (field, reason) => context.warn(vendorId, field, reason)
  const tax = taxId(contato.cpfcnpj, note, 'taxId')
  const isCompany = tax?.type === 'cnpj'
  const born = day(contato.dtNasc, note, isCompany ? 'foundedOn' : 'birthDate')
  return {
    id: context.id(vendorId),
    connection: context.connection,
    vendor: context.vendor,
    vendorId,
    kind: tax === null ? 'unknown' : KINDS[tax.type],
    name: text(contato.nome, note, 'name'),
    tradeName: text(contato.fantasia, note, 'tradeName'),
    contactName: text(contato.nomeParaContato ?? contato.nomeContato, note, 'contactName'),
    taxId: tax,
    stateRegistration: text(contato.inscricaoEstadual, note, 'stateRegistration', 100),
    stateRegistrationStatus: isEmpty(contato.indicadorIE) ? null : oneOf(REGISTRATION_STATUSES, contato.indicadorIE),
    municipalRegistration: text(contato.inscricaoMunicipal, note, 'municipalRegistration', 100),
    suframa: text(contato.suframa, note, 'suframa', 100),
    birthDate: isCompany ? null : born,
    foundedOn: isCompany ? born : null,
    emails: emails(contato.emails, note),
    phones: phones(contato.fones, note),
    address: toAddress(contato, note),
    deliveryAddress: toDeliveryAddress(contato, note),
    roles: roles(contato.tipo, note),
    finalConsumer: boolean(contato.clienteFinal, note, 'finalConsumer'),
    segment: null,
    salesperson: null,
    registration: null,
    consent: null,
    tags: list(contato.tags, note, 'tags'),
    notes: words(contato.obs, note, 'notes'),
    customFields: readFields(contato, CONTATO_FIELDS, note),
    createdAt: instant(contato.dtCad, context.timeZone, note, 'createdAt'),
    updatedAt: null,
  }
}
