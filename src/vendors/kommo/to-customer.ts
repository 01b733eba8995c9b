import type { Customer } from '../../contract/customer.ts'
import { EMAIL_LABELS, PHONE_LABELS } from '../../contract/fields.ts'
import type { Context } from '../../kernel/adapter.ts'
import { phone, taxId } from '../../kernel/brazil.ts'
import { secondsInstant } from '../../kernel/moments.ts'
import { boolean, id, type Note, oneOf, ownId, part, text } from '../../kernel/wire.ts'
import { lineAsAddress, toAddress } from './address.ts'
import { type CustomerSelectors, customerSelectors } from './customer-fields.ts'
import { dayOf, labelOf } from './field-types.ts'
import { type Field, type FieldSet, fieldSet, type Selector, textOf, valueIn, valuesIn } from './fields.ts'
import { CONTACT_MEMBERS, readLinks, readMembers } from './native.ts'
import { type CustomerEntity, customerId, isDeleted, salespersonOf, tagsOf } from './references.ts'
import type { Contact, Value } from './wire.ts'
import { LEGAL_ENTITY_KINDS } from './words.ts'

export function emailOf(entry: Value, note: Note): Customer['emails'][number] | null {
  const value = text(entry.value, note, 'emails.value', 320)
  const label = labelOf(entry, note) as Customer['emails'][number]['label']
  return value === null ? null : { value, label: EMAIL_LABELS.includes(label) ? label : 'other' }
}

export function phoneOf(entry: Value, note: Note): Customer['phones'][number] | null {
  const value = phone(entry.value, note, 'phones.value')
  const label = labelOf(entry, note) as Customer['phones'][number]['label']
  return value === null ? null : { value, label: PHONE_LABELS.includes(label) ? label : 'other' }
}

function labelled<T>(
  set: FieldSet,
  selectors: readonly Selector[],
  read: (entry: Value, note: Note) => T | null,
  note: Note,
  member: string,
): T[] {
  const found: T[] = []
  const taken = set.take(selectors, member)
  for (const entry of taken ? valuesIn(taken.field, note, member) : []) {
    const one = read(entry, note)
    if (one !== null && found.length < 100) found.push(one)
  }
  return found
}

function addressOf(set: FieldSet, selectors: readonly Selector[], note: Note): Customer['address'] {
  const found = set.take(selectors, 'address')
  if (found === null) return null
  if (found.field.type === 'smart_address') return toAddress(valuesIn(found.field, note, 'address'), note, 'address')
  const line = text(valueIn(found.field, found.path, note, 'address'), note, 'address.street')
  return line === null ? null : lineAsAddress(line)
}

const KINDS = { cpf: 'person', cnpj: 'company', other: null } as const

/** The tax id tells a person from a company; else the legal entity does, else what Kommo keeps it as. */
function kindOf(tax: Customer['taxId'], legalEntity: Field | null, entity: CustomerEntity, note: Note): Customer['kind'] {
  const told = tax && KINDS[tax.type]
  if (told) return told
  const kind = legalEntity && oneOf(LEGAL_ENTITY_KINDS, valueIn(legalEntity, 'entity_type', note, 'kind'))
  if (kind === 'person' || kind === 'company') return kind
  return entity === 'companies' ? 'company' : 'person'
}

function nameOf({ name, first_name, last_name }: Contact, note: Note): string | null {
  const whole = text(name, note, 'name')
  if (whole !== null) return whole
  const parts = [text(first_name, note, 'name', 499), text(last_name, note, 'name', 499)].filter((each) => each !== null)
  return parts.length === 0 ? null : parts.join(' ')
}

/** Whether it is still among the incoming leads. */
export const isUnsorted = ({ is_unsorted }: Contact) => boolean(is_unsorted, () => {}, '') === true

/** Null where it is deleted. */
export function toCustomer(
  contact: Contact,
  entity: CustomerEntity,
  context: Context,
  selectors: CustomerSelectors = customerSelectors(context),
): Customer | null {
  const vendorId = customerId(ownId(contact.id, 'vendorId'), entity, context)
  const note: Note = (field, reason) => context.warn(vendorId, field, reason)
  if (isDeleted(contact.is_deleted)) return null
  const set = fieldSet(contact.custom_fields_values, note)
  const embedded = part(contact._embedded, note, '_embedded')
  const taxed = set.take(selectors.taxId, 'taxId')
  const tax = taxed && taxId(valueIn(taxed.field, taxed.path, note, 'taxId'), note, 'taxId')
  const born = set.take(selectors.birthday, 'birthDate')
  return {
    id: context.id(vendorId),
    connection: context.connection,
    vendor: context.vendor,
    vendorId,
    kind: kindOf(tax, taxed?.path ? taxed.field : null, entity, note),
    name: nameOf(contact, note),
    tradeName: textOf(set, selectors.tradeName, note, 'tradeName'),
    contactName: textOf(set, selectors.contactName, note, 'contactName'),
    taxId: tax,
    stateRegistration: textOf(set, selectors.stateRegistration, note, 'stateRegistration', 100),
    stateRegistrationStatus: null,
    municipalRegistration: textOf(set, selectors.municipalRegistration, note, 'municipalRegistration', 100),
    suframa: null,
    birthDate: born && dayOf(valueIn(born.field, born.path, note, 'birthDate'), context.timeZone, note, 'birthDate'),
    foundedOn: null,
    emails: labelled(set, selectors.email, emailOf, note, 'emails'),
    phones: labelled(set, selectors.phone, phoneOf, note, 'phones'),
    address: addressOf(set, selectors.address, note),
    deliveryAddress: null,
    roles: [],
    finalConsumer: null,
    segment: textOf(set, selectors.segment, note, 'segment'),
    salesperson: salespersonOf(id(contact.responsible_user_id, note, 'salesperson.id')),
    registration: null,
    consent: null,
    tags: tagsOf(embedded.tags, note),
    notes: textOf(set, selectors.notes, note, 'notes', 65_536),
    customFields: [
      ...set.rest(context.timeZone),
      ...readMembers(contact, CONTACT_MEMBERS, context.timeZone, note),
      ...readLinks(embedded, ['companies', 'contacts', 'leads', 'customers', 'catalog_elements']),
    ],
    createdAt: secondsInstant(contact.created_at, context.timeZone, note, 'createdAt'),
    updatedAt: secondsInstant(contact.updated_at, context.timeZone, note, 'updatedAt'),
  }
}
