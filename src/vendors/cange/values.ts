import type { CustomField } from '../../contract/fields.ts'
import type { Context } from '../../kernel/adapter.ts'
import { cityCoded, phone, postalCode, taxId } from '../../kernel/brazil.ts'
import { money, quantity } from '../../kernel/decimals.ts'
import { day, instant, localDay } from '../../kernel/moments.ts'
import { boolean, digits, id, integer, isEmpty, list, type Note, refuse, text, words } from '../../kernel/wire.ts'
import type { Entry, Given } from './answers.ts'
import type { Field, Option } from './fields.ts'
import type { Shape } from './members.ts'

// What a field holds, as the value of a member or of a custom field.

type Family = 'text' | 'number' | 'money' | 'date' | 'switch' | 'email' | 'phone' | 'choice' | 'choices' | 'person' | 'links' | 'other'

/** Field types by what they hold (C2, C3). */
const FAMILIES: Readonly<Record<string, Family>> = {
  TEXT_SHORT_FIELD: 'text',
  TEXT_LONG_FIELD: 'text',
  INPUT_RICH_TEXT_FIELD: 'text',
  DOC_FIELD: 'text',
  LINK_FIELD: 'text',
  URL_FIELD: 'text',
  EMAIL_FIELD: 'email',
  PHONE_FIELD: 'phone',
  PHONE_NUMBER_FIELD: 'phone',
  NUMBER_FIELD: 'number',
  NUMERIC_FIELD: 'number',
  CURRENCY_FIELD: 'money',
  MONEY_FIELD: 'money',
  DATE_PICKER_FIELD: 'date',
  DUE_DATE_FIELD: 'date',
  SWITCH_FIELD: 'switch',
  RADIO_BOX_FIELD: 'choice',
  COMBO_BOX_FIELD: 'choice',
  CHECK_BOX_FIELD: 'choices',
  COMBO_BOX_USER_FIELD: 'person',
  COMBO_BOX_REGISTER_FIELD: 'links',
  COMBO_BOX_FLOW_FIELD: 'links',
}

export const familyOf = ({ type }: Field): Family => (Object.hasOwn(FAMILIES, type) ? FAMILIES[type]! : 'other')

const LABELLED: ReadonlySet<Family> = new Set<Family>(['choice', 'choices', 'person', 'links'])

export const optionOf = ({ options }: Field, value: unknown): Option | undefined =>
  options.find((option) => option.value === String(value)) ?? options.find((option) => option.label !== null && option.label === value)

/** Whether a field is not defined, or chooses what is none of its options. */
export function isUnknownValue(field: Field | undefined, { entries }: Given): boolean {
  if (field === undefined) return true
  const family = familyOf(field)
  return (family === 'choice' || family === 'choices') && entries.some(({ value, display }) => !optionOf(field, value ?? display))
}

/** What people read there: the label of a choice, else what is stored. */
function said(entry: Entry, field: Field): unknown {
  if (!LABELLED.has(familyOf(field))) return isEmpty(entry.value) ? entry.display : entry.value
  return isEmpty(entry.display) ? (optionOf(field, entry.value)?.label ?? entry.value) : entry.display
}

const GROUPED = /^\d{1,3}(?:\.\d{3})+,\d+$|^\d{1,3}(?:\.\d{3}){2,}$/
const COMMA = /^\d+,\d+$/
/** 2.500 is two and a half or two thousand five hundred; 0,500 is neither of the kind. */
const AMBIGUOUS = /^[1-9]\d{0,2}[.,]\d{3}$/

/** A number as people in Brazil write it, in the form readers take; null where it could be two numbers. */
function plainNumber(given: unknown): unknown {
  if (typeof given !== 'string') return given
  const bare = given.replace(/R\$|\s/g, '')
  const unsigned = bare.replace(/^-/, '')
  if (AMBIGUOUS.test(unsigned)) return null
  if (GROUPED.test(unsigned)) return bare.replaceAll('.', '').replace(',', '.')
  return COMMA.test(unsigned) ? bare.replace(',', '.') : bare
}

/** The first of number, value and display that can be read without doubt. */
function numeric(entry: Entry, read: typeof money, note: Note, field: string): string | null {
  const given = [entry.number, entry.value, entry.display].filter((one) => !isEmpty(one))
  if (given.length === 0) return null
  for (const one of given) {
    const plain = plainNumber(one)
    const number = plain === null ? null : read(plain, () => {}, field)
    if (number !== null) return number
  }
  const isAmbiguous = given.some((one) => plainNumber(one) === null)
  note(field, isAmbiguous ? 'may be thousands or decimals, and is not guessed' : 'is not a decimal number')
  return null
}

const AS_SHOWN = /^(\d{2})\/(\d{2})\/(\d{4})(?:[ ,]+(\d{2}:\d{2})(?::\d{2})?)?$/

/** As stored, or as the screen shows it. */
function date({ value, display }: Entry): unknown {
  const given = isEmpty(value) ? display : value
  const shown = typeof given === 'string' ? AS_SHOWN.exec(given.trim()) : null
  return shown ? `${shown[3]}-${shown[2]}-${shown[1]}${shown[4] ? `T${shown[4]}` : ''}` : given
}

/** Midnight of no place but Greenwich is a day that a program wrote (assumed). */
const UTC_MIDNIGHT = /T00:00(?::00(?:\.0+)?)?Z$/

/** The screen stores a date as the moment of local midnight (C3), so that the day is that of the zone. */
function dayOf(entry: Entry, timeZone: string, note: Note, field: string): string | null {
  const given = date(entry)
  const isDay = typeof given === 'string' && UTC_MIDNIGHT.test(given)
  return isDay ? day(given, note, field) : localDay(given, timeZone, note, field)
}

const LABEL = (index: number) => (index === 0 ? 'main' : 'other')

/** Several in one text stand apart by commas or semicolons. */
const several = (given: Given, field: Field): unknown[] =>
  given.entries.flatMap((entry) => {
    const value = said(entry, field)
    return typeof value === 'string' ? value.split(/[;,]/) : [value]
  })

function labelled(given: Given, field: Field, read: (value: unknown) => string | null) {
  const found = several(given, field).flatMap((value) => read(value) ?? [])
  return found.slice(0, 100).map((value, index) => ({ value, label: LABEL(index) }))
}

const emails = (given: Given, field: Field, note: Note, at: string) =>
  labelled(given, field, (value) => text(value, note, `${at}.value`, 320))
const phones = (given: Given, field: Field, note: Note, at: string) => labelled(given, field, (value) => phone(value, note, `${at}.value`))

/** What people read there, of all that a field holds. */
const saidOfAll = ({ entries }: Given, field: Field): unknown =>
  entries.length > 1 ? entries.map((one) => said(one, field)).join(', ') : said(entries[0]!, field)

/** A member's value; null where there is none. */
export function readMember(shape: Shape, given: Given, field: Field, member: string, note: Note, context: Context): unknown {
  const entry = given.entries[0]!
  switch (shape.kind) {
    case 'text':
      return text(saidOfAll(given, field), note, member, shape.limit)
    case 'words':
      return words(saidOfAll(given, field), note, member)
    case 'money':
      return numeric(entry, money, shape.isVital ? refuse : note, member)
    case 'quantity':
      return numeric(entry, quantity, note, member)
    case 'integer':
      return integer(said(entry, field), note, member)
    case 'day':
      return dayOf(entry, context.timeZone, note, member)
    case 'boolean':
      return boolean(said(entry, field), note, member)
    case 'taxId':
      return taxId(said(entry, field), note, member)
    case 'emails':
      return emails(given, field, note, member)
    case 'phones':
      return phones(given, field, note, member)
    case 'tags':
      return list(several(given, field), note, member)
    case 'postalCode':
      return postalCode(said(entry, field), note, member)
    case 'cityCode': {
      const code = digits(said(entry, field), note, member)
      const city = cityCoded(code)
      if (code !== null && city === null) note(member, 'is no code of a city')
      return city?.code ?? null
    }
    case 'status':
      return [entry.value, said(entry, field)].find((one) => shape.words.includes(one as string)) ?? 'unknown'
    case 'id':
      return text(entry.value, note, member, 128)
    case 'reference': {
      const own = id(entry.value, note, member)
      return own === null || !/^[1-9]\d{0,14}$/.test(own) ? null : context.id(own)
    }
  }
}

/** The name that stands beside an id: what the screen shows. */
export const nameBeside = ({ entries: [entry] }: Given, field: Field, note: Note, at: string) =>
  LABELLED.has(familyOf(field)) ? text(said(entry!, field), note, at) : text(entry!.display, note, at)

/** A choice, or an entry of another register or flow. */
function choice(entry: Entry, field: Field, note: Note) {
  const option = optionOf(field, entry.value ?? entry.display)
  return {
    id: option?.id ?? (option ? null : text(entry.value, note, 'customFields', 128)),
    code: option?.value ?? null,
    label: text(said(entry, field), note, 'customFields'),
  }
}

function entryValue(entry: Entry, field: Field, context: Context, note: Note): unknown {
  const at = 'customFields'
  switch (familyOf(field)) {
    case 'text':
      return words(said(entry, field), note, at)
    case 'number':
      return numeric(entry, quantity, note, at)
    case 'money':
      return numeric(entry, money, note, at)
    case 'date': {
      const moment = date(entry)
      return typeof moment === 'string' && moment.trim().length > 10 ? instant(moment, context.timeZone, note, at) : day(moment, note, at)
    }
    case 'switch':
      return boolean(said(entry, field), note, at)
    default:
      return choice(entry, field, note)
  }
}

/** All that a field holds: a list of it where the field is made for several, or holds several all the same. */
function customValue(given: Given, field: Field, context: Context, note: Note): unknown {
  const family = familyOf(field)
  if (family === 'other') return given.raw
  if (family === 'email') return emails(given, field, note, 'customFields')
  if (family === 'phone') return phones(given, field, note, 'customFields')
  const values = given.entries.map((entry) => entryValue(entry, field, context, note))
  if (values.includes(null)) return null
  return values.length > 1 || family === 'choices' || family === 'links' ? values : values[0]
}

/** A field without a member of ours. What cannot be read is given as Cange wrote it, so that it is not lost. */
export function toCustomField(given: Given, field: Field, context: Context, note: Note): CustomField {
  const value = customValue(given, field, context, note)
  return { id: field.id, code: field.hash, label: field.title, type: field.type, value: value ?? given.raw ?? null }
}
