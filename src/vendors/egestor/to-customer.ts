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
  const words = list(tipo, note, 'roles', 200, 10)
  const read: Customer['roles'] = new Array(words.length)
  let count = 0
  for (const word of words) {
    const role = oneOf(ROLES, word)
    if (role === 'unknown') note('roles', 'is none that is known')
    else read[count++] = role
  }
  if (count < words.length) read.length = count
  return read
}

interface Contacts {
  /** Of a record. */
  member: string
  /** Of each of its entries. */
  value: string
  /** Where the text stands in an entry that is an object. */
  keys: readonly string[]
  read(value: unknown, note: Note, field: string): string | null
}

const EMAILS: Contacts = {
  member: 'emails',
  value: 'emails.value',
  keys: ['email', 'valor', 'endereco'],
  read: (value, note, field) => text(value, note, field, 320),
}
const PHONES: Contacts = { member: 'phones', value: 'phones.value', keys: ['fone', 'telefone', 'numero', 'valor'], read: phone }

const entriesOf = (value: unknown, note: Note, { member }: Contacts) =>
  typeof value === 'string' ? list(value, note, member) : rows(value, note, member, 100)

function textOf(entry: unknown, { member, keys }: Contacts, note: Note): unknown {
  if (typeof entry !== 'object' || entry === null) return entry
  const key = keys.find((name) => (entry as Record<string, unknown>)[name] !== undefined)
  if (key === undefined) note(member, 'is an object of an unknown shape')
  return key === undefined ? null : (entry as Record<string, unknown>)[key]
}

const texts = (value: unknown, contacts: Contacts, note: Note): unknown[] =>
  entriesOf(value, note, contacts).map((entry) => textOf(entry, contacts, note))

export const emailTexts = (value: unknown, note: Note) => texts(value, EMAILS, note)
export const phoneTexts = (value: unknown, note: Note) => texts(value, PHONES, note)

/** The first is the main one. */
function labelled(value: unknown, contacts: Contacts, note: Note) {
  const entries = entriesOf(value, note, contacts)
  const read: { value: string; label: 'main' | 'other' }[] = new Array(entries.length)
  let count = 0
  for (const entry of entries) {
    const clean = contacts.read(textOf(entry, contacts, note), note, contacts.value)
    if (clean === null) continue
    read[count] = { value: clean, label: count === 0 ? 'main' : 'other' }
    count += 1
  }
  if (count < entries.length) read.length = count
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
    emails: labelled(contato.emails, EMAILS, note),
    phones: labelled(contato.fones, PHONES, note),
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
