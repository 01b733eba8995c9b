import type { Ask, Page, Position } from '../../kernel/adapter.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { integer, object, part, refuse, rows, text, Unreadable } from '../../kernel/wire.ts'
import { fieldView, type Reading } from './fields.ts'
import { expired, isExpired, nextCursor, PAGE_SIZE } from './registers.ts'
import type { FlowSource } from './settings.ts'
import type { Cartao } from './wire.ts'

// Cards of a flow, by whichever of the two engines is on.

const ENGINE_KEPT_MS = 300_000

async function hasSecondEngine(ask: Ask, { flowId }: FlowSource): Promise<boolean> {
  const status = await ask({ method: 'GET', path: '/flow/v2/query-engine-status' }, { cachedForMs: ENGINE_KEPT_MS })
  if (part(status.body, refuse, 'query-engine-status').enabled === true) return true
  // One that is off may be on for this flow (C3).
  const flow = part((await ask({ method: 'GET', path: `/flow?id_flow=${flowId}` }, { cachedForMs: ENGINE_KEPT_MS })).body, refuse, 'flow')
  return flow.use_flow_query_v2 === 'S' || flow.use_query_v2 === 'S'
}

async function secondPage(ask: Ask, reading: Reading, { flowId }: FlowSource, q: string | undefined, position: Position): Promise<Page> {
  const answer = await ask({
    method: 'POST',
    path: '/flow/v2/query',
    body: {
      flow_id: flowId,
      fields: fieldView(reading),
      search: q,
      page_size: PAGE_SIZE,
      cursor: typeof position === 'string' ? position : undefined,
      // Without the second a card is called "(Sem título)" (C3).
      flags: { isArchived: false, ensure_card_title: true },
    },
  }).catch((error) => {
    throw isExpired(error) ? expired(error) : error
  })
  const page = object<{ items?: unknown; page_info?: unknown }>(answer.body, 'page')
  if (!Array.isArray(page.items)) throw new Unreadable('items', 'is not a list')
  return { rows: page.items, next: nextCursor(page.page_info, position) }
}

/** Where a large flow stands: the vendor's list of ids, kept for 180 s under a key (C3), how far, and the last id that was given. */
interface Place {
  readonly [name: string]: Position
  key: string
  offset: number
  last: string
}

interface LargePage {
  cursorKey?: unknown
  totalIds?: unknown
  offset?: unknown
  cards?: unknown
}

const cardId = (row: unknown) => String((row as Cartao | null)?.id_card)

async function largePage(ask: Ask, { flowId }: FlowSource, place: { key: string; offset: number } | null): Promise<unknown> {
  const from = place ? { cursorKey: place.key, offset: place.offset } : {}
  const query = { flow_id: flowId, isArchived: false, limit: PAGE_SIZE, ...from }
  return (await ask({ method: 'GET', path: '/card/by-flow/', query })).body
}

function placeAfter(page: LargePage, cards: readonly unknown[], before: number): Place | null {
  const offset = integer(page.offset, refuse, 'offset', 1_000_000_000)
  const totalIds = integer(page.totalIds, refuse, 'totalIds', 1_000_000_000)
  if (offset === null || totalIds === null) throw new Unreadable('offset', 'is missing')
  if (offset >= totalIds) return null
  if (offset <= before) throw new Unreadable('offset', 'does not move on')
  const key = text(page.cursorKey, refuse, 'cursorKey', 1000)
  // The list of ids could not be kept at the vendor (C3): what was given is not all.
  if (key === null) throw new GatewayError('vendor_unavailable', { origin: 'vendor', message: 'Cange cannot page through this flow now.' })
  return { key, offset, last: cardId(cards.at(-1)) }
}

function toPage(body: unknown, before: number): Page {
  if (Array.isArray(body)) return { rows: body, next: null }
  const page = object<LargePage>(body, 'page')
  if (!Array.isArray(page.cards)) throw new Unreadable('cards', 'is not a list')
  return { rows: rows(page.cards, refuse, 'cards'), next: placeAfter(page, page.cards, before) }
}

/**
 * Goes on where an expired list stood: a new one is begun, and is the same as far as the card given last stands where it stood.
 * Where it does not, going on would lose or repeat cards.
 */
async function renewed(ask: Ask, source: FlowSource, place: Place, cause: GatewayError): Promise<Page> {
  const begun = part(await largePage(ask, source, null), refuse, 'page') as LargePage
  const key = text(begun.cursorKey, refuse, 'cursorKey', 1000)
  if (key === null) throw expired(cause)
  const page = toPage(await largePage(ask, source, { key, offset: place.offset - 1 }), place.offset - 1)
  if (page.rows.length === 0 || cardId(page.rows[0]) !== place.last) throw expired(cause)
  return { rows: page.rows.slice(1), next: page.next }
}

async function continued(ask: Ask, source: FlowSource, place: Place): Promise<Page> {
  try {
    return toPage(await largePage(ask, source, place), place.offset)
  } catch (error) {
    if (!isExpired(error)) throw error
    return renewed(ask, source, place, error)
  }
}

export async function cardPage(ask: Ask, reading: Reading, source: FlowSource, q: string | undefined, position: Position): Promise<Page> {
  if (typeof position === 'object' && position !== null) return continued(ask, source, position as Place)
  // The first engine cannot search (C3).
  const isSecond = typeof position === 'string' || q !== undefined || (await hasSecondEngine(ask, source))
  return isSecond ? secondPage(ask, reading, source, q, position) : toPage(await largePage(ask, source, null), 0)
}

/** A card with its forms; null where there is none in this flow. */
export async function cardRow(ask: Ask, { flowId }: FlowSource, vendorId: string): Promise<unknown> {
  const card = object<Cartao>((await ask({ method: 'GET', path: '/card/', query: { id_card: vendorId, flow_id: flowId } })).body, 'card')
  return String(card.flow_id) === String(flowId) ? card : null
}
