import type { Answer, Call, Table } from './call.ts'
import { type Asked, ask, type ListRules } from './query.ts'
import type { Account, Definition, EntityName, Row } from './records.ts'
import { Refusal } from './refusal.ts'
import { shown } from './shown.ts'
import { change, changeLinks, write } from './writes.ts'

const ENTITIES: readonly string[] = ['contacts', 'companies', 'leads'] satisfies EntityName[]

export function answer(call: Call, path: readonly string[]): Answer {
  const [name = '', second, third, fourth] = path
  if (name === 'account' && path.length === 1) return only(call, ['GET'], () => account(call))
  if (name === 'users' && path.length === 1) return only(call, ['GET'], () => users(call))
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

const PAGES_ONLY: ListRules = { lists: {}, times: {}, words: () => [], order: [], with: [] }

/** Every user an active administrator, whatever a token's own rights (AMO asks for an administrator's). */
function users(call: Call): Answer {
  const rights = { is_admin: true, is_free: false, is_active: true, group_id: null, role_id: null }
  return page(call, 'users', call.account.users, ask(call.parameters, PAGES_ONLY, false), (row) => ({ ...row, lang: 'pt', rights }))
}

function definitions(call: Call, rows: readonly Definition[]): Answer {
  const asked = ask(call.parameters, PAGES_ONLY, false)
  return page(call, 'custom_fields', rows, asked)
}

function catalogs(call: Call, second: string | undefined, third: string | undefined, fourth: string | undefined, length: number): Answer {
  if (second === undefined) {
    return only(call, ['GET'], () => {
      const asked = ask(call.parameters, PAGES_ONLY, false)
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
