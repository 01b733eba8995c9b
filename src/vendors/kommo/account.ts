import type { Ask, Context } from '../../kernel/adapter.ts'
import type { VendorRequest } from '../../kernel/call.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { type Note, object, ownId, part, text } from '../../kernel/wire.ts'
import { embedded, filterList, IDS_AT_ONCE, PAGE_SIZE, rowId } from './envelope.ts'
import { settingsOf } from './settings.ts'
import type { Catalog, Element, Pipeline, Status } from './wire.ts'

// What an account is: its lists, its currency, its pipelines. Asked once in a while, for they hardly change.

const KEPT_MS = 600_000

const unnoted: Note = () => {}

const unsupported = (type: string) =>
  new GatewayError('unsupported_operation', { outcome: 'not_applied', message: `This account of Kommo has no list of the type ${type}.` })

async function listOf(ask: Ask, type: string, fresh: boolean): Promise<Catalog | undefined> {
  const query = { limit: PAGE_SIZE }
  const { body } = await ask({ method: 'GET', path: '/api/v4/catalogs', query }, { cachedForMs: KEPT_MS, fresh })
  const found = embedded(body, 'catalogs').find((row) => (part(row, unnoted, 'catalogs') as Catalog).type === type)
  return found as Catalog | undefined
}

/** The id of a list: that of the settings, else the first of its type, of which an account has at most one (KLIST). */
export async function catalogOf(ask: Ask, resource: 'products' | 'receivables', context: Context): Promise<string> {
  const given = settingsOf(context, resource).catalogId
  if (given !== undefined) return String(given)
  const type = resource === 'products' ? 'products' : 'invoices'
  const found = (await listOf(ask, type, false)) ?? (await listOf(ask, type, true))
  if (found === undefined) throw unsupported(type)
  return ownId(found.id, 'catalogs.id')
}

/** Lists whose elements are items of a sale; none where the account keeps no products. */
export async function itemCatalogs(ask: Ask, context: Context): Promise<string[]> {
  const { itemsCatalogIds } = settingsOf(context, 'sales')
  if (itemsCatalogIds !== undefined) return itemsCatalogIds.map(String)
  try {
    return [await catalogOf(ask, 'products', context)]
  } catch (error) {
    if (error instanceof GatewayError && error.kind === 'unsupported_operation') return []
    throw error
  }
}

/** Prices have no currency of their own: it is the account's. */
export async function currencyOf(ask: Ask, context: Context): Promise<string | null> {
  const { currency } = context.settings
  if (typeof currency === 'string') return currency
  try {
    const { body } = await ask({ method: 'GET', path: '/api/v4/account' }, { cachedForMs: KEPT_MS })
    const code = text(part(body, unnoted, 'account').currency, unnoted, 'currency')
    if (code !== null && /^[A-Z]{3}$/.test(code)) return code
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
  }
  context.warn(null, 'currency', 'the currency of the account could not be read')
  return null
}

export const elementsPath = (catalogId: string) => `/api/v4/catalogs/${catalogId}/elements`

/** Elements of a list by their ids, many at once. */
export async function elementsOf(ask: Ask, catalogId: string, ids: readonly string[]): Promise<Map<string, Element>> {
  const found = new Map<string, Element>()
  for (let from = 0; from < ids.length; from += IDS_AT_ONCE) {
    const query = { limit: PAGE_SIZE, ...filterList('id', ids.slice(from, from + IDS_AT_ONCE)) }
    const { body } = await ask({ method: 'GET', path: elementsPath(catalogId), query })
    for (const row of embedded(body, 'elements')) found.set(rowId(row) ?? '', row as Element)
  }
  return found
}

export const PIPELINES: VendorRequest = { method: 'GET', path: '/api/v4/leads/pipelines' }

export interface Stage {
  pipelineId: string
  statusId: string
}

/** Every stage of every pipeline; 142 and 143 are in each. */
export async function stagesOf(ask: Ask, options: { cachedForMs?: number; fresh?: boolean } = {}): Promise<Stage[]> {
  const { body } = await ask(PIPELINES, { cachedForMs: KEPT_MS, ...options })
  return embedded(body, 'pipelines').flatMap((row) => {
    const pipeline = object<Pipeline>(row, 'pipelines')
    const pipelineId = ownId(pipeline.id, 'pipelines.id')
    return embedded(pipeline, 'statuses').map((status) => ({
      pipelineId,
      statusId: ownId(object<Status>(status, 'statuses').id, 'statuses.id'),
    }))
  })
}
