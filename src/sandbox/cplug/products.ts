import { type BodyRules, checked, filled, integer, listOf, money, oneOf, shape, text } from './check.ts'
import type { Call, Endpoints } from './endpoint.ts'
import { contains, equals, type Filter, ids, listPage } from './query.ts'
import type { Category, Product, Store, Unit } from './records.ts'
import { unprocessable, type Wrong } from './refusal.ts'
import { answered, find, nextId } from './store.ts'

const rules: BodyRules = {
  // assumed: a combo may come without its price.
  required: ['name', 'sku', 'category_id', 'unit_id'],
  members: {
    name: filled,
    type: oneOf('simple', 'combo', 'production_process', 'automatic_production', 'component'),
    sku: filled,
    unitary_value: money,
    category_id: integer,
    unit_id: integer,
    description: text,
    barcodes: listOf(filled),
    additionals: shape(['min_choices'], { min_choices: integer, max_choices: integer }),
  },
}

const atLeast: Filter<Product> = (value) => (Number.isNaN(Number(value)) ? null : (row) => row.unitary_value.amount >= Number(value))
const atMost: Filter<Product> = (value) => (Number.isNaN(Number(value)) ? null : (row) => row.unitary_value.amount <= Number(value))

const filters: Readonly<Record<string, Filter<Product>>> = {
  products_id: ids((row) => row.id),
  search: contains((row) => [row.name, row.sku, row.description ?? '']),
  name: contains((row) => [row.name]),
  sku: contains((row) => [row.sku]),
  barcode: (value) => (row) => row.barcodes.includes(value),
  categories_id: ids((row) => row.category_id),
  min_price: atLeast,
  max_price: atMost,
}

/** The category and the unit as objects: the category is seen so on sibling pages (DOC), the unit is assumed. */
function shown({ category_id: category, unit_id: unit, ...row }: Product, { categories, units }: Store): unknown {
  const { id, name } = categories.find((each) => each.id === category)!
  const { id: unitId, name: unitName, abbreviation } = units.find((each) => each.id === unit)!
  return { ...row, category: { id, name }, unit: { id: unitId, name: unitName, abbreviation } }
}

export const products: Endpoints = {
  'GET products': ({ store, query, traps }) =>
    listPage(store.products, query, {
      key: 'products',
      filters: traps.idsIgnored ? { ...filters, products_id: () => () => true } : filters,
      traps,
      show: (row) => shown(row, store),
    }),
  'POST products': (call) => {
    const given = stored(call, null)
    const row = {
      type: 'simple',
      description: null,
      barcodes: [],
      image_url: null,
      option_type: { type: 'simple' },
      created_at: call.moment,
      deleted_at: null,
      unitary_value: { amount: 0, currency: 'BRL' },
      ...given,
      id: nextId(call.store.products),
    } as Product
    call.store.products.push(row)
    return answered(shown(row, call.store) as object, call.traps)
  },
  'PUT products/#': (call) => {
    const row = find(call.store.products, call.id)
    Object.assign(row, stored(call, row))
    return answered(shown(row, call.store) as object, call.traps)
  },
  'GET categories': ({ store, query, traps }) =>
    listPage<Category>(store.categories, query, {
      key: 'categories',
      filters: { categories_id: ids((row) => row.id), name: contains((row) => [row.name]) },
      traps,
      show: (row) => row,
    }),
  'GET units': ({ store, query, traps }) =>
    listPage<Unit>(store.units, query, {
      key: 'units',
      filters: {
        units_id: ids((row) => row.id),
        name: contains((row) => [row.name]),
        abbreviation: equals((row) => row.abbreviation),
        search: contains((row) => [row.name, row.abbreviation]),
      },
      traps,
      show: (row) => row,
    }),
}

function stored({ body, store, moment }: Call, before: Product | null): Partial<Product> {
  const given = checked(body, rules) as Partial<Product>
  const wrong: Wrong[] = []
  if (!given.unitary_value && given.type !== 'combo') wrong.push({ field: 'unitary_value', type: 'Required' })
  if (!store.categories.some(({ id }) => id === given.category_id)) wrong.push({ field: 'category_id', type: 'Exists' })
  if (!store.units.some(({ id }) => id === given.unit_id)) wrong.push({ field: 'unit_id', type: 'Exists' })
  if (store.products.some(({ sku, id }) => sku === given.sku && id !== before?.id)) wrong.push({ field: 'sku', type: 'Unique' })
  if (wrong.length > 0) throw unprocessable(wrong)
  return { ...given, updated_at: moment }
}
