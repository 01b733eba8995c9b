import type { Product } from '../../contract/product.ts'
import type { Context } from '../../kernel/adapter.ts'
import { instant } from '../../kernel/moments.ts'
import { isEmpty, list, type Note, oneOf, ownId, part, refuse, text, words } from '../../kernel/wire.ts'
import { amount, currency } from './amounts.ts'
import { addField, leftOver } from './custom-fields.ts'
import { named } from './references.ts'
import type { Product as Produto } from './wire.ts'
import { OPTION_KINDS, PRODUCT_KINDS } from './words.ts'

const KNOWN: ReadonlySet<string> = new Set([
  'id',
  'name',
  'sku',
  'type',
  'unitary_value',
  'category',
  'category_id',
  'unit',
  'unit_id',
  'description',
  'barcodes',
  'image_url',
  'created_at',
  'updated_at',
] satisfies (keyof Produto)[])

/** Types whose word says more than our kind. */
const SAID_BY_KIND: readonly unknown[] = ['simple', 'combo']

/** assumed: a unit has an abbreviation. Without one, what else names it. */
export function unitIn(value: unknown, note: Note): string | null {
  if (typeof value === 'string') return text(value, note, 'unit', 60)
  const given = part(value, note, 'unit')
  return text(given.abbreviation, note, 'unit', 60) ?? text(given.name, note, 'unit', 60)
}

/** Of the type; where it is not told, of the options. */
export const kindOf = ({ type, option_type: option }: Produto, note: Note): Product['kind'] =>
  isEmpty(type) ? oneOf(OPTION_KINDS, part(option, note, 'kind').type) : oneOf(PRODUCT_KINDS, type)

/** `asked` is the barcode that a list was asked for: of several it is the one to show. */
export function toProduct(produto: Produto, context: Context, asked?: string): Product {
  const vendorId = ownId(produto.id, 'vendorId')
  const note: Note = (field, reason) => context.warn(vendorId, field, reason)
  const barcodes = list(produto.barcodes, note, 'barcode', 100, 100)
  const image = text(produto.image_url, note, 'images', 4000)
  const customFields = leftOver(produto, KNOWN, note)
  if (!SAID_BY_KIND.includes(produto.type)) addField(customFields, 'type', produto.type, note)
  // Writes name the unit by its id.
  addField(
    customFields,
    'unit_id',
    produto.unit_id ?? (typeof produto.unit === 'string' ? null : part(produto.unit, note, 'unit').id),
    note,
  )
  if (barcodes.length > 1) addField(customFields, 'barcodes', barcodes, note)
  return {
    id: context.id(vendorId),
    connection: context.connection,
    vendor: context.vendor,
    vendorId,
    kind: kindOf(produto, note),
    name: text(produto.name, note, 'name'),
    sku: text(produto.sku, note, 'sku', 200),
    barcode: asked !== undefined && barcodes.includes(asked) ? asked : (barcodes[0] ?? null),
    description: words(produto.description, note, 'description'),
    unit: unitIn(produto.unit, note),
    price: amount(produto.unitary_value, refuse, 'price'),
    minimumPrice: null,
    maximumPrice: null,
    cost: null,
    currency: currency(produto.unitary_value, note),
    // assumed: what is not deleted can be sold. Whether it was is told where the member is there.
    active: produto.deleted_at === undefined ? null : isEmpty(produto.deleted_at),
    stock: null,
    category: named(produto.category, produto.category_id, note, 'category'),
    brand: null,
    manufacturer: null,
    fiscal: null,
    weight: null,
    packSize: null,
    expiresOn: null,
    images: image === null ? [] : [image],
    tags: [],
    notes: null,
    customFields,
    createdAt: instant(produto.created_at, context.timeZone, note, 'createdAt'),
    updatedAt: instant(produto.updated_at, context.timeZone, note, 'updatedAt'),
  }
}
