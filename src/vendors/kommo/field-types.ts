import type { Address } from '../../contract/fields.ts'
import type { Context } from '../../kernel/adapter.ts'
import { money, quantity } from '../../kernel/decimals.ts'
import { day, instant, secondsInstant } from '../../kernel/moments.ts'
import { boolean, id, isEmpty, type Note, part, text, words } from '../../kernel/wire.ts'
import { fromAddress, toAddress } from './address.ts'
import { secondsOf } from './envelope.ts'
import type { Value } from './wire.ts'
import { ENTITY_TYPES, LABEL_CODES, LABELS } from './words.ts'

// The types of Kommo's fields (seed): how the values of each are read as one value of ours, and how that is written back.

const AT = 'customFields'

const unnoted: Note = () => {}

/** An option of a list. */
export interface Choice {
  id: string | null
  code: string | null
  label: string | null
}

export interface FieldType {
  /** Null where there is nothing that can be read. */
  read(values: readonly Value[], timeZone: string, note: Note): unknown
  /** Undefined where the value does not fit this type. */
  write(value: unknown, context: Context, options: readonly Choice[]): unknown[] | undefined
}

type One = (value: unknown, timeZone: string, note: Note) => unknown

/** A type with one value. Where Kommo has several, they are kept as they are, and may be written so. */
const single = (read: One, write: (value: unknown, context: Context) => unknown): FieldType => ({
  read: (values, timeZone, note) => (values.length > 1 ? values : read(values[0]?.value, timeZone, note)),
  write(value, context) {
    if (Array.isArray(value)) return value
    const written = write(value, context)
    return written === undefined || written === null ? undefined : [{ value: written }]
  },
})

const asText = (value: unknown) => (typeof value === 'object' ? undefined : String(value))

/** Midnight in UTC, as the seed's samples have it, is that day; any other time is read in the connection's zone (assumed: the account's). */
export function dayOf(value: unknown, timeZone: string, note: Note, field = AT): string | null {
  if (typeof value !== 'number' && !(typeof value === 'string' && /^-?\d+$/.test(value))) return day(value, note, field)
  return secondsInstant(value, Number(value) % 86_400 === 0 ? 'UTC' : timeZone, note, field)?.slice(0, 10) ?? null
}

const momentOf = (value: unknown, timeZone: string, note: Note): string | null =>
  typeof value === 'string' && value.includes('-', 1) ? instant(value, timeZone, note, AT) : secondsInstant(value, timeZone, note, AT)

/** The beginning of a day in the connection's zone, or the moment, as Unix seconds. */
export function secondsAt(value: unknown, { timeZone }: Pick<Context, 'timeZone'>): number | undefined {
  const moment = typeof value === 'string' ? instant(value, timeZone, unnoted, AT) : null
  return moment === null ? undefined : secondsOf(moment)
}

function choiceOf({ enum_id, enum_code, enum: older, value }: Value, note: Note): Choice {
  return { id: id(enum_id, note, AT), code: text(enum_code ?? older, note, AT, 128), label: text(value, note, AT) }
}

/** The account's option that is meant: ids are the account's own, so that a code or a label tells more where it comes from elsewhere. */
function chosen(value: unknown, options: readonly Choice[]): Value | undefined {
  if (isEmpty(value)) return undefined
  const wanted: Partial<Choice> = typeof value === 'object' ? (value as Partial<Choice>) : { label: String(value) }
  const same = (one: unknown, other: unknown) => !isEmpty(one) && String(one) === String(other)
  const found =
    options.find((option) => same(wanted.id, option.id) && (isEmpty(wanted.label) || same(wanted.label, option.label))) ??
    options.find((option) => same(wanted.code, option.code)) ??
    options.find((option) => same(wanted.label, option.label))
  return found?.id ? { enum_id: Number(found.id) } : undefined
}

const CHOICE: FieldType = {
  read: (values, _timeZone, note) => (values.length > 1 ? values.map((value) => choiceOf(value, note)) : choiceOf(values[0]!, note)),
  write(value, _context, options) {
    const option = chosen(Array.isArray(value) ? value[0] : value, options)
    return option && [option]
  },
}

const CHOICES: FieldType = {
  read: (values, _timeZone, note) => values.map((value) => choiceOf(value, note)),
  write(value, _context, options) {
    const found = (Array.isArray(value) ? value : [value]).map((each) => chosen(each, options))
    return found.every((option) => option !== undefined) ? found : undefined
  },
}

/** Kommo's code for the kind of a phone or an e-mail. */
export const codeOf = ({ enum_code, enum: older }: Value, note: Note) => text(enum_code ?? older, note, AT, 128)

/** Our label for it; one that we have no word for stays as it is. */
export function labelOf(entry: Value, note: Note): string {
  const code = codeOf(entry, note)
  if (code === null) return 'other'
  const word = code.toUpperCase()
  return Object.hasOwn(LABELS, word) ? LABELS[word]! : code
}

const LABELLED: FieldType = {
  read: (values, _timeZone, note) => values.map((value) => ({ value: text(value.value, note, AT), label: labelOf(value, note) })),
  write(value) {
    if (!Array.isArray(value)) return typeof value === 'string' ? [{ value, enum_code: 'WORK' }] : undefined
    return value.map((each) => {
      const { value: given, label } = part(each, unnoted, AT)
      const word = typeof label === 'string' ? label : 'main'
      return { value: given, enum_code: LABEL_CODES[word] ?? (word === 'main' ? 'WORK' : word) }
    })
  },
}

const ADDRESS: FieldType = {
  read: (values, _timeZone, note) => toAddress(values, note, AT),
  write: (value, context) =>
    typeof value === 'object' && !Array.isArray(value) ? fromAddress(value as Partial<Address>, context, AT) : undefined,
}

/** Kommo's own word for a kind of entity, where a translation of the seed stands. */
function untranslated(value: unknown): unknown {
  const word = (value as { entity_type?: unknown } | null)?.entity_type
  return typeof word === 'string' && Object.hasOwn(ENTITY_TYPES, word) ? { ...(value as object), entity_type: ENTITY_TYPES[word] } : value
}

/** Kommo's object as it is; a list of them where there are several. */
const OBJECT: FieldType = {
  read: (values) => (values.length === 1 ? untranslated(values[0]!.value) : values.map(({ value }) => untranslated(value))),
  write: (value) => (Array.isArray(value) ? value : [value]).map((each) => ({ value: untranslated(each) })),
}

const OBJECTS: FieldType = { ...OBJECT, read: (values) => values.map(({ value }) => value) }

/** Pairs of ids, with no `value` around them (seed), and whatever else nobody has seen. */
export const AS_IT_IS: FieldType = {
  read: (values) => values,
  write: (value) => (Array.isArray(value) ? value : [value]),
}

const TEXT = single((value, _timeZone, note) => words(value, note, AT), asText)
const AMOUNT = single(
  (value, _timeZone, note) => money(value, note, AT),
  (value) => money(value, unnoted, AT),
)
const DAY = single(
  (value, timeZone, note) => dayOf(value, timeZone, note),
  (value, context) => secondsAt(value, context),
)

const TYPES: Readonly<Record<string, FieldType>> = {
  text: TEXT,
  textarea: TEXT,
  url: TEXT,
  streetaddress: TEXT,
  tracking_data: TEXT,
  // A decimal text in both directions (seed).
  numeric: single(
    (value, _timeZone, note) => quantity(value, note, AT),
    (value) => quantity(value, unnoted, AT),
  ),
  price: AMOUNT,
  monetary: AMOUNT,
  checkbox: single(
    (value, _timeZone, note) => boolean(value, note, AT),
    (value) => (typeof value === 'boolean' ? value : undefined),
  ),
  date: DAY,
  birthday: DAY,
  date_time: single(
    (value, timeZone, note) => momentOf(value, timeZone, note),
    (value, context) => secondsAt(value, context),
  ),
  select: CHOICE,
  radiobutton: CHOICE,
  category: CHOICE,
  multiselect: CHOICES,
  multitext: LABELLED,
  smart_address: ADDRESS,
  legal_entity: OBJECT,
  linked_entity: OBJECT,
  file: OBJECT,
  payer: OBJECT,
  supplier: OBJECT,
  items: OBJECTS,
  chained_list: AS_IT_IS,
}

/** Types whose value is an object, of which a member may be one of ours. */
export const isObjectType = (type: string | null) => type !== null && TYPES[type] === OBJECT && type !== 'file'

export const typeOf = (type: string | null): FieldType => (type !== null && Object.hasOwn(TYPES, type) ? TYPES[type]! : AS_IT_IS)
