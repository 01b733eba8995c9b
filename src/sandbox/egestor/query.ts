import { Refusal } from './refusal.ts'

export type Query = Record<string, string>

/** Makes the test of a row for one parameter's value; null where the value is out of its domain (422). */
export type Filter<Row> = (value: string, query: Query) => ((row: Row) => boolean) | null

export interface ListRules<Row> {
  filters: Record<string, Filter<Row>>
  /** What `fields` may name. */
  fields: readonly string[]
  defaultFields?: readonly string[]
  orderBy: readonly string[]
  /** The value of one field as the list shows it. */
  value: (row: Row, field: string) => unknown
  /** Where the list names a field otherwise than `fields` does. */
  key?: (field: string) => string
}

const perPage = 50 // not changeable (seed)

/** One page in the vendor's envelope. `next_page_url` is null even where there are more pages (seed). */
export function listPage<Row>(rows: Iterable<Row>, query: Query, rules: ListRules<Row>, pageNumbersAsText: boolean): unknown {
  const tests: ((row: Row) => boolean)[] = []
  for (const [name, value] of Object.entries(query)) {
    if (name === 'page' || name === 'fields' || name === 'orderBy') continue
    if (!Object.hasOwn(rules.filters, name)) throw new Refusal(400, `Parâmetro inexistente: ${name}`, [name])
    if (value === '') continue
    const test = rules.filters[name]!(value, query)
    if (test === null) throw new Refusal(422, `Valor fora do escopo: ${name}`, [name])
    tests.push(test)
  }
  const fields = chosenFields(query, rules)
  const page = chosenPage(query)
  const kept = tests.length === 0 ? [...rows] : keep(rows, tests)
  order(kept, query, rules)

  const total = kept.length
  const start = (page - 1) * perPage
  const slice = kept.slice(start, start + perPage)
  const keys = rules.key ? fields.map(rules.key) : fields
  const lastPage = Math.max(1, Math.ceil(total / perPage))
  return {
    total,
    per_page: perPage,
    current_page: pageNumbersAsText ? String(page) : page,
    last_page: pageNumbersAsText ? String(lastPage) : lastPage,
    next_page_url: null,
    prev_page_url: null,
    from: slice.length === 0 ? null : start + 1,
    to: slice.length === 0 ? null : start + slice.length,
    data: slice.map((row) => {
      const shown: Record<string, unknown> = {}
      for (let at = 0; at < fields.length; at += 1) shown[keys[at]!] = rules.value(row, fields[at]!)
      return shown
    }),
  }
}

function keep<Row>(rows: Iterable<Row>, tests: ((row: Row) => boolean)[]): Row[] {
  const kept: Row[] = []
  for (const row of rows) if (tests.every((test) => test(row))) kept.push(row)
  return kept
}

function chosenFields<Row>(query: Query, rules: ListRules<Row>): readonly string[] {
  if (!query.fields) return rules.defaultFields ?? rules.fields
  const named = query.fields.split(',').map((field) => field.trim())
  const unknown = named.filter((field) => !rules.fields.includes(field))
  if (unknown.length > 0) throw new Refusal(400, `Campos inexistentes em fields: ${unknown.join(', ')}`, unknown)
  return named
}

function chosenPage(query: Query): number {
  if (query.page === undefined) return 1
  if (!/^[1-9]\d{0,8}$/.test(query.page)) throw new Refusal(422, 'Valor fora do escopo: page', ['page'])
  return Number(query.page)
}

function order<Row>(rows: Row[], query: Query, rules: ListRules<Row>): void {
  if (!query.orderBy) return
  const [field = '', direction = 'asc', ...rest] = query.orderBy.split(',')
  if (!rules.orderBy.includes(field) || !['asc', 'desc'].includes(direction) || rest.length > 0) {
    throw new Refusal(400, `Ordenação inválida: ${query.orderBy}`, ['orderBy'])
  }
  const sign = direction === 'desc' ? -1 : 1
  const keys = new Map(rows.map((row) => [row, sortKey(rules.value(row, field))]))
  rows.sort((a, b) => sign * compare(keys.get(a)!, keys.get(b)!))
}

/** Numbers as numbers even where the list shows them as text. */
function sortKey(value: unknown): string | number {
  if (typeof value === 'number') return value
  const shown = String(value)
  return /^-?\d+(\.\d+)?$/.test(shown) ? Number(shown) : fold(shown)
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === typeof b) return a < b ? -1 : a > b ? 1 : 0
  return typeof a === 'number' ? -1 : 1
}

const folded = new Map<string, string>()

/** Lower case without accents (assumed: the vendor searches that way). Remembered, as a search folds a whole table. */
function fold(value: string): string {
  const known = folded.get(value)
  if (known !== undefined) return known
  const lower = value.toLowerCase()
  const plain = lower.normalize('NFD').replace(/\p{M}/gu, '')
  if (folded.size > 50_000) folded.clear()
  folded.set(value, plain)
  return plain
}

/** Keeps rows of which one text holds the value. */
export const contains =
  <Row>(read: (row: Row) => unknown[]): Filter<Row> =>
  (value) => {
    const wanted = fold(value)
    return (row) => read(row).some((one) => fold(String(one)).includes(wanted))
  }

/** Keeps rows whose value, as text, is this one. */
export const equals =
  <Row>(read: (row: Row) => unknown): Filter<Row> =>
  (value) =>
  (row) =>
    String(read(row)) === value

/** A parameter that knows only these words. */
export const among =
  <Row>(words: Record<string, (row: Row) => boolean>): Filter<Row> =>
  (value) =>
    Object.hasOwn(words, value) ? words[value]! : null
