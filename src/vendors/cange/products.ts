import type { Product } from '../../contract/product.ts'
import type { Vendor } from '../../kernel/adapter.ts'
import { createOf, getOf, listOf, updateOf } from './resource.ts'

export const products = {
  'products.list': listOf<Product>('products', ['sku', 'barcode']),
  'products.get': getOf<Product>('products'),
  'products.create': createOf<Product>('products'),
  'products.update': updateOf<Product>('products'),
} satisfies Vendor['operations']
