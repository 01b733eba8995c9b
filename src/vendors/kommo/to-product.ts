import type { Product } from '../../contract/product.ts'
import type { Context } from '../../kernel/adapter.ts'
import { money } from '../../kernel/decimals.ts'
import { secondsInstant } from '../../kernel/moments.ts'
import { id, type Note, ownId, part, refuse, text } from '../../kernel/wire.ts'
import { type FieldSet, fieldSet, type Selector, textOf, valueIn } from './fields.ts'
import { ELEMENT_MEMBERS, readMembers } from './native.ts'
import { productSelectors } from './product-fields.ts'
import { isDeleted } from './references.ts'
import type { Element, Value } from './wire.ts'

function categoryOf(set: FieldSet, selectors: readonly Selector[], note: Note): Product['category'] {
  const found = set.take(selectors, 'category')
  if (found === null) return null
  const { enum_id, value } = part(found.field.values[0], note, 'category') as Value
  return { id: id(enum_id, note, 'category.id'), name: text(value, note, 'category.name') }
}

/** A price that cannot be read must not be guessed. */
export function priceOf(set: FieldSet, selectors: readonly Selector[], member: string): string | null {
  const found = set.take(selectors, member)
  return found && money(valueIn(found.field, found.path, refuse, member), refuse, member)
}

export function toProduct(element: Element, currency: string | null, context: Context): Product {
  const vendorId = ownId(element.id, 'vendorId')
  const note: Note = (field, reason) => context.warn(vendorId, field, reason)
  const set = fieldSet(element.custom_fields_values, note)
  const selectors = productSelectors(context)
  return {
    id: context.id(vendorId),
    connection: context.connection,
    vendor: context.vendor,
    vendorId,
    kind: 'product',
    name: text(element.name, note, 'name'),
    sku: textOf(set, selectors.sku, note, 'sku', 200),
    barcode: textOf(set, selectors.barcode, note, 'barcode', 100),
    description: textOf(set, selectors.description, note, 'description', 65_536),
    unit: textOf(set, selectors.unit, note, 'unit', 60),
    price: priceOf(set, selectors.price, 'price'),
    minimumPrice: null,
    maximumPrice: null,
    cost: null,
    currency,
    active: !isDeleted(element.is_deleted),
    stock: null,
    category: categoryOf(set, selectors.category, note),
    brand: null,
    manufacturer: null,
    fiscal: null,
    weight: null,
    packSize: null,
    expiresOn: null,
    images: [],
    tags: [],
    notes: null,
    customFields: [...set.rest(context.timeZone), ...readMembers(element, ELEMENT_MEMBERS, context.timeZone, note)],
    createdAt: secondsInstant(element.created_at, context.timeZone, note, 'createdAt'),
    updatedAt: secondsInstant(element.updated_at, context.timeZone, note, 'updatedAt'),
  }
}
