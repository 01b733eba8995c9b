import type { Answer, Call, Table } from './call.ts'
import type { Account, Link, Row } from './records.ts'
import { type Flaw, invalid, Refusal } from './refusal.ts'
import { shown } from './shown.ts'
import { takeFields } from './values.ts'

const MOST_IN_A_WRITE = 250

/** Makes the records of a list. */
export function write(call: Call, table: Table): Answer {
  if (!Array.isArray(call.body) || call.body.length === 0)
    throw invalid([{ path: '', code: 'InvalidType', detail: 'This value should be of type array.' }])
  if (call.body.length > MOST_IN_A_WRITE) throw new Refusal(422, 'limit of 250')
  const made = call.body.map((body, index) => {
    const row: Row = {
      id: call.account.nextId,
      name: '',
      created_at: call.time,
      updated_at: call.time,
      created_by: 0,
      updated_by: 0,
      responsible_user_id: call.account.users[0]!.id,
      is_deleted: false,
      fields: new Map(),
      tags: [],
      links: [],
      ...(table.name === 'leads' && { price: 0, status_id: 32_156, pipeline_id: 3_104_455, closed_at: null, loss_reason_id: null }),
      ...(table.catalog && { catalog_id: table.catalog.id }),
    }
    change(call, table, row, body, true)
    call.account.nextId += 1
    return { row, request_id: String((body as { request_id?: unknown }).request_id ?? index) }
  })
  for (const { row } of made) table.rows.set(row.id, row)
  return {
    _links: { self: { href: `${call.origin}/api/v4/${table.path}` } },
    _embedded: {
      [table.name]: made.map(({ row, request_id }) =>
        table.catalog ? { ...shown(call, table, row, new Set()), request_id } : { id: row.id, request_id, _links: {} },
      ),
    },
  }
}

const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  contacts: ['name', 'first_name', 'last_name'],
  companies: ['name'],
  leads: ['name', 'price', 'status_id', 'pipeline_id', 'loss_reason_id', 'created_at', 'closed_at'],
  elements: ['name'],
}
const COMMON = [
  'id',
  'request_id',
  'responsible_user_id',
  'created_by',
  'updated_by',
  'custom_fields_values',
  '_embedded',
  'tags_to_add',
  'tags_to_delete',
]

const isWhole = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0

/** Puts a body into a record, or refuses it with all that is wrong. */
export function change(call: Call, table: Table, row: Row, body: unknown, isNew: boolean): void {
  const flaws: Flaw[] = []
  const wrong = (path: string, code = 'InvalidType') => flaws.push({ path, code, detail: 'This value is not valid.' })
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw invalid([{ path: '', code: 'InvalidType', detail: 'This value is not valid.' }])
  const given = body as Record<string, unknown>
  const allowed = [...MEMBERS[table.name]!, ...(table.catalog ? ['id', 'request_id', 'custom_fields_values'] : COMMON)]
  for (const name of Object.keys(given)) if (!allowed.includes(name)) wrong(name, 'NotExpected')
  if (given.name !== undefined && typeof given.name !== 'string') wrong('name')
  if (table.catalog && isNew && !given.name) wrong('name', 'IsBlank')
  for (const name of ['status_id', 'pipeline_id', 'created_at', 'closed_at', 'responsible_user_id']) {
    if (given[name] !== undefined && given[name] !== null && !isWhole(given[name])) wrong(name)
  }
  if (given.price !== undefined && !(typeof given.price === 'number' && given.price >= 0)) wrong('price')
  if (given.responsible_user_id !== undefined && !call.account.users.some(({ id }) => id === given.responsible_user_id)) {
    wrong('responsible_user_id', 'NotSupportedChoice')
  }
  if (table.name === 'leads') checkStage(call.account, row, given, wrong)
  const fields = new Map(row.fields)
  takeFields(given.custom_fields_values, table.definitions, fields, flaws)
  const billStatus = table.catalog?.type === 'invoices' ? table.definitions.find(({ code }) => code === 'BILL_STATUS') : undefined
  if (billStatus && !fields.has(billStatus.id)) wrong('custom_fields_values', 'IsBlank')
  const embedded = (given._embedded ?? {}) as Record<string, unknown>
  const links = isNew ? linksIn(call.account, embedded, wrong) : row.links
  if (!isNew && Object.keys(embedded).some((name) => name !== 'tags')) wrong('_embedded', 'NotExpected')
  if (flaws.length > 0) throw invalid(flaws)
  for (const name of MEMBERS[table.name]!) if (given[name] !== undefined) Object.assign(row, { [name]: given[name] })
  if (given.responsible_user_id !== undefined) row.responsible_user_id = given.responsible_user_id as number
  if (embedded.tags !== undefined) row.tags = ((embedded.tags ?? []) as { name: string }[]).map(({ name }) => name)
  if (table.name === 'leads') closeLead(row, given, call.time)
  row.fields = fields
  row.links = links
}

function checkStage({ pipelines }: Account, row: Row, given: Record<string, unknown>, wrong: (path: string, code?: string) => void) {
  const pipeline = pipelines.find(({ id }) => id === (given.pipeline_id ?? row.pipeline_id))
  if (!pipeline) wrong('pipeline_id', 'NotSupportedChoice')
  else if (given.status_id !== undefined && !pipeline.statuses.some(({ id }) => id === given.status_id))
    wrong('status_id', 'NotSupportedChoice')
  else if (given.pipeline_id !== undefined && given.status_id === undefined) Object.assign(given, { status_id: pipeline.statuses[0]!.id })
}

/** A lead that is won or lost has the time of it (KPT). */
function closeLead(row: Row, given: Record<string, unknown>, time: number) {
  const isClosed = row.status_id === 142 || row.status_id === 143
  if (!isClosed) row.closed_at = null
  else if (given.closed_at === undefined) row.closed_at ??= time
}

function linksIn({ tables }: Account, embedded: Record<string, unknown>, wrong: (path: string, code?: string) => void): Link[] {
  const links: Link[] = []
  for (const entity of ['contacts', 'companies'] as const) {
    const rows = (embedded[entity] ?? []) as { id: number; is_main?: boolean }[]
    rows.forEach(({ id, is_main }, index) => {
      if (!tables[entity].has(id)) wrong(`_embedded.${entity}.${index}.id`, 'NotSupportedChoice')
      links.push({ entity, id, isMain: is_main === true })
    })
  }
  return links
}

export function changeLinks(call: Call, table: Table, id: number, isLink: boolean): Answer {
  const row = table.rows.get(id)
  if (!row) throw new Refusal(404, 'Not Found')
  const rows = call.body as {
    to_entity_id: number
    to_entity_type: Link['entity']
    metadata?: { catalog_id?: number; quantity?: number; price_id?: number | null; is_main?: boolean }
  }[]
  if (!Array.isArray(rows)) throw invalid([{ path: '', code: 'InvalidType', detail: 'This value should be of type array.' }])
  const flaws = rows.flatMap(({ to_entity_id, to_entity_type, metadata }, index): Flaw[] => {
    const catalog = call.account.catalogs.find((each) => each.id === metadata?.catalog_id)
    const known = to_entity_type === 'catalog_elements' ? catalog?.elements : call.account.tables[to_entity_type]
    return known?.has(to_entity_id)
      ? []
      : [{ path: `${index}.to_entity_id`, code: 'NotSupportedChoice', detail: 'This value is not valid.' }]
  })
  if (flaws.length > 0) throw invalid(flaws)
  for (const { to_entity_id, to_entity_type, metadata } of rows) {
    row.links = row.links.filter((link) => link.entity !== to_entity_type || link.id !== to_entity_id)
    if (!isLink) continue
    const isElement = to_entity_type === 'catalog_elements'
    if (metadata?.is_main) for (const link of row.links) if (link.entity === 'contacts') link.isMain = false
    row.links.push({
      entity: to_entity_type,
      id: to_entity_id,
      ...(isElement
        ? { catalogId: metadata!.catalog_id!, quantity: metadata?.quantity ?? 1, priceId: metadata?.price_id ?? null }
        : { isMain: metadata?.is_main === true }),
    })
  }
  row.updated_at = call.time
  return isLink ? { _total_items: rows.length, _links: {}, _embedded: { links: rows } } : null
}
