import type { Call, Table } from './call.ts'
import type { Account, Link, Row } from './records.ts'
import { shownFields } from './values.ts'

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

/** A record as it is read, with what `with` asked for. */
export function shown(call: Call, table: Table, row: Row, wanted: ReadonlySet<string>): Record<string, unknown> {
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
