import type { Position } from '../../kernel/adapter.ts'
import { integer, object, refuse, Unreadable } from '../../kernel/wire.ts'

// What Yandeh wraps around its rows, which differs from page to page, and how a list goes on in it.

/** Asked for by name; it is the default of products and orders too (Y1, Y2). */
export const PAGE_SIZE = 100

/** Members that hold the rows: data (seed, Y3, Y5, Y6, Y10), items (Y2), content (Y7). */
const ROW_MEMBERS = ['data', 'items', 'content'] as const

const MOST = 1_000_000_000

/** The rows of an answer: a bare list (Y1, Y8), or a member of an object. */
export function rowsOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body
  const envelope = object(body, 'answer')
  for (const member of ROW_MEMBERS) if (Array.isArray(envelope[member])) return envelope[member]
  throw new Unreadable('data', 'is not a list')
}

interface Told {
  total_paginas?: unknown
  restantes?: unknown
  total?: unknown
}

const toldBy = (body: unknown): Told => (Array.isArray(body) ? {} : object<Told>(body, 'answer'))

/** Whether the envelope itself says that rows follow those of page `page` (Y3, Y5); null where it says nothing. */
export function saysMore(body: unknown, page: number): boolean | null {
  const { total_paginas, restantes } = toldBy(body)
  const pages = integer(total_paginas, refuse, 'total_paginas', MOST)
  if (pages !== null) return page < pages
  const left = integer(restantes, refuse, 'restantes', MOST)
  return left === null ? null : left > 0
}

/** Whether rows follow those of page `page`: as the envelope tells, or else where the page is full (assumed). */
export function hasMore(body: unknown, page: number): boolean {
  const said = saysMore(body, page)
  if (said !== null) return said
  // Text in Y10.
  const total = integer(toldBy(body).total, refuse, 'total', MOST)
  return total === null ? rowsOf(body).length === PAGE_SIZE : page * PAGE_SIZE < total
}

export const pageOf = (position: Position): number => (typeof position === 'number' ? position : 1)

/** The identifier of a row that may be anything. */
export function rowId(row: unknown): string | null {
  const id = (row as { id?: unknown } | null)?.id
  return typeof id === 'string' || typeof id === 'number' ? String(id).slice(0, 128) : null
}

/** A word of a walk over several statuses, one after another, and a page within it. */
export interface Place {
  status: string
  page: number
}

export function placeOf(position: Position, words: readonly string[]): Place {
  const { status, page } = (position ?? {}) as { status?: string; page?: number }
  return { status: status ?? words[0]!, page: page ?? 1 }
}

/** Where a walk goes on; null at its end. */
export function nextPlace({ status, page }: Place, words: readonly string[], more: boolean): Position {
  if (more) return { status, page: page + 1 }
  const next = words[words.indexOf(status) + 1]
  return next === undefined ? null : { status: next, page: 1 }
}
