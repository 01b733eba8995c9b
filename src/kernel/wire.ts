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

const SPACE = 0x20
/** Beyond it are the other blanks that a text may be trimmed of, and the surrogates. */
const LAST_PLAIN = 0x167f

/** Whether there is nothing to clean or to trim: most texts, seen by one look at each character. */
function isPlain(value: string): boolean {
  const last = value.length - 1
  if (value.charCodeAt(0) === SPACE || value.charCodeAt(last) === SPACE) return false
  for (let place = 0; place <= last; place += 1) {
    const code = value.charCodeAt(place)
    if (code < SPACE || (code >= 0x7f && code <= 0xa0) || code > LAST_PLAIN) return false
  }
  return true
}

function cleaned(value: string): string {
  if (isPlain(value)) return value
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

function each(entries: readonly unknown[], note: Note, field: string, limit: number, most: number): string[] {
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

/** Several texts; some vendors join them with commas, even inside a list of one. Blanks are dropped. */
export function list(value: unknown, note: Note, field: string, limit = 200, most = 500): string[] {
  if (isEmpty(value)) return []
  if (Array.isArray(value) && value.length > 1) return each(value, note, field, limit, most)
  const only = Array.isArray(value) ? value[0] : value
  if (typeof only === 'string' && only.includes(',')) return each(only.split(','), note, field, limit, most)
  const clean = text(only, note, field, limit)
  return clean === null ? [] : [clean]
}

/** Our word for a vendor's, or `unknown`. */
export function oneOf<const W extends string>(table: Readonly<Record<string, W>>, value: unknown): W | 'unknown' {
  const word = typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : ''
  return Object.hasOwn(table, word) ? table[word]! : 'unknown'
}
