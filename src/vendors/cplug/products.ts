import type { Writable } from '../../contract/operations.ts'
import type { Product } from '../../contract/product.ts'
import { type Ask, type Context, pageNumberAfter, type Vendor } from '../../kernel/adapter.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { id, object, ownId, text } from '../../kernel/wire.ts'
import { unnoted } from './body.ts'
import { withinCompany } from './company.ts'
import { rowId, rowIn, rowsIn } from './envelope.ts'
import * as examples from './examples/products.ts'
import { fromProduct, unitIdIn } from './from-product.ts'
import { assertCarried, findRow, listRows, momentText } from './lists.ts'
import { settingsOf } from './settings.ts'
import { toProduct, unitIn } from './to-product.ts'
import type { Nomeado, Product as Produto } from './wire.ts'

const WRITABLE = ['kind', 'name', 'sku', 'barcode', 'description', 'unit', 'price', 'currency', 'category.id']

/** What each filter looks at. */
const LOOKED_AT = { sku: ['sku'], barcode: ['barcodes'] }

async function findProduto(within: Ask, context: Context, vendorId: string): Promise<Produto | null> {
  const row = await findRow(within, context, 'products', { products_id: vendorId }, vendorId)
  return row === null ? null : object<Produto>(row)
}

/** CPlug's id of a unit, by its abbreviation or name; undefined where there is none such. */
async function unitNamed(unit: string, within: Ask, context: Context): Promise<string | undefined> {
  const { paths, perPage } = settingsOf(context.settings)
  const { body } = await within({ method: 'GET', path: paths.units, query: { search: unit, per_page: perPage } })
  const isIt = (value: unknown) => text(value, unnoted, 'unit')?.toLowerCase() === unit.toLowerCase()
  const units = rowsIn(body, 'units').map((row) => object<Nomeado>(row, 'unit'))
  const found = units.find(({ abbreviation }) => isIt(abbreviation)) ?? units.find(({ name }) => isIt(name))
  return (found && id(found.id, unnoted, 'unit')) ?? undefined
}

/** The unit of a new product, where it names one that CPlug has. */
async function unitOf(record: Writable<Product>, within: Ask, context: Context): Promise<string | undefined> {
  if (!record.unit) return undefined
  const found = await unitNamed(record.unit, within, context)
  if (found === undefined && context.defaults.unitId !== undefined)
    context.warn(null, 'unit', 'CPlug has no such unit: that of settings.defaults was taken')
  return found
}

/** The unit of a product after a change: another one, or the one it has; undefined where CPlug does not tell. */
async function unitAfter(changes: Writable<Product>, current: Produto, within: Ask, context: Context): Promise<string | undefined> {
  const own = unitIdIn(current)
  const before = unitIn(current.unit, unnoted)
  const unit = changes.unit ?? before
  if (unit === null || (unit === before && own !== undefined)) return own
  const found = await unitNamed(unit, within, context)
  if (found === undefined && changes.unit) context.warn(null, 'unit', 'CPlug has no such unit: it stays as it is')
  return found ?? own
}

export const products = {
  'products.list': {
    evidence: 'documented',
    filters: { native: ['q', 'updatedSince', 'sku', 'barcode'], emulated: [] },
    pagination: 'native',
    pageSize: 50,
    following: pageNumberAfter,
    // The company first.
    async run(ask, input, context) {
      const { q, updatedSince, sku, barcode } = input.filters
      const query = { search: q, sku, barcode, updated_from: momentText(updatedSince, context.timeZone) }
      const page = await listRows(ask, context, 'products', query, input)
      assertCarried(page.rows, LOOKED_AT, input.filters)
      return page
    },
    record: (row, context, { filters }) => toProduct(object<Produto>(row), context, filters.barcode),
    rowId,
    examples: [examples.simple, examples.component],
  },
  'products.get': {
    evidence: 'documented',
    // The company first; then by the list's filter, as no page tells of a single read.
    async run(ask, { vendorId }, context) {
      const produto = await findProduto(await withinCompany(ask, context), context, vendorId)
      return produto && { ...toProduct(produto, context), raw: produto }
    },
    examples: (context) => [toProduct(examples.simple, context), toProduct(examples.component, context)],
  },
  'products.create': {
    evidence: 'documented',
    writable: WRITABLE,
    // The company first, and the unit, which CPlug takes by its id.
    async run(ask, { record }, context) {
      // What needs no call is refused before any.
      const known = record.unit ? null : fromProduct(record, undefined, context)
      const within = await withinCompany(ask, context)
      const body = known ?? fromProduct(record, await unitOf(record, within, context), context)
      const made = await within({ method: 'POST', path: settingsOf(context.settings).paths.products, body })
      return ownId(rowIn(made.body).id, 'id')
    },
  },
  'products.update': {
    evidence: 'documented',
    writable: WRITABLE,
    // The company first; then the product, since nobody knows what a PUT leaves alone.
    async run(ask, { vendorId, changes }, context) {
      const within = await withinCompany(ask, context)
      const current = await findProduto(within, context, vendorId)
      if (current === null) throw new GatewayError('not_found', { outcome: 'not_applied', message: 'There is no such product.' })
      const body = fromProduct(changes, await unitAfter(changes, current, within, context), context, current)
      await within({ method: 'PUT', path: `${settingsOf(context.settings).paths.products}/${vendorId}`, body })
    },
  },
} satisfies Vendor['operations']
