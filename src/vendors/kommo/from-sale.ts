import type { Writable } from '../../contract/operations.ts'
import type { Sale } from '../../contract/sale.ts'
import type { Context } from '../../kernel/adapter.ts'
import { sameAmount, times, total } from '../../kernel/decimals.ts'
import type { Note } from '../../kernel/wire.ts'
import type { Stage } from './account.ts'
import { type Body, listOrAbsent, present, refuseIfAny, responsible, tagsBody } from './body.ts'
import { secondsAt } from './field-types.ts'
import { fieldWriter } from './field-writer.ts'
import type { Definition } from './fields.ts'
import { customerNamed } from './references.ts'
import { settingsOf } from './settings.ts'
import { customerOf, endings, type Link, linksOf, soldOn, statusOf } from './to-sale.ts'
import type { Lead } from './wire.ts'

const unnoted: Note = () => {}

/** Kommo's three kinds of stages. */
const KEPT: readonly (Sale['status'] | undefined)[] = ['pending', 'completed', 'cancelled', undefined]

/** Whether the stages of the account are needed to write this. */
export const needsStages = ({ status, vendorStatus }: Writable<Sale>) =>
  Boolean(vendorStatus) && /^\d+$/.test(vendorStatus ?? '') && status !== 'completed' && status !== 'cancelled'

/** The stage a lead is to be in; none where it stays, or begins where Kommo says. */
function stageBody(record: Writable<Sale>, stages: readonly Stage[], current: Lead | null, context: Context): Body {
  const { vendorStatus } = record
  const { won, lost } = endings(context)
  if (!KEPT.includes(record.status)) {
    context.warn(null, 'status', `Kommo has pending, completed and cancelled${current ? '' : ': it is kept as pending'}`)
  }
  const status = KEPT.includes(record.status) ? record.status : undefined
  const before = current && String(current.status_id)
  if (status === 'completed' || status === 'cancelled') {
    const ends = status === 'completed' ? won : lost
    const isThere = before !== null && statusOf(before, context) === status
    const end = isThere ? before : (ends.find((one) => one === vendorStatus) ?? ends[0])
    if (end === undefined) refuseIfAny([{ pointer: '/status', detail: 'the settings of this connection name no stage for it' }])
    if (vendorStatus && vendorStatus !== end) context.warn(null, 'vendorStatus', 'Kommo ends a lead in a stage of its own')
    return isThere ? {} : { status_id: Number(end) }
  }
  const stage = stages.find(({ statusId }) => statusId === vendorStatus)
  const fits = stage !== undefined && (status === undefined || statusOf(stage.statusId, context) === 'pending')
  if (fits && stage.statusId === before) return {}
  if (fits) return { status_id: Number(stage.statusId), pipeline_id: Number(stage.pipelineId) }
  if (vendorStatus) context.warn(null, 'vendorStatus', 'Kommo has the ids of its own stages here')
  if (before !== null && status === 'pending' && statusOf(before, context) !== 'pending') {
    refuseIfAny([{ pointer: '/vendorStatus', detail: 'Kommo has to be told the stage that it goes back to, by its id' }])
  }
  const [pipelineId] = settingsOf(context, 'sales').pipelineIds ?? []
  return current === null && pipelineId !== undefined ? { pipeline_id: Number(pipelineId) } : {}
}

/** A day is kept as the moment of closing, or of creation where the lead is open; it is sent only where it changes. */
function dateBody(record: Writable<Sale>, stage: Body, current: Lead | null, context: Context): Body {
  if (!record.soldOn || (current && soldOn(current, context, unnoted) === record.soldOn)) return {}
  const statusId = String(stage.status_id ?? current?.status_id)
  const isClosed =
    settingsOf(context, 'sales').dateField !== 'created_at' && ['completed', 'cancelled'].includes(statusOf(statusId, context))
  return { [isClosed ? 'closed_at' : 'created_at']: secondsAt(record.soldOn, context) }
}

/** The budget; of a new lead without one, what its items come to. */
function priceOf(record: Writable<Sale>, isNew: boolean): number | undefined {
  if (record.total !== undefined && record.total !== null) return Number(record.total)
  if (record.total === null && !isNew) return 0
  if (!isNew || !record.items?.length) return undefined
  const lines = record.items.map((line) => [1, line.total ?? times(line.quantity ?? null, line.unitPrice ?? null)] as const)
  const sum = total(...lines, [-1, record.discount ?? '0'], [1, record.freight ?? '0'])
  return sum === null ? undefined : Number(sum)
}

/** Members that a lead always has something for. */
function warnOfCleared({ vendorStatus, soldOn, total: budget }: Writable<Sale>, context: Context) {
  if (vendorStatus === null) context.warn(null, 'vendorStatus', 'a lead is always in a stage')
  if (soldOn === null) context.warn(null, 'soldOn', 'Kommo always keeps when a lead was made or closed')
  if (budget === null) context.warn(null, 'total', 'Kommo keeps 0 where there is none')
}

/** What a lead itself holds. Customer and items are links, but those of a new lead's customer go along. */
export function fromSale(
  record: Writable<Sale>,
  definitions: readonly Definition[],
  stages: readonly Stage[],
  context: Context,
  current: Lead | null,
): Body {
  const writer = fieldWriter(definitions, context, current ? [] : null)
  writer.putCustom(record.customFields)
  if (current) warnOfCleared(record, context)
  const stage = stageBody(record, stages, current, context)
  const tags = tagsBody(record.tags, current === null)
  const customer = current === null ? customerBody(record, context) : {}
  const embedded = { ...customer, ...tags }
  return present({
    name: record.number === null ? '' : record.number,
    price: priceOf(record, current === null),
    responsible_user_id: responsible(record.salesperson, current === null, context),
    ...stage,
    ...dateBody(record, stage, current, context),
    custom_fields_values: listOrAbsent(writer.values()),
    _embedded: Object.keys(embedded).length > 0 ? embedded : undefined,
  })
}

function customerTarget(reference: string | null | undefined, context: Context) {
  if (!reference) return null
  const named = customerNamed(context.vendorId(reference, '/customer/id'), context)
  if (named === null) refuseIfAny([{ pointer: '/customer/id', detail: 'is no id of a customer of this connection' }])
  return named
}

function customerBody(record: Writable<Sale>, context: Context): Body {
  const named = customerTarget(record.customer?.id, context)
  if (named === null) return {}
  const id = Number(named.id)
  return named.entity === 'contacts' ? { contacts: [{ id, is_main: true }] } : { companies: [{ id }] }
}

/** A row of /link or /unlink (AMO). */
interface LinkBody {
  to_entity_id: number
  to_entity_type: string
  metadata?: Record<string, unknown>
}

export interface LinkChanges {
  unlink: LinkBody[]
  link: LinkBody[]
  /** Members that these links are. */
  members: string[]
}

/** Quantity of each product: Kommo links an element once. */
function quantities(items: NonNullable<Sale['items']>, context: Context): Map<string, string> {
  const wanted = new Map<string, string>()
  for (const [position, { productId, quantity }] of items.entries()) {
    if (!productId) {
      context.warn(null, 'items', 'Kommo links elements of its products list only: a line without a product is left out')
      continue
    }
    const id = context.vendorId(productId, `/items/${position}/productId`)
    const before = wanted.get(id)
    if (before !== undefined) context.warn(null, 'items', 'Kommo links a product once: lines of the same are added up')
    wanted.set(id, total([1, before ?? '0'], [1, quantity ?? '1']) ?? '1')
  }
  return wanted
}

const elementLink = (id: string, metadata: Record<string, unknown>): LinkBody => ({
  to_entity_id: Number(id),
  to_entity_type: 'catalog_elements',
  metadata,
})

/** What has to be linked and unlinked; `catalogs` are the lists of items, the first that of the products. */
export function linkChanges(
  record: Writable<Sale>,
  catalogs: { items: readonly string[]; products: string | null },
  context: Context,
  current: Lead | null,
): LinkChanges {
  const changes: LinkChanges = { unlink: [], link: [], members: [] }
  if (record.items) itemLinks(record.items, catalogs, context, current, changes)
  if (record.customer !== undefined && current !== null) customerLinks(record.customer?.id ?? null, context, current, changes)
  return changes
}

function itemLinks(
  items: NonNullable<Sale['items']>,
  catalogs: { items: readonly string[]; products: string | null },
  context: Context,
  current: Lead | null,
  changes: LinkChanges,
) {
  const wanted = quantities(items, context)
  if (wanted.size > 0 && catalogs.products === null) {
    context.warn(null, 'items', 'this account of Kommo has no products list')
    return
  }
  const isItem = ({ catalogId }: Link) => catalogId !== null && catalogs.items.includes(catalogId)
  const before = (current ? (linksOf(current, unnoted) ?? []) : []).map(({ link }) => link).filter(isItem)
  const count = changes.unlink.length + changes.link.length
  for (const link of before) {
    const quantity = link.catalogId === catalogs.products ? wanted.get(link.elementId) : undefined
    if (quantity !== undefined && link.quantity !== null && sameAmount(quantity, link.quantity)) wanted.delete(link.elementId)
    else changes.unlink.push(elementLink(link.elementId, { catalog_id: Number(link.catalogId) }))
  }
  for (const [id, quantity] of wanted) {
    // Another quantity is a new link: the field that its price comes from goes along.
    const priceId = before.find(({ elementId, catalogId }) => elementId === id && catalogId === catalogs.products)?.priceId
    const metadata = { quantity: Number(quantity), catalog_id: Number(catalogs.products), ...(priceId && { price_id: Number(priceId) }) }
    changes.link.push(elementLink(id, metadata))
  }
  if (changes.unlink.length + changes.link.length > count) changes.members.push('/items')
}

function customerLinks(reference: string | null, context: Context, current: Lead, changes: LinkChanges) {
  const before = customerOf(current, context, unnoted)
  const after = reference === null ? null : context.vendorId(reference, '/customer/id')
  if (before === after) return
  const old = before === null ? null : customerNamed(before, context)
  const next = customerTarget(reference, context)
  if (old) changes.unlink.push({ to_entity_id: Number(old.id), to_entity_type: old.entity })
  if (next) {
    const metadata = next.entity === 'contacts' ? { metadata: { is_main: true } } : {}
    changes.link.push({ to_entity_id: Number(next.id), to_entity_type: next.entity, ...metadata })
  }
  changes.members.push('/customer')
}
