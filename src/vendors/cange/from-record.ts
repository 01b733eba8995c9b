import type { CustomField, TaxId } from '../../contract/fields.ts'
import type { AnyRecord, Writable } from '../../contract/operations.ts'
import type { Context } from '../../kernel/adapter.ts'
import { type Flaw, GatewayError } from '../../kernel/errors.ts'
import { instant } from '../../kernel/moments.ts'
import { isEmpty } from '../../kernel/wire.ts'
import { type Field, firstFormOf, type Reading } from './fields.ts'
import { MEMBERS, type Shape } from './members.ts'
import { familyOf, optionOf } from './values.ts'

// A record as the `values` of its forms. A member that is absent is not sent; null clears.

/** By form id, for each form has its own call: values by the hash of their field, and the members they are. */
export type Forms = Map<string, { values: Record<string, unknown>; members: string[] }>

type Warn = (reason: string) => void

/** What a member holds, as one text, number, yes or no, or several of them. */
function plain(shape: Shape, value: unknown, member: string, warn: Warn, context: Context): unknown {
  if (value === null || value === undefined) return null
  if (shape.kind === 'taxId') return (value as TaxId).value
  if (shape.kind === 'reference') return context.vendorId(value as string, `/${member.replaceAll('.', '/')}`)
  if (shape.kind !== 'emails' && shape.kind !== 'phones') return value
  const entries = value as { value: string; label: string }[]
  if (entries.some(({ label }, index) => label !== (index === 0 ? 'main' : 'other'))) warn('Cange keeps the order and no labels')
  return entries.map((entry) => entry.value)
}

/** A moment as the screen stores it: a day is its midnight in the zone (C3). */
function moment(value: string, timeZone: string): string | undefined {
  const local = instant(value, timeZone, () => {}, 'value')
  return local === null ? undefined : new Date(local).toISOString()
}

const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value])

/** The id, code, value or label by which a choice is named, in this order. */
function namesOf(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [value]
  const { id, code, label } = value as { id?: unknown; code?: unknown; label?: unknown; value?: unknown }
  return [code, label, id].filter((name) => !isEmpty(name) && typeof name !== 'object')
}

function chosen(value: unknown, field: Field): string | undefined {
  const names = namesOf(value)
  const option =
    names.map((name) => optionOf(field, name)).find(Boolean) ?? field.options.find(({ id }) => id !== null && names.includes(id))
  return option?.value ?? (field.options.length === 0 && names.length > 0 ? said(names[0]) : undefined)
}

function entryId(value: unknown): number | undefined {
  const id = typeof value === 'object' && value !== null ? (value as { id?: unknown }).id : value
  return typeof id !== 'object' && /^[1-9]\d{0,14}$/.test(String(id)) ? Number(id) : undefined
}

/** All of them, or undefined where one cannot be had. */
function every<T>(values: readonly unknown[], read: (value: unknown) => T | undefined): T[] | undefined {
  const found = values.map(read)
  return found.includes(undefined) ? undefined : (found as T[])
}

/** The text of an e-mail or phone, and of a thing that has a name; undefined where it has none. */
function said(given: unknown): string | undefined {
  if (given === null) return ''
  if (typeof given !== 'object') return String(given)
  const { value, label, id } = given as { value?: unknown; label?: unknown; id?: unknown }
  const name = value ?? label ?? id
  return name === undefined || typeof name === 'object' ? undefined : String(name)
}

const options = (values: readonly unknown[], field: Field) => every(values, (one) => chosen(one, field))

/** No code with left zeros or more digits than a number keeps. */
const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?$/

/** A value as this type of field takes it (C2); undefined where it takes none such. */
function fieldValue(value: unknown, field: Field, warn: Warn, { timeZone }: Context): unknown {
  const family = familyOf(field)
  // assumed: null empties a field, and an empty list one that holds several.
  if (isEmpty(value)) return family === 'choices' || family === 'links' ? [] : null
  switch (family) {
    case 'text':
      return every(listed(value), said)?.join(', ')
    case 'email':
    case 'phone':
      if (listed(value).length > 1) warn('the field takes one; the others were left out')
      return said(listed(value)[0])
    case 'number':
    case 'money':
      return typeof value !== 'object' && NUMBER.test(String(value)) ? Number(value) : undefined
    case 'date':
      return typeof value === 'string' ? moment(value, timeZone) : undefined
    case 'switch':
      return typeof value === 'boolean' ? value : undefined
    case 'choice':
      return typeof value === 'boolean' ? undefined : chosen(value, field)
    case 'choices':
      return options(listed(value), field) ?? (typeof value === 'string' ? options(value.split(', '), field) : undefined)
    case 'person':
      return entryId(value) ?? (typeof value === 'string' && value.includes('@') ? value : undefined)
    case 'links':
      return every(listed(value), entryId)
    case 'other':
      return undefined
  }
}

/** What a dotted member holds; a thing of the account's own goes with its name, by which it may be found where its id means nothing. */
function held(outer: unknown, inner: string, { kind }: Shape): unknown {
  const given = (outer ?? {}) as Record<string, unknown>
  if (kind !== 'id') return given[inner] ?? null
  return isEmpty(given.id) && isEmpty(given.name) ? null : { id: given.id ?? null, label: given.name ?? null }
}

/** Members given, by the dotted names of the table. */
function leaves(record: Writable<AnyRecord>, reading: Reading): [member: string, value: unknown][] {
  return Object.entries(MEMBERS[reading.resource]).flatMap(([member, shape]): [string, unknown][] => {
    const [outer = '', inner] = member.split('.')
    const value = (record as Record<string, unknown>)[outer]
    if (value === undefined) return []
    return [[member, inner === undefined ? value : held(value, inner, shape)]]
  })
}

/** A member that is not taken, and the name that goes with an id. */
const lostWith = (member: string, given: unknown): string[] =>
  member.endsWith('.id') && !isEmpty((given as { label?: unknown } | null)?.label) ? [member, `${member.slice(0, -2)}name`] : [member]

/** Whether a member follows from another that has a field: the name of a choice from its id, a city from its code and the reverse. */
function isDerived(member: string, { members, resource }: Reading): boolean {
  if (member.endsWith('.name')) {
    const id = `${member.slice(0, -4)}id`
    return members.has(id) && MEMBERS[resource][id]?.kind === 'id'
  }
  if (member.endsWith('.cityCode')) return members.has(`${member.slice(0, -4)}`) && members.has(member.replace('cityCode', 'state'))
  return /\.(city|state)$/.test(member) && members.has(member.replace(/(city|state)$/, 'cityCode'))
}

/** The status of a new card, which stands on the first step. */
function firstStatus({ source, steps }: Reading): string | undefined {
  const [first] = steps.keys()
  return source.source === 'flow' && first !== undefined ? source.statusByStep?.[first] : undefined
}

const KINDS: Readonly<Record<string, string>> = { cpf: 'person', cnpj: 'company', other: 'unknown' }

/** What follows from other members, and so is not stored. */
function warnOfDerived(record: Record<string, unknown>, context: Context): void {
  const told = record.taxId ? KINDS[(record.taxId as TaxId).type] : 'unknown'
  if (record.kind && record.kind !== 'unknown' && record.kind !== told) context.warn(null, 'kind', 'it is told from the tax id')
  if ((record.roles as string[] | undefined)?.some((role) => role !== 'customer'))
    context.warn(null, 'roles', 'what is kept there is a customer and nothing else')
}

/** `isNew`: only the first form can be filled (C3). */
export function fromRecord(record: Writable<AnyRecord>, reading: Reading, context: Context, isNew: boolean): Forms {
  const { source, resource, members, fields } = reading
  const first = String(firstFormOf(source))
  const forms: Forms = new Map()

  function put(field: Field, value: unknown, member: string): void {
    const form = field.formId ?? first
    if (isNew && form !== first) context.warn(null, member, 'its field is on a later step, and a new card has only the first')
    if (isNew && (form !== first || isEmpty(value))) return
    const { values, members: named } = forms.get(form) ?? { values: {}, members: [] }
    values[field.hash] = value
    named.push(member)
    forms.set(form, { values, members: named })
  }

  for (const [member, given] of leaves(record, reading)) {
    const shape = MEMBERS[resource][member]!
    const field = members.get(member)
    const warn: Warn = (reason) => context.warn(null, member, reason)
    const isStep = shape.kind === 'status' && source.source === 'flow' && !field
    if (isStep && !isEmpty(given) && !(isNew && given === firstStatus(reading)))
      warn('the status of a card is the step it stands on, and cards are moved in Cange')
    else if (!isStep && !field && !isEmpty(given) && !isDerived(member, reading)) warn('the settings map no field to it')
    if (!field) continue
    const value = fieldValue(plain(shape, given, member, warn, context), field, warn, context)
    if (value !== undefined) put(field, value, member)
    else for (const lost of lostWith(member, given)) context.warn(null, lost, `a field of type ${field.type} does not take it`)
  }
  for (const given of (record.customFields ?? []) as CustomField[]) {
    const field = fields.get(String(given.id)) ?? [...fields.values()].find(({ hash }) => hash === given.code)
    const warn: Warn = (reason) => context.warn(null, 'customFields', reason)
    const value = field && fieldValue(given.value, field, warn, context)
    if (!field) warn('Cange has no such field that can be written')
    else if (value === undefined) warn(`a field of type ${field.type} does not take it`)
    else put(field, value, 'customFields')
  }
  checkCurrency(record)
  if (resource === 'customers') warnOfDerived(record as Record<string, unknown>, context)
  if (isNew) checkRequired(forms.get(first)?.values ?? {}, reading)
  if (forms.size === 0) throw nothingToStore()
  return forms
}

function nothingToStore(): GatewayError {
  return new GatewayError('unsupported_field', {
    outcome: 'not_applied',
    message: 'Nothing of this can be stored: the settings of this connection map no field to it.',
    errors: [{ pointer: '', detail: 'names no member that this connection has a field for' }],
  })
}

function rejected(errors: Flaw[]): GatewayError {
  return new GatewayError('vendor_rejected', { outcome: 'not_applied', message: 'Cange cannot take this record as it is.', errors })
}

function checkCurrency(record: Writable<AnyRecord>): void {
  const { currency } = record as { currency?: string | null }
  if (currency && currency !== 'BRL') throw rejected([{ pointer: '/currency', detail: 'the fields of Cange hold amounts in BRL' }])
}

function checkRequired(values: Readonly<Record<string, unknown>>, { fields, members, source }: Reading): void {
  const first = String(firstFormOf(source))
  const memberOf = new Map([...members].map(([member, field]) => [field.id, member]))
  const missing = [...fields.values()].filter(
    (field) => field.isRequired && (field.formId ?? first) === first && isEmpty(values[field.hash]),
  )
  if (missing.length === 0) return
  throw rejected(
    missing.map((field) => {
      const pointer = `/${(memberOf.get(field.id) ?? 'customFields').replaceAll('.', '/')}`
      return { pointer, detail: `Cange requires the field ${field.title ?? field.hash}` }
    }),
  )
}
