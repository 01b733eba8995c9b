import type { Writable } from '../../contract/operations.ts'
import type { Product } from '../../contract/product.ts'
import type { Context } from '../../kernel/adapter.ts'
import type { Flaw } from '../../kernel/errors.ts'
import { id, isEmpty, list, oneOf, part, text } from '../../kernel/wire.ts'
import { amount, currency, written } from './amounts.ts'
import { type Body, numericId, refuseIfAny, unnoted, withoutBlanks } from './body.ts'
import { named } from './references.ts'
import type { Product as Produto } from './wire.ts'
import { PRODUCT_KINDS } from './words.ts'

/** simple or combo; a word of CPlug's that means the same kind stays. */
function typeOf(record: Writable<Product>, current: Produto | undefined, context: Context): unknown {
  const standard = current?.type ?? context.defaults.productType ?? 'simple'
  if (record.kind === 'service') context.warn(null, 'kind', 'CPlug has no services: it is kept as goods')
  if (!record.kind || record.kind === 'unknown' || record.kind === 'service') return standard
  if (oneOf(PRODUCT_KINDS, standard) === record.kind) return standard
  return record.kind === 'combo' ? 'combo' : 'simple'
}

function priceOf(record: Writable<Product>, current: Produto | undefined) {
  const price = record.price === undefined && current ? amount(current.unitary_value, unnoted, 'price') : record.price
  if (price === null) return null
  const code = record.currency ?? (current && currency(current.unitary_value, unnoted))
  return price ? written(price, code) : undefined
}

/** The first is ours; CPlug may have more. */
function barcodesOf(record: Writable<Product>, current: Produto | undefined): unknown {
  if (record.barcode === undefined) return current?.barcodes
  const others = list(current?.barcodes, unnoted, 'barcode').slice(1)
  return record.barcode === null ? others : [record.barcode, ...others]
}

/** The unit that CPlug has for this product; undefined where it is to be found by its name. */
export function knownUnit(record: Writable<Product>, current: Produto | undefined): string | undefined {
  if (!current) return undefined
  const unit = typeof current.unit === 'string' ? { abbreviation: current.unit } : part(current.unit, unnoted, 'unit')
  const isSame = record.unit === undefined || record.unit === text(unit.abbreviation ?? unit.name, unnoted, 'unit')
  return isSame ? (id(current.unit_id, unnoted, 'unit') ?? id(unit.id, unnoted, 'unit') ?? undefined) : undefined
}

/** `unitId` is CPlug's id of the unit, where one was found; `current` what CPlug has, for an update: then the whole writable set is sent. */
export function fromProduct(record: Writable<Product>, unitId: string | undefined, context: Context, current?: Produto): Body {
  const flaws: Flaw[] = []
  const { categoryId, unitId: defaultUnit } = context.defaults
  const category = record.category?.id ?? (current && named(current.category, current.category_id, unnoted, 'category')?.id) ?? categoryId
  const body: Body = {
    name: record.name === undefined ? current?.name : record.name,
    type: typeOf(record, current, context),
    sku: record.sku === undefined ? current?.sku : record.sku,
    unitary_value: priceOf(record, current),
    category_id: numericId(category, '/category/id', flaws),
    unit_id: numericId(unitId ?? defaultUnit, '/unit', flaws),
    description: record.description === undefined ? current?.description : record.description,
    barcodes: barcodesOf(record, current),
    additionals: current?.additionals,
  }
  for (const member of ['category', 'unit'] as const) {
    if (current && record[member] === null) context.warn(null, member, 'CPlug always has one')
  }
  const required = (member: string, pointer: string, standIn?: string) => {
    if (isEmpty(body[member]))
      flaws.push({ pointer, detail: `CPlug requires it${standIn ? `; settings.defaults.${standIn} stands in for it` : ''}` })
  }
  required('name', '/name')
  required('sku', '/sku')
  // assumed: a combo's may be left out (DOC), and then the price is what it is made of.
  if (body.type !== 'combo') required('unitary_value', '/price')
  required('category_id', '/category/id', 'categoryId')
  required('unit_id', '/unit', 'unitId')
  refuseIfAny(flaws)
  return current ? body : withoutBlanks(body)
}
