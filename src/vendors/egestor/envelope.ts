import type { Context, ListInput, Page, Position } from '../../kernel/adapter.ts'
import { integer, object, ownId, refuse, rows, Unreadable } from '../../kernel/wire.ts'
import type { Pagina } from './wire.ts'

// What eGestor wraps around its records: pages, and what it says of a record that was made.

/** Rows on a page, always (seed). */
export const PAGE_SIZE = 50

/** By code, so that a row that is added meanwhile is the last. */
export const ORDER = 'codigo,asc'

export const pageOf = (position: Position): number => (typeof position === 'number' ? position : 1)

/** `last_page` alone tells the end; `next_page_url` is null throughout (seed). */
export function readPage(body: unknown, page: number): { rows: readonly unknown[]; next: number | null } {
  const pagina = object<Pagina>(body, 'page')
  if (!Array.isArray(pagina.data)) throw new Unreadable('data', 'is not a list')
  const last = integer(pagina.last_page, refuse, 'last_page', 1_000_000_000)
  if (last === null) throw new Unreadable('last_page', 'is missing')
  return { rows: rows(pagina.data, refuse, 'data'), next: page < last ? page + 1 : null }
}

export const readList = (body: unknown, _context: Context, { position }: ListInput): Page => readPage(body, pageOf(position))

/** Code of a row that may be anything. */
export function rowId(row: unknown): string | null {
  const codigo = (row as { codigo?: unknown } | null)?.codigo
  return typeof codigo === 'string' || typeof codigo === 'number' ? String(codigo).slice(0, 128) : null
}

/** Code of what a POST made; each reply has it, whatever else it has (seed, D1). */
export const madeId = (body: unknown): string => ownId(object<{ codigo?: unknown }>(body).codigo, 'codigo')
