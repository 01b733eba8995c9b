import Big from 'big.js'

// Readers for what vendors send: numbers as text, empty text for nothing, zero dates. They run on every member of every row, so they
// compile nothing and allocate next to nothing on the way that clean values take.

/** Thrown where a value cannot be read and must not be guessed. Its words never quote the value. */
export class Unreadable extends Error {
  readonly field: string

  constructor(field: string, reason: string) {
    super(`${field}: ${reason}`)
    this.name = 'Unreadable'
    this.field = field
  }
}

/** Told of a member that could not be read or kept whole. The reader then gives null, or what is left. */
export type Note = (field: string, reason: string) => void

/** The note for members without which a record would lie: the whole record is refused. */
export const refuse: Note = (field, reason) => {
  throw new Unreadable(field, reason)
}

type Row = Readonly<Record<string, unknown>>

const NOTHING: Row = Object.freeze({})

/** An object, to be read member by member. */
export function object<T = Row>(value: unknown, field = 'record'): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Unreadable(field, 'is not an object')
  return value as T
}

/** An object within a record; PHP sends an empty list for an empty object. */
export function part(value: unknown, note: Note, field: string): Row {
  if (isEmpty(value)) return NOTHING
  if (typeof value === 'object' && !Array.isArray(value)) return value as Row
  note(field, 'is not an object')
  return NOTHING
}

/** Rows within a record or an answer. */
export function rows(value: unknown, note: Note, field: string, limit = 10_000): readonly unknown[] {
  if (value === null || value === undefined || value === '') return []
  if (!Array.isArray(value)) {
    note(field, 'is not a list')
    return []
  }
  if (value.length <= limit) return value
  note(field, `has more than ${limit} entries; the others were left out`)
  return value.slice(0, limit)
}

// Control characters other than tab and line breaks, and lone surrogates: what the contract takes back has none.
const CONTROL = '\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F'
const UNCLEAN = new RegExp(`[${CONTROL}]`)
const UNCLEAN_ALL = new RegExp(`[${CONTROL}\\uD800-\\uDFFF]`, 'gu')

function cleaned(value: string): string {
  return UNCLEAN.test(value) || !value.isWellFormed() ? value.replace(UNCLEAN_ALL, '').trim() : value.trim()
}

/** What each row is, with a warning for a member that could not be read; a row that cannot be read at all is left out with one. */
export function readEach<T>(
  given: readonly unknown[],
  read: (row: Row, note: Note) => T,
  { warn }: { warn(vendorId: null, field: string | null, reason: string): void },
): T[] {
  const note: Note = (field, reason) => warn(null, field, reason)
  return given.flatMap((row) => {
    try {
      return [read(object(row), note)]
    } catch (thrown) {
      if (!(thrown instanceof Unreadable)) throw thrown
      warn(null, null, thrown.message)
      return []
    }
  })
}

/** Whether a value says nothing: null, empty text, an empty list. */
export const isEmpty = (value: unknown) =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)

/** The first `limit` UTF-16 units, never half a character. */
function cut(value: string, limit: number): string {
  const last = value.charCodeAt(limit - 1)
  return value.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit).trimEnd()
}

/** Text, or null for none. `limit` is what the contract takes. */
export function text(value: unknown, note: Note, field: string, limit = 1000): string | null {
  if (value === null || value === undefined || value === '') return null
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    note(field, 'is not text')
    return null
  }
  const clean = typeof value === 'string' ? cleaned(value) : String(value)
  if (clean === '') return null
  if (clean.length <= limit) return clean
  note(field, `is longer than ${limit} characters and was cut`)
  return cut(clean, limit)
}

/** Free text of several lines. */
export const words = (value: unknown, note: Note, field: string) => text(value, note, field, 65_536)

/** The digits in a text, or null for none. */
export function digits(value: unknown, note: Note, field: string): string | null {
  return text(value, note, field)?.replace(/\D/g, '') || null
}

const ID = /^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,127}$/

/** A vendor's id; 0 and empty text mean none. */
export function id(value: unknown, note: Note, field: string): string | null {
  if (typeof value === 'number') {
    if (value === 0) return null
    if (Number.isSafeInteger(value) && value > 0) return String(value)
    note(field, 'is not an id')
    return null
  }
  if (value === null || value === undefined || value === '' || value === '0') return null
  if (typeof value === 'string') {
    if (ID.test(value)) return value
    const clean = value.trim()
    if (clean === '' || clean === '0') return null
    if (ID.test(clean)) return clean
  }
  note(field, 'is not an id')
  return null
}

/** The id of a record itself, without which it is none. */
export function ownId(value: unknown, field: string): string {
  const own = id(value, refuse, field)
  if (own === null) throw new Unreadable(field, 'is missing')
  return own
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/
const PLAIN = /^(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?$/
const MOST = new Big('1e15')

/** A plain decimal text with its trailing zeros cut, and at least `least` decimals. */
function trimmed(plain: string, least: 0 | 2): string {
  const dot = plain.indexOf('.')
  if (dot === -1) return least === 2 ? `${plain}.00` : plain
  const shortest = dot + 1 + least
  let end = plain.length
  while (end > shortest && plain.charCodeAt(end - 1) === 48) end--
  if (end < shortest) return `${plain}0`
  if (end === dot + 1) return plain.slice(0, dot)
  return end === plain.length ? plain : plain.slice(0, end)
}

/** A decimal text with at least `least` decimals and at most ten; null where it is no number the contract can hold. */
function decimal(value: unknown, least: 0 | 2): string | null {
  if (typeof value === 'number') {
    if (Number.isInteger(value) && value < 1e15 && value > -1e15) return least === 2 ? `${value}.00` : String(value)
    if (!Number.isFinite(value)) return null
  } else if (typeof value !== 'string') return null
  const plain = typeof value === 'number' ? String(value) : value
  if (PLAIN.test(plain)) return trimmed(plain, least)
  return DECIMAL.test(plain) ? written(new Big(plain.startsWith('+') ? plain.slice(1) : plain), least) : null
}

function written(number: Big, least: 0 | 2): string | null {
  const rounded = number.round(10, Big.roundHalfUp)
  if (rounded.abs().gte(MOST)) return null
  const places = Math.max(least, rounded.c.length - 1 - rounded.e, 0)
  // Zero has a sign in big.js.
  return (rounded.eq(0) ? new Big(0) : rounded).toFixed(places)
}

/** An amount: at least two decimals, more only where they are not zero. */
export function money(value: unknown, note: Note, field: string): string | null {
  if (value === null || value === undefined || value === '') return null
  const amount = decimal(typeof value === 'string' ? value.trim() : value, 2)
  if (amount === null) note(field, 'is not a decimal amount')
  return amount
}

/** A quantity, without trailing zeros. */
export function quantity(value: unknown, note: Note, field: string): string | null {
  if (value === null || value === undefined || value === '') return null
  const count = decimal(typeof value === 'string' ? value.trim() : value, 0)
  if (count === null) note(field, 'is not a decimal number')
  return count
}

type Sign = 1 | -1

/** Sum of amounts, each with its sign; null where one is missing. */
export function total(...terms: readonly (readonly [sign: Sign, amount: string | null])[]): string | null {
  let sum = new Big(0)
  for (const [sign, amount] of terms) {
    if (amount === null) return null
    sum = sign === 1 ? sum.plus(amount) : sum.minus(amount)
  }
  return written(sum, 2)
}

/** Quantity times price; null where one is missing. */
export function times(count: string | null, price: string | null): string | null {
  return count === null || price === null ? null : written(new Big(count).times(price), 2)
}

/** Whether two amounts are the same, however they are written. */
export const sameAmount = (one: string, other: string) => new Big(one).eq(other)

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function twoDigits(value: string, at: number): number {
  const tens = value.charCodeAt(at) - 48
  const units = value.charCodeAt(at + 1) - 48
  return tens >= 0 && tens <= 9 && units >= 0 && units <= 9 ? tens * 10 + units : -1
}

/** Whether a text begins with a day that there is; the first thousand years are no dates that a business keeps. */
function beginsWithDay(value: string): boolean {
  const century = twoDigits(value, 0)
  const yearOfCentury = twoDigits(value, 2)
  const month = twoDigits(value, 5)
  const dayOfMonth = twoDigits(value, 8)
  if (century < 0 || yearOfCentury < 0 || value[4] !== '-' || value[7] !== '-' || month < 1 || month > 12 || dayOfMonth < 1) return false
  const year = century * 100 + yearOfCentury
  if (year <= 1000) return false
  if (month === 2 && dayOfMonth === 29) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return dayOfMonth <= DAYS[month - 1]!
}

const isNoDay = (value: unknown) =>
  value === null || value === undefined || value === '' || (typeof value === 'string' && value.startsWith('0000-00-00'))

/** The day of a date or of a local date and time; empty text and zero dates mean none. */
export function day(value: unknown, note: Note, field: string): string | null {
  if (isNoDay(value)) return null
  if (typeof value === 'string') {
    const clean = value.trim()
    if (isNoDay(clean)) return null
    if (beginsWithDay(clean)) {
      if (clean.length === 10) return clean
      if (clean[10] === ' ' || clean[10] === 'T') return clean.slice(0, 10)
    }
  }
  note(field, 'is not a day')
  return null
}

const CLOCK = /^[ T]([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?/
const ZONE = /^(?:Z|([+-])([01]\d|2[0-3]):?([0-5]\d))$/

/** A moment as RFC 3339. Local times are read in `timeZone`; a zone that the vendor wrote is kept. */
export function instant(value: unknown, timeZone: string, note: Note, field: string): string | null {
  if (isNoDay(value)) return null
  if (typeof value === 'string') {
    const clean = value.trim()
    if (isNoDay(clean)) return null
    if (beginsWithDay(clean)) {
      const read = instantOf(clean, timeZone)
      if (read !== null) return read
    }
  }
  note(field, 'is not a date and time')
  return null
}

function instantOf(value: string, timeZone: string): string | null {
  const date = value.slice(0, 10)
  if (value.length === 10) return `${date}T00:00:00${offsetAt(`${date}T00`, timeZone)}`
  const clock = CLOCK.exec(value.slice(10))
  if (!clock) return null
  const time = clock[0].length === 6 ? `${clock[0].slice(1)}:00` : clock[0].slice(1)
  const rest = value.slice(10 + clock[0].length)
  if (rest === '') return `${date}T${time}${offsetAt(`${date}T${clock[1]}`, timeZone)}`
  const zone = ZONE.exec(rest)
  if (!zone) return null
  return `${date}T${time}${zone[1] === undefined ? 'Z' : `${zone[1]}${zone[2]}:${zone[3]}`}`
}

const zones = new Map<string, { format: Intl.DateTimeFormat; offsets: Map<string, string> }>()
const MOST_OFFSETS = 5000

function zoneOf(timeZone: string) {
  let zone = zones.get(timeZone)
  if (!zone) {
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone, hourCycle: 'h23', dateStyle: 'short', timeStyle: 'medium' })
    zone = { format, offsets: new Map() }
    zones.set(timeZone, zone)
  }
  return zone
}

/** Minutes a zone is ahead of UTC at a moment. */
function minutesAhead(format: Intl.DateTimeFormat, ms: number): number {
  return Math.round((Date.parse(`${format.format(ms).replace(' ', 'T')}Z`) - ms) / 60_000)
}

/** Minutes ahead of UTC as RFC 3339 writes them. */
function offsetText(minutes: number): string {
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${String(Math.trunc(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`
}

/** Offset of a local hour, such as 2018-11-04T10. Brazil had summer time until 2019; an hour that came twice is its first. */
function offsetAt(hour: string, timeZone: string): string {
  const { format, offsets } = zoneOf(timeZone)
  const known = offsets.get(hour)
  if (known !== undefined) return known
  const local = Date.parse(`${hour}:00:00Z`)
  // The offset of a day before holds unless the clocks changed since; then the hour, read with it, is seen to be another.
  const before = minutesAhead(format, local - 86_400_000)
  const after = minutesAhead(format, local - before * 60_000)
  const minutes = before === after ? before : minutesAhead(format, local - after * 60_000) === after ? after : before
  const offset = offsetText(minutes)
  if (offsets.size >= MOST_OFFSETS) offsets.clear()
  offsets.set(hour, offset)
  return offset
}

// The years 1001 and 9999 with a day to spare: other years are not written with four digits, or are no dates that a business keeps.
const FIRST_SECOND = -30_578_515_200
const LAST_SECOND = 253_402_214_400

/** Unix seconds as RFC 3339 in `timeZone`. 0 is the beginning of 1970, not nothing. */
export function secondsInstant(value: unknown, timeZone: string, note: Note, field: string): string | null {
  if (value === null || value === undefined || value === '') return null
  const seconds = typeof value === 'string' && /^\s*-?\d{1,12}\s*$/.test(value) ? Number(value) : value
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= FIRST_SECOND && seconds <= LAST_SECOND) {
    // Whole minutes: before 1914 zones had seconds in their offsets, which RFC 3339 has not.
    const minutes = minutesAhead(zoneOf(timeZone).format, seconds * 1000)
    return new Date((seconds + minutes * 60) * 1000).toISOString().slice(0, 19) + offsetText(minutes)
  }
  note(field, 'is not a time in Unix seconds')
  return null
}

/** An instant as the vendor's local date and time, YYYY-MM-DD HH:MM:SS. */
export function localTime(moment: string, timeZone: string): string {
  return zoneOf(timeZone).format.format(Date.parse(moment))
}

const TRUTHS: Readonly<Record<string, boolean>> = {
  true: true,
  '1': true,
  s: true,
  sim: true,
  y: true,
  false: false,
  '0': false,
  n: false,
  não: false,
  nao: false,
}

/** Yes or no, however it is written. */
export function boolean(value: unknown, note: Note, field: string): boolean | null {
  if (value === true || value === 1) return true
  if (value === false || value === 0) return false
  if (value === null || value === undefined || value === '') return null
  if (typeof value === 'string') {
    const word = value.trim().toLowerCase()
    if (word === '') return null
    if (Object.hasOwn(TRUTHS, word)) return TRUTHS[word]!
  }
  note(field, 'is neither yes nor no')
  return null
}

/** A whole number from 0 to `most`. */
export function integer(value: unknown, note: Note, field: string, most = 10_000): number | null {
  if (value === null || value === undefined || value === '') return null
  const number = typeof value === 'string' && /^\s*\d{1,15}(\.0*)?\s*$/.test(value) ? Number(value) : value
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= most) return number
  note(field, `is not a whole number from 0 to ${most}`)
  return null
}

/** Several texts; some vendors join them with commas, even inside a list of one. Blanks are dropped. */
export function list(value: unknown, note: Note, field: string, limit = 200, most = 500): string[] {
  if (value === null || value === undefined || value === '') return []
  const only = Array.isArray(value) ? (value.length === 1 ? value[0] : undefined) : value
  const entries = typeof only === 'string' && only.includes(',') ? only.split(',') : Array.isArray(value) ? value : [value]
  const read: string[] = []
  for (const entry of entries) {
    const clean = text(entry, note, field, limit)
    if (clean === null) continue
    if (read.length === most) {
      note(field, `has more than ${most} entries; the others were left out`)
      break
    }
    read.push(clean)
  }
  return read
}

/** Our word for a vendor's, or `unknown`. */
export function oneOf<const W extends string>(table: Readonly<Record<string, W>>, value: unknown): W | 'unknown' {
  const word = typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : ''
  return Object.hasOwn(table, word) ? table[word]! : 'unknown'
}
