import type { Customer } from '../../contract/customer.ts'
import type { Writable } from '../../contract/operations.ts'
import type { Context } from '../../kernel/adapter.ts'
import { type Note, text } from '../../kernel/wire.ts'
import { asLine } from './address.ts'
import { type Body, listOrAbsent, responsible, tagsBody, whole } from './body.ts'
import { CUSTOMER_TEXTS, customerSelectors } from './customer-fields.ts'
import { codeOf } from './field-types.ts'
import { fieldWriter } from './field-writer.ts'
import { type Definition, fieldFor, fieldSet, readFields, type Selector, valuesIn } from './fields.ts'
import type { CustomerEntity } from './references.ts'
import { emailOf, phoneOf } from './to-customer.ts'
import type { Contact, Value } from './wire.ts'
import { KIND_CODES, LABEL_CODES, LABELS } from './words.ts'

const unnoted: Note = () => {}

interface Labelled {
  value: string
  label: string
}

function warnOfLabels(entries: readonly Labelled[], member: string, codes: readonly string[], context: Context) {
  const isKept = ({ label }: Labelled, position: number) => (label === 'main' && position === 0) || codes.includes(LABEL_CODES[label] ?? '')
  if (!entries.every(isKept)) context.warn(null, `${member}.label`, 'Kommo has no such label')
}

/** Codes of phones and of e-mails (seed). */
const PHONE_CODES = ['WORK', 'WORKDD', 'MOB', 'FAX', 'HOME', 'OTHER']
const EMAIL_CODES = ['WORK', 'PRIV', 'OTHER']

const keyOf = ({ value, label }: Labelled) => JSON.stringify([value, label])

/** The codes that Kommo has, by what we read of each value: a code may say more than a label (WORKDD, one of the account's own). */
function codesKept(
  selectors: readonly Selector[],
  codes: readonly string[],
  read: (entry: Value, note: Note) => Labelled | null,
  current: Contact | null,
): Map<string, string> {
  const kept = new Map<string, string>()
  const found = fieldSet(current?.custom_fields_values, unnoted).find(selectors, '')
  for (const entry of found ? valuesIn(found.field, unnoted, '') : []) {
    const one = read(entry, unnoted)
    const code = codeOf(entry, unnoted)
    const isKommos = code !== null && (codes.includes(code) || !Object.hasOwn(LABELS, code.toUpperCase()))
    if (one !== null && isKommos) kept.set(keyOf(one), code)
  }
  return kept
}

/** The first is main, and Kommo has no label for that: it is kept as the one at work. What is as it was read keeps its code. */
function coded(entries: readonly Labelled[], codes: readonly string[], kept: ReadonlyMap<string, string>): Labelled[] {
  return entries.map(({ value, label }, position) => {
    const code = kept.get(keyOf({ value, label }))
    if (code !== undefined) return { value, label: code }
    if (codes.includes(LABEL_CODES[label] ?? '')) return { value, label }
    if (label === 'whatsapp') return { value, label: 'mobile' }
    return { value, label: position === 0 || label === 'main' ? 'work' : 'other' }
  })
}

/** Where a tax id is kept already it stays; else a CPF goes to the field that is named so where there are several. */
function taxIdSelectors(selectors: readonly Selector[], taxId: Writable<Customer>['taxId'], current: Contact | null): readonly Selector[] {
  const kept = fieldSet(current?.custom_fields_values, unnoted).find(selectors, 'taxId')
  if (kept) return [{ matches: ({ id }) => id === kept.field.id, pathIn: () => kept.path }]
  const type = taxId?.type
  if (type !== 'cpf' && type !== 'cnpj') return selectors
  const named = (name: string | null) => name?.toLowerCase().includes(type) ?? false
  return selectors.flatMap((selector) => [
    {
      ...selector,
      matches: (field) => selector.matches(field) && (field.type === 'legal_entity' || named(field.code) || named(field.name)),
    },
    selector,
  ])
}

/** Whether what is there has to be read first: where a tax id is kept, and phones, e-mails and objects of which Kommo keeps more than a member of ours. */
export function needsCurrent(changes: Writable<Customer>, definitions: readonly Definition[], context: Context): boolean {
  if (changes.taxId !== undefined || changes.phones?.length || changes.emails?.length) return true
  const selectors = customerSelectors(context)
  const members = {
    address: changes.address,
    ...Object.fromEntries(CUSTOMER_TEXTS.map((name) => [name, changes[name]])),
  }
  return Object.entries(members).some(
    ([member, value]) => value !== undefined && fieldFor(definitions, selectors[member as keyof typeof selectors])?.path,
  )
}

/** `current` is what Kommo has, for an update; an empty one where it need not be known. */
export function fromCustomer(
  record: Writable<Customer>,
  entity: CustomerEntity,
  definitions: readonly Definition[],
  context: Context,
  current: Contact | null,
): Body {
  const selectors = customerSelectors(context)
  const writer = fieldWriter(definitions, context, current && readFields(current.custom_fields_values, unnoted))
  writer.putCustom(record.customFields)
  if (record.emails !== undefined) {
    warnOfLabels(record.emails, 'emails', EMAIL_CODES, context)
    const kept = codesKept(selectors.email, EMAIL_CODES, emailOf, current)
    writer.put(selectors.email, coded(record.emails, EMAIL_CODES, kept), 'emails')
  }
  if (record.phones !== undefined) {
    warnOfLabels(record.phones, 'phones', PHONE_CODES, context)
    const kept = codesKept(selectors.phone, PHONE_CODES, phoneOf, current)
    writer.put(selectors.phone, coded(record.phones, PHONE_CODES, kept), 'phones')
  }
  if (record.taxId !== undefined) {
    const { taxId } = record
    const name = record.name ?? text(current?.name, unnoted, 'name') ?? taxId?.value
    const kind = taxId?.type === 'cpf' || (taxId?.type !== 'cnpj' && record.kind === 'person') ? 'person' : 'company'
    // A legal entity must have a name (seed).
    const beside = { usual: { name }, told: { entity_type: KIND_CODES[kind] } }
    writer.put(taxIdSelectors(selectors.taxId, taxId, current), taxId?.value ?? null, 'taxId', beside)
  }
  if (record.address !== undefined) {
    const target = fieldFor(definitions, selectors.address)?.definition.type
    const value = record.address === null || target === 'smart_address' ? record.address : asLine(record.address)
    if (record.address && target && target !== 'smart_address') context.warn(null, 'address', 'Kommo keeps it as one line of text here')
    writer.put(selectors.address, value, 'address')
  }
  if (record.birthDate !== undefined) writer.put(selectors.birthday, record.birthDate, 'birthDate')
  for (const member of CUSTOMER_TEXTS) if (record[member] !== undefined) writer.put(selectors[member], record[member], member)
  warnOfKind(record, entity, current, context)
  return whole({
    name: record.name === null ? '' : record.name,
    // Where there is no name these two are read for it.
    ...(record.name === null && entity === 'contacts' && current && { first_name: '', last_name: '' }),
    responsible_user_id: responsible(record.salesperson, current === null, context),
    custom_fields_values: listOrAbsent(writer.values()),
    _embedded: tagsBody(record.tags, current === null),
  })
}

function warnOfKind({ kind, taxId }: Writable<Customer>, entity: CustomerEntity, current: Contact | null, context: Context) {
  if (!kind || kind === 'unknown') return
  // What it is already is not known then.
  const isUntold = taxId === undefined && current !== null
  const told = taxId?.type === 'cpf' ? 'person' : taxId?.type === 'cnpj' || entity === 'companies' ? 'company' : 'person'
  if (isUntold || kind !== told) context.warn(null, 'kind', 'Kommo tells it from the tax id')
}
