import type { Writable } from '../../contract/operations.ts'
import type { Product } from '../../contract/product.ts'
import type { Context } from '../../kernel/adapter.ts'
import { type Body, listOrAbsent, refuseIfAny, whole } from './body.ts'
import { fieldWriter } from './field-writer.ts'
import { type Definition, fieldFor } from './fields.ts'
import { productSelectors } from './product-fields.ts'

const TEXTS = ['sku', 'barcode', 'description', 'unit', 'price'] as const

export function fromProduct(record: Writable<Product>, definitions: readonly Definition[], context: Context, isNew: boolean): Body {
  if (record.name === null || (isNew && record.name === undefined)) {
    refuseIfAny([{ pointer: '/name', detail: 'Kommo requires a name' }])
  }
  if (record.kind && record.kind !== 'product') context.warn(null, 'kind', 'Kommo keeps it as a product')
  const selectors = productSelectors(context)
  const writer = fieldWriter(definitions, context, isNew ? null : [])
  writer.putCustom(record.customFields)
  for (const member of TEXTS) if (record[member] !== undefined) writer.put(selectors[member], record[member], member)
  if (record.category !== undefined) {
    const { category } = record
    const isListed = (fieldFor(definitions, selectors.category)?.definition.options.length ?? 0) > 0
    writer.put(selectors.category, category && isListed ? { id: category.id, label: category.name } : category?.name, 'category')
  }
  return whole({ name: record.name, custom_fields_values: listOrAbsent(writer.values()) })
}
