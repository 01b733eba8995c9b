import type { Ask, Position } from '../../kernel/adapter.ts'
import type { VendorRequest } from '../../kernel/call.ts'
import { object, ownId, refuse, rows, Unreadable } from '../../kernel/wire.ts'

// What Kommo wraps around its records: pages, single reads, replies of writes.

/** Rows on a page at most (KPT). Without `limit` the number is not documented, so it is always sent. */
export const PAGE_SIZE = 250

/** Ids in one filter: 250 of them would make an address that servers refuse. */
export const IDS_AT_ONCE = 100

/** By id, so that a row that is added meanwhile is the last (KPT). */
export const BY_ID = { 'order[id]': 'asc' } as const

export const pageOf = (position: Position): number => (typeof position === 'number' ? position : 1)

/** Rows of an answer. No body is a 204, which is an empty list (KPT). */
export function embedded(body: unknown, name: string): readonly unknown[] {
  if (body === null) return []
  const found = object(object<{ _embedded?: unknown }>(body, 'page')._embedded, 'page')[name]
  if (!Array.isArray(found)) throw new Unreadable(name, 'is not a list')
  return rows(found, refuse, name)
}

/** The last page has no next link, and one past the end no body (KPT). */
export function readPage(body: unknown, name: string, page: number): { rows: readonly unknown[]; next: number | null } {
  const found = embedded(body, name)
  const links = (body as { _links?: { next?: unknown } | null } | null)?._links
  return { rows: found, next: found.length > 0 && links?.next ? page + 1 : null }
}

/** A record by its id; null where there is none: Kommo answers 204 (KPT). */
export async function readOne<T>(ask: Ask, request: VendorRequest): Promise<T | null> {
  const { body } = await ask(request)
  return body === null ? null : object<T>(body)
}

const BORN = '{{id}}'

/** What a POST of a list of one answers in a dry run. */
export const bornAs = (name: string) => ({ _embedded: { [name]: [{ id: BORN }] } })

/** The id of what a POST of a list of one made. */
export function madeId(body: unknown, name: string): string {
  const { id } = object<{ id?: unknown }>(embedded(body, name)[0], name)
  return id === BORN ? BORN : ownId(id, 'id')
}

export function rowId(row: unknown): string | null {
  const id = (row as { id?: unknown } | null)?.id
  return typeof id === 'string' || typeof id === 'number' ? String(id).slice(0, 128) : null
}

/** `filter[name][0]`, `filter[name][1]` …: the same to Kommo as `filter[name][]` repeated, and what its own library sends (PHP). */
export const filterList = (name: string, values: readonly (string | number)[]): Record<string, string | number> =>
  Object.fromEntries(values.map((value, index) => [`filter[${name}][${index}]`, value]))

/** Unix seconds of an instant, rounded down. */
export const secondsOf = (instant: string): number => Math.floor(Date.parse(instant) / 1000)

/** The same for a filter. Nothing at Kommo is older than 1970; negative times in a filter are assumed to be refused. */
export const filterSeconds = (instant: string): number => Math.max(0, secondsOf(instant))

/** Null where nothing is asked: an empty filter is left out. */
export const changedSince = (updatedSince: string | undefined): Record<string, number> =>
  updatedSince === undefined ? {} : { 'filter[updated_at][from]': filterSeconds(updatedSince) }
