import type { Account } from './account.ts'
import { Refusal } from './refusal.ts'

/** What nobody knows of the vendor, and what goes wrong there. */
export interface Traps {
  /** Where the answer to a new record has its id; `nowhere`: nothing tells it. */
  createAnswer: 'root' | 'form_answer' | 'data' | 'nowhere'
  /** What /session calls the token. */
  tokenName: 'token' | 'access_token' | 'nested'
  /** Calls without an Origin are refused (the seed asks for one; how strict it is, nobody knows). */
  originRequired: boolean
  /** Rows of the second engine show values and leave out what is stored. */
  storedValuesHidden: boolean
  /** The list of a large flow cannot be kept, and ends after its first page (C3). */
  cursorStoreDown: boolean
  /** Errors come with status 200. */
  errorsWith200: boolean
}

export const defaultTraps: Traps = {
  createAnswer: 'root',
  tokenName: 'token',
  originRequired: true,
  storedValuesHidden: false,
  cursorStoreDown: false,
  errorsWith200: false,
}

export interface Call {
  account: Account
  traps: Traps
  query: Record<string, string>
  body: unknown
  /** Milliseconds. */
  now: number
  cursors: Cursors
}

/** Lists of large flows, kept for three minutes (C3). */
export interface Cursors {
  lifeMs: number
  lists: Map<string, { ids: number[]; until: number }>
}

export type Endpoint = (call: Call) => unknown
export type Endpoints = Readonly<Record<string, Endpoint>>

/** The query, of which nothing is unknown. */
export function only(query: Record<string, string>, names: readonly string[]): Record<string, string | undefined> {
  const unknown = Object.keys(query).filter((name) => !names.includes(name))
  if (unknown.length > 0) throw new Refusal(400, `Parâmetros inválidos: ${unknown.join(', ')}`)
  return query
}

export function bodyOf(body: unknown, names: readonly string[]): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new Refusal(400, 'Parâmetros inválidos: envie um objeto JSON')
  const unknown = Object.keys(body).filter((name) => !names.includes(name))
  if (unknown.length > 0) throw new Refusal(400, `Parâmetros inválidos: ${unknown.join(', ')}`)
  return body as Record<string, unknown>
}

/** Where a page of the second engine begins: after an id. */
export function pageAfter<Row extends { id: number }>(rows: Row[], cursor: unknown, pageSize: unknown, most: number) {
  const size = pageSize === undefined ? 50 : Number(pageSize)
  if (!Number.isInteger(size) || size < 1 || size > most) throw new Refusal(400, 'Parâmetros inválidos: page_size')
  const after = cursor === undefined || cursor === null ? 0 : Number(/^after-(\d+)$/.exec(String(cursor))?.[1] ?? Number.NaN)
  if (Number.isNaN(after)) throw new Refusal(400, 'Cursor inválido ou expirado')
  const rest = rows.filter(({ id }) => id > after)
  const page = rest.slice(0, size)
  const hasMore = rest.length > size
  return {
    page,
    page_info: { has_more: hasMore, next_cursor: hasMore ? `after-${page.at(-1)!.id}` : null },
    execution_stats: { total_count: rows.length, page_size: size },
  }
}

/** The fields to show: those named with all that the engine needs to know of them (C3). */
export function viewOf(fieldView: unknown): Set<number> {
  if (fieldView === undefined) return new Set()
  if (!Array.isArray(fieldView)) throw new Refusal(400, 'Parâmetros inválidos: fieldView')
  return new Set(fieldView.filter(({ form_id, type }) => form_id && type).map(({ id_field }) => Number(id_field)))
}

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

export const contains = (texts: readonly string[], wanted: string) => texts.some((text) => plain(text).includes(plain(wanted)))
