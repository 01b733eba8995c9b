import { type Asked, ask, type ListRules, type Parameters } from './query.ts'
import type { Account, Catalog, Definition, EntityName, Link, Row } from './records.ts'
import { type Flaw, invalid, Refusal } from './refusal.ts'
import { shownFields, takeFields } from './values.ts'

/** What nobody knows of an account. */
export interface Traps {
  /** Filters and `query` are ignored, as in accounts that have not paid for them (AMO). */
  filtersIgnored: boolean
  /** Quantity and list of a linked element stand beside `metadata`, as AMO's table has them. */
  quantityBesideMetadata: boolean
  /** Phones and e-mails say `enum`, as older replies do. */
  olderEnum: boolean
}

export interface Call {
  account: Account
  traps: Traps
  method: string
  parameters: Parameters
  body: unknown
  /** Unix seconds. */
  time: number
  origin: string
}

/** The body of a 200; null is a 204. */
export type Answer = unknown

const ENTITIES: readonly string[] = ['contacts', 'companies', 'leads'] satisfies EntityName[]

export function answer(call: Call, path: readonly string[]): Answer {
  const [name = '', second, third, fourth] = path
  if (name === 'account' && path.length === 1) return only(call, ['GET'], () => account(call))
  if (name === 'leads' && second === 'pipelines' && path.length === 2) return only(call, ['GET'], () => pipelines(call.account))
  if (name === 'catalogs') return catalogs(call, second, third, fourth, path.length)
  if (!ENTITIES.includes(name)) throw new Refusal(404, 'Not Found')
  const entity = tableOf(call.account, name as EntityName)
  if (second === undefined) return collection(call, entity)
  if (second === 'custom_fields' && path.length === 2) return only(call, ['GET'], () => definitions(call, entity.definitions))
  if (!/^\d{1,15}$/.test(second) || path.length > 3) throw new Refusal(404, 'Not Found')
  if (third === undefined) return single(call, entity, Number(second))
  if (third === 'link' || third === 'unlink') return only(call, ['POST'], () => changeLinks(call, entity, Number(second), third === 'link'))
  throw new Refusal(404, 'Not Found')
}

interface Table {
  name: string
  path: string
  rows: Map<number, Row>
  definitions: Definition[]
  catalog: Catalog | null
}

const tableOf = (account: Account, name: EntityName): Table => ({
  name,
  path: name,
  rows: account.tables[name],
  definitions: account.definitions[name],
  catalog: null,
})

function only(call: Call, methods: readonly string[], then: () => Answer): Answer {
  if (!methods.includes(call.method)) throw new Refusal(405, 'Method Not Allowed')
  return then()
}

function account({ account: { id, currency }, parameters, origin }: Call): Answer {
  for (const [name] of parameters) if (name !== 'with') throw new Refusal(400, `Unknown parameter: ${name}`)
  const subdomain = new URL(origin).hostname
  return {
    id,
    name: 'Conta de exemplo',
    subdomain,
    country: 'BR',
    currency,
    currency_symbol: 'R$',
    customers_mode: 'disabled',
    language: 'pt',
  }
}

const pipelines = ({ pipelines: rows }: Account): Answer => ({
  _total_items: rows.length,
  _embedded: {
    pipelines: rows.map(({ id, name, statuses }, index) => ({
      id,
      name,
      sort: index + 1,
      is_main: index === 0,
      is_archive: false,
      _embedded: { statuses: statuses.map((status, sort) => ({ ...status, sort, pipeline_id: id, type: 0 })) },
    })),
  },
})

function definitions(call: Call, rows: readonly Definition[]): Answer {
  const asked = ask(call.parameters, { lists: {}, times: {}, words: () => [], order: [], with: [] }, false)
  return page(call, 'custom_fields', rows, asked)
}

function catalogs(call: Call, second: string | undefined, third: string | undefined, fourth: string | undefined, length: number): Answer {
  if (second === undefined) {
    return only(call, ['GET'], () => {
      const asked = ask(call.parameters, { lists: {}, times: {}, words: () => [], order: [], with: [] }, false)
      const rows = call.account.catalogs.map(({ id, name, type }) => ({
        id,
        name,
        type,
        can_link_multiple: true,
        account_id: call.account.id,
      }))
      return page(call, 'catalogs', rows, asked)
    })
  }
  const catalog = call.account.catalogs.find(({ id }) => String(id) === second)
  if (!catalog || length > 4) throw new Refusal(404, 'Not Found')
  if (third === 'custom_fields' && length === 3) return only(call, ['GET'], () => definitions(call, catalog.definitions))
  if (third !== 'elements') throw new Refusal(404, 'Not Found')
  const path = `catalogs/${catalog.id}/elements`
  const table: Table = { name: 'elements', path, rows: catalog.elements, definitions: catalog.definitions, catalog }
  if (fourth === undefined) return collection(call, table)
  if (!/^\d{1,15}$/.test(fourth)) throw new Refusal(404, 'Not Found')
  if (!catalog.elements.has(Number(fourth))) throw new Refusal(404, 'Element not found')
  return single(call, table, Number(fourth))
}

const searched = (row: Row) => [row.name, row.first_name, row.last_name, ...row.fields.values()]

function rulesOf({ name }: Table): ListRules {
  const lists = { id: (row: Row) => row.id }
  const updated = { updated_at: (row: Row) => row.updated_at }
  if (name === 'elements') return { lists, times: {}, words: searched, order: [], with: ['invoice_link'] }
  const people: ListRules = {
    lists: { ...lists, responsible_user_id: (row) => row.responsible_user_id },
    times: updated,
    words: searched,
    order: ['id', 'updated_at'],
    with: name === 'companies' ? ['leads', 'contacts', 'catalog_elements'] : ['leads', 'catalog_elements'],
  }
  if (name !== 'leads') return people
  return {
    ...people,
    lists: { ...people.lists, pipeline_id: (row) => row.pipeline_id },
    times: { ...updated, created_at: (row) => row.created_at, closed_at: (row) => row.closed_at },
    order: ['id', 'created_at', 'updated_at'],
    with: ['contacts', 'catalog_elements', 'loss_reason', 'source_id', 'is_price_modified_by_robot'],
  }
}

function collection(call: Call, table: Table): Answer {
  if (call.method === 'POST') return write(call, table)
  if (call.method !== 'GET') throw new Refusal(405, 'Method Not Allowed')
  const asked = ask(call.parameters, rulesOf(table), call.traps.filtersIgnored)
  const rows = [...table.rows.values()].filter((row) => !row.is_deleted && asked.keeps(row))
  if (asked.compare) rows.sort(asked.compare)
  return page(call, table.name, rows, asked, (row) => shown(call, table, row, asked.with))
}

function page<R>(call: Call, name: string, rows: readonly R[], asked: Asked, show: (row: R) => unknown = (row) => row): Answer {
  const start = (asked.page - 1) * asked.limit
  const slice = rows.slice(start, start + asked.limit)
  // An empty page has no body (KPT).
  if (slice.length === 0) return null
  const href = (number: number) => `${call.origin}/api/v4/${name}?page=${number}&limit=${asked.limit}`
  return {
    _page: asked.page,
    _links: { self: { href: href(asked.page) }, ...(start + asked.limit < rows.length && { next: { href: href(asked.page + 1) } }) },
    _embedded: { [name]: slice.map(show) },
  }
}

function single(call: Call, table: Table, id: number): Answer {
  const row = table.rows.get(id)
  if (call.method === 'PATCH') {
    if (!row || row.is_deleted) throw new Refusal(404, 'Not Found')
    change(call, table, row, call.body, false)
    row.updated_at = call.time
    return table.catalog ? shown(call, table, row, new Set()) : { id, updated_at: row.updated_at, _links: {} }
  }
  // There is no DELETE (KPT).
  if (call.method !== 'GET') throw new Refusal(405, 'Method Not Allowed')
  const asked = ask(call.parameters, { ...rulesOf(table), lists: {}, times: {} }, false)
  return row && !row.is_deleted ? shown(call, table, row, asked.with) : null
}

const MOST_IN_A_WRITE = 250

function write(call: Call, table: Table): Answer {
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
      responsible_user_id: call.account.users[0]!,
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

function change(call: Call, table: Table, row: Row, body: unknown, isNew: boolean): void {
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
  if (given.responsible_user_id !== undefined && !call.account.users.includes(given.responsible_user_id as number)) {
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

function changeLinks(call: Call, table: Table, id: number, isLink: boolean): Answer {
  const row = table.rows.get(id)
  if (!row) throw new Refusal(404, 'Not Found')
  const rows = call.body as {
    to_entity_id: number
    to_entity_type: Link['entity']
    metadata?: { catalog_id?: number; quantity?: number; is_main?: boolean }
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
      ...(isElement ? { catalogId: metadata!.catalog_id!, quantity: metadata?.quantity ?? 1 } : { isMain: metadata?.is_main === true }),
    })
  }
  row.updated_at = call.time
  return isLink ? { _total_items: rows.length, _links: {}, _embedded: { links: rows } } : null
}

function tagId({ tagIds }: Account, name: string): number {
  if (!tagIds.has(name)) tagIds.set(name, 100_001 + tagIds.size)
  return tagIds.get(name)!
}

function element({ id, catalogId, quantity, priceId }: Link, beside: boolean): unknown {
  const metadata = { quantity, catalog_id: catalogId, ...(priceId && { price_id: priceId }) }
  return beside ? { id, metadata: {}, ...metadata } : { id, metadata }
}

function embeddedOf({ account, traps }: Call, { name }: Table, row: Row, wanted: ReadonlySet<string>) {
  const of = (entity: Link['entity']) => row.links.filter((link) => link.entity === entity)
  return {
    tags: row.tags.map((tag) => ({ id: tagId(account, tag), name: tag, color: null })),
    ...(name === 'leads' &&
      wanted.has('contacts') && { contacts: of('contacts').map(({ id, isMain }) => ({ id, is_main: isMain === true })) }),
    ...(name === 'companies' && wanted.has('contacts') && { contacts: of('contacts').map(({ id }) => ({ id })) }),
    ...(name !== 'companies' && { companies: of('companies').map(({ id }) => ({ id })) }),
    ...(wanted.has('catalog_elements') && {
      catalog_elements: of('catalog_elements').map((link) => element(link, traps.quantityBesideMetadata)),
    }),
    ...(wanted.has('loss_reason') && { loss_reason: row.loss_reason_id ? [{ id: row.loss_reason_id, name: 'Sem interesse' }] : [] }),
    ...(wanted.has('leads') && name !== 'leads' && { leads: leadsOf(account, name, row.id) }),
  }
}

const leadsOf = ({ tables }: Account, entity: string, id: number) =>
  [...tables.leads.values()]
    .filter(({ links }) => links.some((link) => link.entity === entity && link.id === id))
    .map((lead) => ({ id: lead.id }))

function shown(call: Call, table: Table, row: Row, wanted: ReadonlySet<string>): Record<string, unknown> {
  const { id, name, created_by, updated_by, created_at, updated_at, is_deleted, responsible_user_id } = row
  const custom_fields_values = shownFields(row.fields, table.definitions, call.traps.olderEnum)
  const common = { id, name, created_by, updated_by, created_at, updated_at, custom_fields_values, account_id: call.account.id }
  // The address of itself carries the query of the list: no id is to be read from it.
  const _links = { self: { href: `${call.origin}/api/v4/${table.path}/${id}?page=1&limit=250` } }
  if (table.catalog) {
    return {
      ...common,
      catalog_id: row.catalog_id,
      is_deleted: null,
      invoice_link: wanted.has('invoice_link') && table.catalog.type === 'invoices' ? `${call.origin}/invoice/${id}` : null,
      _links,
    }
  }
  const owned = {
    ...common,
    is_deleted,
    responsible_user_id,
    group_id: 0,
    closest_task_at: null,
    _links,
    _embedded: embeddedOf(call, table, row, wanted),
  }
  if (table.name === 'contacts')
    return { ...owned, first_name: row.first_name ?? '', last_name: row.last_name ?? '', is_unsorted: row.is_unsorted ?? false }
  if (table.name === 'companies') return owned
  const { price = 0, status_id, pipeline_id, loss_reason_id, closed_at } = row
  return {
    ...owned,
    price: Math.trunc(price),
    price_with_minor_units: price,
    status_id,
    pipeline_id,
    loss_reason_id,
    closed_at,
    score: null,
    labor_cost: null,
    is_price_computed: false,
    ...(wanted.has('source_id') && { source_id: null }),
  }
}
