import type { Note } from './wire.ts'

// Days and moments: what vendors send as local times, zero dates or Unix seconds.

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

const ZONED = /^.{10}[ T].*(?:Z|[+-]\d{2}:?\d{2})$/

/** The day in `timeZone` of a moment whose zone the vendor wrote; of a date and of a local time the day that they name. */
export function localDay(value: unknown, timeZone: string, note: Note, field: string): string | null {
  const named = day(value, note, field)
  if (named === null || !ZONED.test((value as string).trim())) return named
  const moment = instant(value, timeZone, note, field)
  return moment === null ? null : day(localTime(moment, timeZone), note, field)
}

/** Whether a day and a time to the second are all that there is, as most vendors write them. */
function isUsual(value: string): boolean {
  if (value.length !== 19 || value[13] !== ':' || value[16] !== ':' || (value[10] !== ' ' && value[10] !== 'T')) return false
  const [hour, minute, second] = [twoDigits(value, 11), twoDigits(value, 14), twoDigits(value, 17)]
  return hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 59
}

function instantOf(value: string, timeZone: string): string | null {
  const date = value.slice(0, 10)
  if (isUsual(value)) return `${date}T${value.slice(11)}${offsetAt(value.slice(0, 13), timeZone)}`
  if (value.length === 10) return `${date}T00:00:00${offsetAt(`${date} 00`, timeZone)}`
  const clock = CLOCK.exec(value.slice(10))
  if (!clock) return null
  const time = clock[0].length === 6 ? `${clock[0].slice(1)}:00` : clock[0].slice(1)
  const rest = value.slice(10 + clock[0].length)
  if (rest === '') return `${date}T${time}${offsetAt(value.slice(0, 13), timeZone)}`
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

/** Offset of a local hour, such as 2018-11-04 10, with a blank or a T. Brazil had summer time until 2019; an hour that came twice is its first. */
function offsetAt(hour: string, timeZone: string): string {
  const { format, offsets } = zoneOf(timeZone)
  const known = offsets.get(hour)
  if (known !== undefined) return known
  const local = Date.parse(`${hour.replace(' ', 'T')}:00:00Z`)
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
