import { integer, moment, oneOf } from './check.ts'
import type { Traps } from './endpoint.ts'
import type { Timestamps } from './records.ts'
import { unprocessable, type Wrong } from './refusal.ts'

export type Query = Record<string, string>

/** Makes the test of a row for one parameter's value; null where the value is out of its domain. */
export type Filter<Row> = (value: string, query: Query) => ((row: Row) => boolean) | null

const MOST_PER_PAGE = 100

/** Rows that are on the page asked for, in the vendor's envelope (DOC). */
export function listPage<Row extends Timestamps>(
  rows: readonly Row[],
  query: Query,
  options: { key: string; filters: Readonly<Record<string, Filter<Row>>>; show: (row: Row) => unknown; traps: Traps },
): unknown {
  const { key, show, traps } = options
  const filters: Readonly<Record<string, Filter<Row>>> = { ...options.filters, updated_from: updatedFrom, deleted }
  const wrong: Wrong[] = []
  const tests: ((row: Row) => boolean)[] = []
  for (const [name, value] of Object.entries(query)) {
    if (name === 'page' || name === 'per_page') continue
    const test = Object.hasOwn(filters, name) ? filters[name]!(value, query) : undefined
    if (test) tests.push(test)
    else wrong.push({ field: name, type: test === undefined ? 'Unknown' : 'Format' })
  }
  for (const name of ['page', 'per_page']) {
    if (query[name] !== undefined && !integer(Number(query[name]))) wrong.push({ field: name, type: 'Format' })
  }
  if (wrong.length > 0) throw unprocessable(wrong)
  if (query.deleted === undefined) tests.push((row) => row.deleted_at === null)
  const kept = rows.filter((row) => tests.every((test) => test(row)))
  const page = Number(query.page ?? 1)
  const perPage = Math.min(Number(query.per_page ?? 20), MOST_PER_PAGE)
  const shown = kept.slice((page - 1) * perPage, page * perPage).map(show)
  const meta = { current_page: page, last_page: Math.max(1, Math.ceil(kept.length / perPage)), per_page: perPage, total: kept.length }
  return { data: traps.listsWithoutKey ? shown : { [key]: shown }, ...(!traps.metaLeftOut && { meta }) }
}

const updatedFrom: Filter<Timestamps> = (value) => (moment(value) ? (row) => Date.parse(row.updated_at) >= Date.parse(value) : null)

const deleted: Filter<Timestamps> = (value) =>
  oneOf('not_include', 'include', 'only')(value) ? (row) => value === 'include' || (row.deleted_at !== null) === (value === 'only') : null

const plain = (value: unknown) => String(value).normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** Rows of which one text holds the value, accents and case aside (assumed). */
export const contains =
  <Row>(read: (row: Row) => unknown[]): Filter<Row> =>
  (value) => {
    const wanted = plain(value)
    return (row) => read(row).some((each) => plain(each).includes(wanted))
  }

export const equals =
  <Row>(read: (row: Row) => unknown): Filter<Row> =>
  (value) =>
  (row) =>
    String(read(row)) === value

/** Several ids, joined with commas (DOC). */
export const ids =
  <Row>(read: (row: Row) => unknown): Filter<Row> =>
  (value) => {
    const wanted = value.split(',')
    return (row) => wanted.includes(String(read(row)))
  }

export const among =
  <Row>(read: (row: Row) => unknown, ...words: string[]): Filter<Row> =>
  (value) =>
    words.includes(value) ? (row) => read(row) === value : null
