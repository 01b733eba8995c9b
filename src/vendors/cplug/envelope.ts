import { integer, object, part, refuse, rows, Unreadable } from '../../kernel/wire.ts'

// What CPlug wraps around its records.

type Row = Readonly<Record<string, unknown>>

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What is under `data`; some answers have nothing around them (DOC). */
function unwrapped(body: unknown): unknown {
  const data = isRow(body) ? body.data : undefined
  return data === undefined ? body : data
}

/** Rows of a list: under `key`, else the first list there is (assumed), else all of `data`. */
export function rowsIn(body: unknown, key: string): readonly unknown[] {
  const data = unwrapped(body)
  if (Array.isArray(data)) return rows(data, refuse, 'data')
  const members = object(data, 'data')
  const found = Array.isArray(members[key]) ? members[key] : Object.values(members).find(Array.isArray)
  if (found === undefined) throw new Unreadable('data', 'has no list')
  return rows(found, refuse, 'data')
}

/** Where there is no `meta` a short page is the last (assumed). */
export function nextPage(body: unknown, page: number, count: number, perPage: number): number | null {
  const meta = part(isRow(body) ? body.meta : undefined, refuse, 'meta')
  const last = integer(meta.last_page, refuse, 'meta.last_page', 1_000_000_000)
  return (last === null ? count >= perPage : page < last) ? page + 1 : null
}

/** One record: `data` itself, or what is in its only member (assumed). */
export function rowIn(body: unknown): Row {
  const data = object<Row>(unwrapped(body), 'data')
  if (data.id !== undefined) return data
  const inner = Object.values(data)
    .map((value) => (Array.isArray(value) ? value[0] : value))
    .find((value) => isRow(value) && value.id !== undefined)
  if (inner === undefined) throw new Unreadable('id', 'is missing')
  return inner as Row
}

/** Id of a row that may be anything. */
export function rowId(row: unknown): string | null {
  const given = isRow(row) ? row.id : undefined
  return typeof given === 'string' || typeof given === 'number' ? String(given).slice(0, 128) : null
}
