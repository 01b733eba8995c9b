import { type Ask, type Context, fitted, type ListInput, type Page, pageNumberAfter, type Vendor } from '../../kernel/adapter.ts'
import { object } from '../../kernel/wire.ts'
import { catalogOf, currencyOf, elementsPath } from './account.ts'
import { aroundOf, withAround } from './around.ts'
import { refuseOtherCurrency } from './currency.ts'
import { madeId, PAGE_SIZE, pageOf, readOne, readPage, rowId } from './envelope.ts'
import * as examples from './examples/elements.ts'
import { definitionsOf } from './fields.ts'
import { fromProduct } from './from-product.ts'
import { toProduct } from './to-product.ts'
import type { Element } from './wire.ts'

const WRITABLE = [
  'kind',
  'name',
  'sku',
  'barcode',
  'description',
  'unit',
  'price',
  'currency',
  'category.id',
  'category.name',
  'customFields',
]

const UNKNOWN: { currency: string | null } = { currency: null }

// Several calls: which list it is, and the account's currency.
async function listProducts(ask: Ask, { filters, position }: ListInput, context: Context): Promise<Page> {
  const catalogId = await catalogOf(ask, 'products', context)
  const page = pageOf(position)
  // One search at a time is possible; the kernel checks the rest.
  const query = { limit: PAGE_SIZE, page, query: filters.q ?? filters.sku ?? filters.barcode }
  const { rows, next } = readPage((await ask({ method: 'GET', path: elementsPath(catalogId), query })).body, 'elements', page)
  const around = { currency: rows.length === 0 ? null : await currencyOf(ask, context) }
  return { rows: rows.map((row) => withAround(row, around)), next }
}

export const products = {
  'products.list': {
    evidence: 'documented',
    filters: { native: ['q', 'sku', 'barcode'], emulated: ['updatedSince'] },
    pagination: 'native',
    pageSize: PAGE_SIZE,
    following: pageNumberAfter,
    run: listProducts,
    record: (row, context) => toProduct(object<Element>(row), aroundOf(object<Element>(row), UNKNOWN).currency, context),
    rowId,
    examples: [withAround(examples.product, { currency: 'BRL' })],
  },
  'products.get': {
    evidence: 'documented',
    // Which list it is, and the account's currency.
    async run(ask, { vendorId }, context) {
      const path = `${elementsPath(await catalogOf(ask, 'products', context))}/${vendorId}`
      const element = await readOne<Element>(ask, { method: 'GET', path })
      return element && toProduct(element, await currencyOf(ask, context), context)
    },
    examples: (context) => [toProduct(examples.product, 'BRL', context)],
  },
  'products.create': {
    evidence: 'documented',
    writable: WRITABLE,
    // The list and its fields first.
    async run(ask, { record }, context) {
      const catalogId = await catalogOf(ask, 'products', context)
      await refuseOtherCurrency(ask, record.currency, context)
      const body = await fitted(
        (fresh) => definitionsOf(ask, `/api/v4/catalogs/${catalogId}`, fresh),
        (definitions, within) => [fromProduct(record, definitions, within, true)],
        context,
      )
      return madeId((await ask({ method: 'POST', path: elementsPath(catalogId), body })).body, 'elements')
    },
  },
  'products.update': {
    evidence: 'documented',
    writable: WRITABLE,
    // The list and its fields first.
    async run(ask, { vendorId, changes }, context) {
      const catalogId = await catalogOf(ask, 'products', context)
      await refuseOtherCurrency(ask, changes.currency, context)
      const body = await fitted(
        (fresh) => definitionsOf(ask, `/api/v4/catalogs/${catalogId}`, fresh),
        (definitions, within) => fromProduct(changes, definitions, within, false),
        context,
      )
      await ask({ method: 'PATCH', path: `${elementsPath(catalogId)}/${vendorId}`, body })
    },
  },
} satisfies Vendor['operations']
