import type { Customer } from '../../contract/customer.ts'
import type { Context } from '../../kernel/adapter.ts'
import { phone, taxId } from '../../kernel/brazil.ts'
import { day, instant } from '../../kernel/moments.ts'
import { isEmpty, type Note, oneOf, ownId, part, rows, text, words } from '../../kernel/wire.ts'
import { addField, leftOver } from './custom-fields.ts'
import { documentsIn, identified, TAX_IDS } from './documents.ts'
import { toAddresses } from './to-address.ts'
import type { Customer as Cliente, Contact, Document } from './wire.ts'
import { CUSTOMER_KINDS } from './words.ts'

const KNOWN: ReadonlySet<string> = new Set([
  'id',
  'name',
  'type',
  'company_name',
  'birthday',
  'notes',
  'contacts',
  'addresses',
  'documents',
  'created_at',
  'updated_at',
] satisfies (keyof Cliente)[])

/** Which documents have a member of ours; the others, such as RG or a second IE, stay whole. */
const KNOWN_DOCUMENTS: readonly unknown[] = [...TAX_IDS, 'ie', 'im']

export const emailIn = (contact: Contact, note: Note) => text(contact.value, note, 'emails.value', 320)
export const phoneIn = (contact: Contact, note: Note) => phone(contact.value, note, 'phones.value')

/** E-mails and phones are one list at CPlug (DOC). */
function contacts(value: unknown, note: Note) {
  const emails: Customer['emails'] = []
  const phones: Customer['phones'] = []
  const others: unknown[] = []
  for (const entry of rows(value, note, 'contacts', 100)) {
    const contact = part(entry, note, 'contacts') as Contact
    if (contact.type === 'email') {
      const email = emailIn(contact, note)
      if (email !== null) emails.push({ value: email, label: emails.length === 0 ? 'main' : 'other' })
    } else if (contact.type === 'mobile' || contact.type === 'phone') {
      const number = phoneIn(contact, note)
      if (number !== null) phones.push({ value: number, label: phoneLabel(contact.type, phones.length) })
    } else others.push(entry)
  }
  return { emails, phones, others }
}

/** A mobile says so; any other is the main one where it comes first. */
export const phoneLabel = (type: 'mobile' | 'phone', position: number) =>
  type === 'mobile' ? ('mobile' as const) : position === 0 ? ('main' as const) : ('other' as const)

export function toCustomer(cliente: Cliente, context: Context): Customer {
  const vendorId = ownId(cliente.id, 'vendorId')
  const note: Note = (field, reason) => context.warn(vendorId, field, reason)
  const kind = oneOf(CUSTOMER_KINDS, cliente.type)
  const given = text(cliente.name, note, 'name')
  const legal = kind === 'company' ? text(cliente.company_name, note, 'name') : null
  const documents = documentsIn(cliente.documents, note)
  const { emails, phones, others } = contacts(cliente.contacts, note)
  const { address, deliveryAddress, others: otherAddresses } = toAddresses(cliente.addresses, note)
  const customFields = leftOver(cliente, KNOWN, note)
  // Of a person it is none of ours.
  if (kind !== 'company') addField(customFields, 'company_name', cliente.company_name, note)
  addField(customFields, 'contacts', others, note)
  addField(customFields, 'addresses', otherAddresses, note)
  const tax = identified(documents, TAX_IDS, note, 'taxId')
  const ownTaxId = taxId(tax?.identify, note, 'taxId')
  const state = identified(documents, ['ie'], note, 'stateRegistration')
  const municipal = identified(documents, ['im'], note, 'municipalRegistration')
  const told: readonly unknown[] = [ownTaxId && tax?.document, state?.document, municipal?.document]
  const isBlank = ({ type, identify }: Document) => isEmpty(identify) && KNOWN_DOCUMENTS.includes(type)
  const otherDocuments = documents.filter((each) => !told.includes(each) && !isBlank(each))
  addField(customFields, 'documents', otherDocuments, note)
  return {
    id: context.id(vendorId),
    connection: context.connection,
    vendor: context.vendor,
    vendorId,
    kind,
    name: legal ?? given,
    // Both are the legal name (DOC); where they differ the other is taken for the trade name (assumed).
    tradeName: legal !== null && legal !== given ? given : null,
    contactName: null,
    taxId: ownTaxId,
    stateRegistration: state?.identify ?? null,
    stateRegistrationStatus: null,
    municipalRegistration: municipal?.identify ?? null,
    suframa: null,
    birthDate: day(cliente.birthday, note, 'birthDate'),
    foundedOn: null,
    emails,
    phones,
    address,
    deliveryAddress,
    roles: ['customer'],
    finalConsumer: null,
    segment: null,
    salesperson: null,
    registration: null,
    consent: null,
    tags: [],
    notes: words(cliente.notes, note, 'notes'),
    customFields,
    createdAt: instant(cliente.created_at, context.timeZone, note, 'createdAt'),
    updatedAt: instant(cliente.updated_at, context.timeZone, note, 'updatedAt'),
  }
}
