import type { Context } from '../../kernel/adapter.ts'
import { byCode, byName, byRef, type Selector } from './fields.ts'
import { settingsOf } from './settings.ts'

export type ProductSelectors = Readonly<Record<'sku' | 'price' | 'description' | 'category' | 'unit' | 'barcode', readonly Selector[]>>

const BARCODE = /^(?:ean|gtin|barcode|c[oó]digo de barras)(?:[ -]?1[34])?$/i

/** The codes that a products list comes with (AMO); UNIT is named by one source only (KPT). A barcode is known by its name (assumed). */
const USUAL: ProductSelectors = {
  sku: [byCode('SKU')],
  price: [byCode('PRICE')],
  description: [byCode('DESCRIPTION')],
  category: [byCode('GROUP')],
  unit: [byCode('UNIT')],
  barcode: [byName(BARCODE)],
}

export function productSelectors(context: Context): ProductSelectors {
  const { fields } = settingsOf(context, 'products')
  if (fields === undefined) return USUAL
  return { ...USUAL, ...Object.fromEntries(Object.entries(fields).map(([member, ref]) => [member, [byRef(ref)]])) }
}
