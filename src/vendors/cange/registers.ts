import type { Ask, Page, Position } from '../../kernel/adapter.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { object, part, refuse, rows, text, Unreadable } from '../../kernel/wire.ts'
import { fieldView, type Reading } from './fields.ts'
import type { RegisterSource } from './settings.ts'

// Records of a register, by whichever of its two engines the register has.

/** The second engine gives at most 200 rows a page (C3). */
export const PAGE_SIZE = 200

const ENGINE_KEPT_MS = 300_000

/** The query stands in the path because the kernel keeps answers by their path. */
async function hasSecondEngine(ask: Ask, { registerId }: RegisterSource): Promise<boolean> {
  const path = `/register/v2/query-engine-status?id_register=${registerId}`
  const status = part((await ask({ method: 'GET', path }, { cachedForMs: ENGINE_KEPT_MS })).body, refuse, 'query-engine-status')
  return status.use_query_v2 === 'S' || status.isLargeData === 'S'
}

const idOf = (row: unknown) => Number((row as { id_form_answer?: unknown } | null)?.id_form_answer)

/** All records there are: the first engine knows no pages. By id, so that one that is added meanwhile is the last. */
async function allRows(ask: Ask, { registerId }: RegisterSource, q: string | undefined): Promise<unknown[]> {
  const query = { id_register: registerId, withAnswers: true, likeSearch: q }
  const register = object<{ form_answers?: unknown }>((await ask({ method: 'GET', path: '/register', query })).body, 'register')
  if (!Array.isArray(register.form_answers)) throw new Unreadable('form_answers', 'is not a list')
  return rows(register.form_answers, refuse, 'form_answers', 1_000_000).toSorted((one, other) => idOf(one) - idOf(other))
}

/** The cursor after this page; null where it was the last. */
export function nextCursor(pageInfo: unknown, given: Position): string | null {
  const { has_more, next_cursor } = part(pageInfo, refuse, 'page_info')
  if (has_more !== true) return null
  const next = text(next_cursor, refuse, 'next_cursor', 4000)
  if (next === null || next === given) throw new Unreadable('next_cursor', 'leads nowhere')
  return next
}

/** What a walk says whose cursor Cange no longer knows. */
export function expired(cause: unknown): GatewayError {
  return new GatewayError('invalid_cursor', {
    origin: 'vendor',
    cause,
    message: 'Cange no longer knows where this list stood: it forgets that after three minutes. Begin it again.',
    errors: [{ parameter: 'cursor', detail: 'has expired at the vendor' }],
  })
}

export const isExpired = (error: unknown): error is GatewayError => error instanceof GatewayError && error.kind === 'invalid_cursor'

export async function registerPage(
  ask: Ask,
  reading: Reading,
  source: RegisterSource,
  q: string | undefined,
  position: Position,
): Promise<Page> {
  if (position === null && !(await hasSecondEngine(ask, source))) return { rows: await allRows(ask, source, q), next: null }
  const filterSchema = JSON.stringify({ fieldView: fieldView(reading), ...(q !== undefined && { searchText: q }) })
  const cursor = typeof position === 'string' ? position : undefined
  const body = { id_register: source.registerId, filterSchema, page_size: PAGE_SIZE, cursor }
  const answer = await ask({ method: 'POST', path: '/register/v2/query', body }).catch((error) => {
    throw isExpired(error) ? expired(error) : error
  })
  const page = object<{ items?: unknown; page_info?: unknown }>(answer.body, 'page')
  if (!Array.isArray(page.items)) throw new Unreadable('items', 'is not a list')
  return { rows: page.items, next: nextCursor(page.page_info, position) }
}

/** One record as its engine gives it; null where there is none. Only the second engine can be asked for one. */
export async function registerRow(ask: Ask, source: RegisterSource, vendorId: string): Promise<unknown> {
  if (await hasSecondEngine(ask, source)) {
    const query = { id_register: source.registerId, id_form_answer: vendorId }
    return object<{ item?: unknown }>((await ask({ method: 'GET', path: '/register/v2/query-single', query })).body, 'answer').item ?? null
  }
  const found = (await allRows(ask, source, undefined)).find(
    (row) => String((row as { id_form_answer?: unknown } | null)?.id_form_answer) === vendorId,
  )
  return found ?? null
}
