import type { Resource } from '../../contract/operations.ts'
import type { References } from '../../contract/reference.ts'
import type { Ask, Context, Vendor } from '../../kernel/adapter.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { type Note, ownId, readEach, text } from '../../kernel/wire.ts'
import { catalogOf, PIPELINES } from './account.ts'
import { embedded, PAGE_SIZE, pageOf, readPage } from './envelope.ts'
import { type Definition, definitionsOf, fieldFor } from './fields.ts'
import { productSelectors } from './product-fields.ts'
import { sourceOf } from './references.ts'
import type { Pipeline, Status, User } from './wire.ts'

// Users, pipelines with their stages, and the fields of whatever holds our records.

function user(row: User, note: Note): References['salespeople'] {
  return { id: ownId(row.id, 'id'), name: text(row.name, note, 'name'), email: text(row.email, note, 'email', 320), code: null }
}

const named = ({ id, name }: Status, note: Note) => ({ id: ownId(id, 'id'), name: text(name, note, 'name') })

const pipeline = (row: Pipeline, note: Note, context: Context): References['pipelines'] => ({
  ...named(row, note),
  statuses: readEach(embedded(row, 'statuses'), named, context),
})

const fieldsPath = (catalogId: string) => `/api/v4/catalogs/${catalogId}`

/** The fields of a list; none where the account has no such list. */
async function listFields(ask: Ask, resource: 'products' | 'receivables', context: Context): Promise<Definition[]> {
  try {
    return await definitionsOf(ask, fieldsPath(await catalogOf(ask, resource, context)))
  } catch (error) {
    if (error instanceof GatewayError && error.kind === 'unsupported_operation') return []
    throw error
  }
}

const field = (definition: Definition, resource: Resource): References['custom-fields'][] =>
  definition.id === null
    ? []
    : [
        {
          id: definition.id,
          name: definition.name,
          code: definition.code,
          type: definition.type,
          options: definition.options.map(({ id, code, label }) => ({ id, code, name: label })),
          resource,
        },
      ]

async function customFields(ask: Ask, context: Context): Promise<References['custom-fields'][]> {
  const source = sourceOf(context)
  const found: References['custom-fields'][] = []
  for (const entity of source === 'both' ? (['contacts', 'companies'] as const) : [source])
    for (const each of await definitionsOf(ask, `/api/v4/${entity}`)) found.push(...field(each, 'customers'))
  for (const each of await listFields(ask, 'products', context)) found.push(...field(each, 'products'))
  for (const each of await definitionsOf(ask, '/api/v4/leads')) found.push(...field(each, 'sales'))
  for (const each of await listFields(ask, 'receivables', context)) found.push(...field(each, 'receivables'))
  return found
}

/** A product's category is an option of a field. */
async function categories(ask: Ask, context: Context): Promise<References['categories'][]> {
  const group = fieldFor(await listFields(ask, 'products', context), productSelectors(context).category)
  return (group?.definition.options ?? []).flatMap(({ id, label }) =>
    id === null ? [] : { id, name: label, resource: 'products' as const, parentId: null, kind: null },
  )
}

export const references = {
  // Only an administrator's token may ask for users (AMO).
  salespeople: {
    evidence: 'documented',
    request: ({ position }) => ({ method: 'GET', path: '/api/v4/users', query: { limit: PAGE_SIZE, page: pageOf(position) } }),
    read(body, context, { position }) {
      const page = readPage(body, 'users', pageOf(position))
      return { rows: readEach(page.rows, user, context), next: page.next }
    },
  },
  categories: {
    evidence: 'documented',
    // Which list holds the products, and then its fields.
    run: async (ask, _input, context) => ({ rows: await categories(ask, context), next: null }),
  },
  pipelines: {
    evidence: 'documented',
    request: () => PIPELINES,
    read: (body, context) => ({
      rows: readEach(embedded(body, 'pipelines'), (row, note) => pipeline(row, note, context), context),
      next: null,
    }),
  },
  'custom-fields': {
    evidence: 'documented',
    // Contacts, companies, leads and lists have fields of their own.
    run: async (ask, _input, context) => ({ rows: await customFields(ask, context), next: null }),
  },
} satisfies Vendor['references']
