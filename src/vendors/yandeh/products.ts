import { pageNumberAfter, type Vendor } from '../../kernel/adapter.ts'
import { integer, object } from '../../kernel/wire.ts'
import { hasMore, PAGE_SIZE, pageOf, rowsOf } from './envelope.ts'
import * as examples from './examples/produtos.ts'
import { pathOf } from './paths.ts'
import { productId, splitProductId } from './references.ts'
import { toProduct } from './to-product.ts'
import type { Produto } from './wire.ts'

/** For a row that may be anything: nothing is noted. */
const silently = () => {}

export const products = {
  'products.list': {
    evidence: 'documented',
    filters: { native: ['barcode'], emulated: ['sku'] },
    pagination: 'native',
    pageSize: PAGE_SIZE,
    following: pageNumberAfter,
    request: ({ filters, position }, context) => ({
      method: 'GET',
      path: pathOf('products', context),
      query: { ean_ou_dun: filters.barcode, pagina: pageOf(position), por_pagina: PAGE_SIZE },
    }),
    read(body, _context, { position }) {
      const page = pageOf(position)
      return { rows: rowsOf(body), next: hasMore(body, page) ? page + 1 : null }
    },
    record: (row, context) => toProduct(object<Produto>(row), context),
    rowId(row) {
      const { ean_ou_dun, pallet_multiplo_dun } = (row ?? {}) as Produto
      return productId(ean_ou_dun, pallet_multiplo_dun, silently, 'vendorId')
    },
    examples: [examples.produto, examples.pallet],
  },
  'products.get': {
    evidence: 'documented',
    request: ({ vendorId }, context) => ({
      method: 'GET',
      path: pathOf('products', context),
      query: { ean_ou_dun: splitProductId(vendorId).ean, pagina: 1, por_pagina: PAGE_SIZE },
    }),
    read(body, context, { vendorId }) {
      const { ean, pallet } = splitProductId(vendorId)
      const row = rowsOf(body).find((one) => {
        const { ean_ou_dun, pallet_multiplo_dun } = (one ?? {}) as Produto
        return String(ean_ou_dun) === ean && (integer(pallet_multiplo_dun, silently, 'vendorId', 999_999_999) ?? 0) === pallet
      })
      return row === undefined ? null : { ...toProduct(object<Produto>(row), context), raw: row }
    },
    examples: (context) => [toProduct(examples.produto, context), toProduct(examples.pallet, context)],
  },
} satisfies Vendor['operations']
