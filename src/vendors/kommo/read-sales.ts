import type { Ask, Context, ListInput, Page, Position } from '../../kernel/adapter.ts'
import type { VendorRequest } from '../../kernel/call.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { instant } from '../../kernel/moments.ts'
import { id, type Note, object, part, refuse, rows, Unreadable } from '../../kernel/wire.ts'
import { catalogOf, currencyOf, elementsOf, itemCatalogs, stagesOf } from './account.ts'
import { withAround } from './around.ts'
import { BY_ID, changedSince, filterList, filterSeconds, IDS_AT_ONCE, PAGE_SIZE, pageOf, readOne, readPage, rowId } from './envelope.ts'
import { customerNamed } from './references.ts'
import { settingsOf } from './settings.ts'
import { endings, type Link, linksOf, NOTHING_AROUND, type SaleAround } from './to-sale.ts'
import type { Lead } from './wire.ts'
import { LOST, WON } from './words.ts'

// How leads are asked for, with what is read beside them.

/** Without these Kommo leaves the links out (KPT). */
const WITH = 'contacts,catalog_elements,loss_reason,source_id'

const unnoted: Note = () => {}

export const leadPath = (vendorId: string) => `/api/v4/leads/${vendorId}`
export const readLead = (ask: Ask, vendorId: string) =>
  readOne<Lead>(ask, { method: 'GET', path: leadPath(vendorId), query: { with: WITH } })

/** The currency, and the products that are items, a hundred at once. */
export async function readAround(ask: Ask, leads: readonly unknown[], context: Context): Promise<SaleAround> {
  if (leads.length === 0) return NOTHING_AROUND
  const currency = await currencyOf(ask, context)
  const links = leads.flatMap(linksQuietly)
  if (links.length === 0) return { ...NOTHING_AROUND, currency }
  const catalogs = await itemCatalogs(ask, context)
  const elements = new Map()
  for (const catalogId of catalogs) {
    const ids = new Set(links.flatMap((link) => (link.catalogId === catalogId ? link.elementId : [])))
    for (const [key, element] of await elementsOf(ask, catalogId, [...ids])) elements.set(key, element)
  }
  return { currency, catalogs, productsCatalog: await productsCatalog(ask, catalogs, context), elements }
}

/** A lead whose links cannot be read is refused when it is its turn, not the whole page. */
function linksQuietly(lead: unknown): Link[] {
  try {
    return (linksOf(object<Lead>(lead), unnoted) ?? []).map(({ link }) => link)
  } catch (thrown) {
    if (thrown instanceof Unreadable) return []
    throw thrown
  }
}

/** The list of products, where items are of several lists. */
export async function productsCatalog(ask: Ask, catalogs: readonly string[], context: Context): Promise<string | null> {
  if (settingsOf(context, 'sales').itemsCatalogIds === undefined) return catalogs[0] ?? null
  try {
    return await catalogOf(ask, 'products', context)
  } catch (error) {
    if (error instanceof GatewayError && error.kind === 'unsupported_operation') return null
    throw error
  }
}

/** The leads of a pipeline that is not known yet would be missing from the list. */
const STAGES_KEPT_MS = 60_000

type Query = NonNullable<VendorRequest['query']>

/** The stages of each of our statuses; one that is not here cannot occur at Kommo, so that nothing is asked. */
function wantedStages(status: string | undefined, context: Context): readonly string[] | 'any' | null {
  const { won, lost } = endings(context)
  const { include = 'all' } = settingsOf(context, 'sales')
  if (status === undefined) return include === 'won' ? won : 'any'
  if (status === 'completed') return won
  if (status === 'cancelled') return lost
  return status === 'pending' || status === 'unknown' ? 'any' : null
}

/** Kommo takes pairs of pipeline and stage, one stage of each pipeline (KPT); where that is not enough all leads are asked for. */
async function stagesQuery(ask: Ask, wanted: readonly string[] | 'any', context: Context): Promise<Query> {
  const pipelineIds = settingsOf(context, 'sales').pipelineIds?.map(String)
  const byPipeline: Query = pipelineIds ? filterList('pipeline_id', pipelineIds) : {}
  if (wanted === 'any') return byPipeline
  const pairs = (await stagesOf(ask, { cachedForMs: STAGES_KEPT_MS })).filter(
    ({ pipelineId, statusId }) => wanted.includes(statusId) && (pipelineIds?.includes(pipelineId) ?? true),
  )
  if (pairs.length === 0 || new Set(pairs.map(({ pipelineId }) => pipelineId)).size < pairs.length) return byPipeline
  return Object.fromEntries(
    pairs.flatMap(({ pipelineId, statusId }, index) => [
      [`filter[statuses][${index}][pipeline_id]`, pipelineId],
      [`filter[statuses][${index}][status_id]`, statusId],
    ]),
  )
}

/** A time of a day in the connection's zone. */
const secondsAt = (day: string, time: string, { timeZone }: Context) =>
  filterSeconds(instant(`${day} ${time}`, timeZone, refuse, 'soldOn')!)

/** Days narrow what is asked where one time at Kommo is the day of the sale for certain; the kernel checks them anyway. */
function daysQuery({ soldFrom, soldTo }: ListInput['filters'], wanted: readonly string[] | 'any', context: Context): Query {
  const isCreation = settingsOf(context, 'sales').dateField === 'created_at'
  const isClosed = wanted !== 'any' && wanted.every((statusId) => statusId === String(WON) || statusId === String(LOST))
  if (!isCreation && !isClosed) return {}
  const member = isCreation ? 'created_at' : 'closed_at'
  return {
    [`filter[${member}][from]`]: soldFrom && secondsAt(soldFrom, '00:00:00', context),
    [`filter[${member}][to]`]: soldTo && secondsAt(soldTo, '23:59:59', context),
  }
}

/** Ids of a customer's leads: Kommo filters leads by no customer, but knows a contact's and a company's. */
async function leadsOf(ask: Ask, vendorId: string, context: Context): Promise<string[]> {
  const named = customerNamed(vendorId, context)
  if (named === null) return []
  const customer = await readOne<Lead>(ask, { method: 'GET', path: `/api/v4/${named.entity}/${named.id}`, query: { with: 'leads' } })
  const leads = rows(part(customer?._embedded, unnoted, '').leads, unnoted, 'leads')
  const ids = leads.flatMap((lead) => id(part(lead, unnoted, 'leads').id, unnoted, 'leads') ?? [])
  return [...new Set(ids)].sort((a, b) => Number(a) - Number(b))
}

const offsetOf = (position: Position) =>
  typeof position === 'object' && position !== null && typeof position.lead === 'number' ? position.lead : 0

// Several calls: the leads, then the products that are their items, and what the account is.
export async function listSales(ask: Ask, input: ListInput, context: Context): Promise<Page> {
  const { filters } = input
  const wanted = wantedStages(filters.status, context)
  if (wanted === null) return { rows: [], next: null }
  const { rows: leads, next } =
    filters.customerId === undefined
      ? await pageOfAll(ask, input, wanted, context)
      : await pageOfCustomer(ask, filters.customerId, input, context)
  const around = await readAround(ask, leads, context)
  return { rows: leads.map((lead) => withAround(lead, around)), next }
}

async function pageOfAll(ask: Ask, { filters, position }: ListInput, wanted: readonly string[] | 'any', context: Context): Promise<Page> {
  const page = pageOf(position)
  const query = {
    limit: PAGE_SIZE,
    page,
    with: WITH,
    ...BY_ID,
    query: filters.q,
    ...changedSince(filters.updatedSince),
    ...(await stagesQuery(ask, wanted, context)),
    ...daysQuery(filters, wanted, context),
  }
  return readPage((await ask({ method: 'GET', path: '/api/v4/leads', query })).body, 'leads', page)
}

async function pageOfCustomer(ask: Ask, vendorId: string, { filters, position }: ListInput, context: Context): Promise<Page> {
  const from = offsetOf(position)
  const all = await leadsOf(ask, vendorId, context)
  const ids = all.slice(from, from + IDS_AT_ONCE)
  if (ids.length === 0) return { rows: [], next: null }
  const changed = changedSince(filters.updatedSince)
  const query = { limit: PAGE_SIZE, page: 1, with: WITH, ...BY_ID, query: filters.q, ...changed, ...filterList('id', ids) }
  const { rows: leads } = readPage((await ask({ method: 'GET', path: '/api/v4/leads', query })).body, 'leads', 1)
  // An account may ignore the filter: what was not asked for is another page's.
  const asked = leads.filter((lead) => ids.includes(rowId(lead) ?? ''))
  return { rows: asked, next: from + IDS_AT_ONCE < all.length ? { lead: from + IDS_AT_ONCE } : null }
}
