import type { Writable } from '../../contract/operations.ts'
import type { Product } from '../../contract/product.ts'
import type { Context } from '../../kernel/adapter.ts'
import type { Flaw } from '../../kernel/errors.ts'
import { id, isEmpty, list, oneOf, part } from '../../kernel/wire.ts'
import { amount, currency, written } from './amounts.ts'
import { type Body, numericId, refuseIfAny, unnoted, withoutBlanks } from './body.ts'
import { named } from './references.ts'
import { kindOf } from './to-product.ts'
import type { Product as Produto } from './wire.ts'
import { PRODUCT_KINDS } from './words.ts'

/** simple or combo; a word of CPlug's that means the same kind stays, and so does one that it does not tell. */
function typeOf(record: Writable<Product>, current: Produto | undefined, context: Context): unknown {
  const standard = current ? (isEmpty(current.type) ? undefined : current.type) : (context.defaults.productType ?? 'simple')
  if (record.kind === 'service') context.warn(null, 'kind', 'CPlug has no services: it is kept as goods')
  if (!record.kind || record.kind === 'unknown' || record.kind === 'service') return standard
  if ((current ? kindOf(current, unnoted) : oneOf(PRODUCT_KINDS, standard)) === record.kind) return standard
  return record.kind === 'combo' ? 'combo' : 'simple'
}

function priceOf(record: Writable<Product>, current: Produto | undefined) {
  if (current && record.price === undefined && current.unitary_value === undefined) return undefined
  const price = record.price === undefined && current ? amount(current.unitary_value, unnoted, 'price') : record.price
  if (price === null) return null
  const code = record.currency ?? (current && currency(current.unitary_value, unnoted))
  return price ? written(price, code) : undefined
}

/** The first is ours; CPlug may have more, and any of them is ours in a list that asked for it. */
function barcodesOf(record: Writable<Product>, current: Produto | undefined): unknown {
  if (record.barcode === undefined) return current?.barcodes
  const before = list(current?.barcodes, unnoted, 'barcode')
  if (record.barcode === null || !before.includes(record.barcode)) before.shift()
  return record.barcode === null ? before : [record.barcode, ...before.filter((each) => each !== record.barcode)]
}

/** CPlug's id of the unit that a product has, where it is told. */
export const unitIdIn = (produto: Produto): string | undefined =>
  id(produto.unit_id, unnoted, 'unit') ??
  (typeof produto.unit === 'string' ? undefined : (id(part(produto.unit, unnoted, 'unit').id, unnoted, 'unit') ?? undefined))

/** `unitId` is CPlug's id of the unit, where one was found; `current` what CPlug has, for an update: then the whole writable set is sent. */
export function fromProduct(record: Writable<Product>, unitId: string | undefined, context: Context, current?: Produto): Body {
  const flaws: Flaw[] = []
  const { categoryId, unitId: defaultUnit } = context.defaults
  const categoryBefore = current && named(current.category, current.category_id, unnoted, 'category')?.id
  const body: Body = {
    name: record.name === undefined ? current?.name : record.name,
    type: typeOf(record, current, context),
    sku: record.sku === undefined ? current?.sku : record.sku,
    unitary_value: priceOf(record, current),
    category_id: numericId(record.category?.id ?? (current ? categoryBefore : categoryId), '/category/id', flaws),
    unit_id: numericId(unitId ?? (current ? undefined : defaultUnit), '/unit', flaws),
    description: record.description === undefined ? current?.description : record.description,
    barcodes: barcodesOf(record, current),
    additionals: current?.additionals,
  }
  for (const member of ['category', 'unit'] as const) {
    if (current && record[member] === null) context.warn(null, member, 'CPlug always has one')
  }
  const required = (member: string, ours: string, pointer: string, standIn?: string) => {
    if (!isEmpty(body[member])) return
    // Sent without it, CPlug keeps what it has or refuses (assumed). What stands in on a new product might be something else.
    if (current && body[member] === undefined) context.warn(null, ours, 'CPlug does not tell what it has: it was not sent')
    else flaws.push({ pointer, detail: `CPlug requires it${standIn ? `; settings.defaults.${standIn} stands in for it` : ''}` })
  }
  required('name', 'name', '/name')
  required('type', 'kind', '/kind')
  required('sku', 'sku', '/sku')
  // assumed: a combo's may be left out, and then the price is what it is made of.
  const isCombo = body.type === 'combo' || (current !== undefined && body.type === undefined && kindOf(current, unnoted) === 'combo')
  if (!isCombo) required('unitary_value', 'price', '/price')
  required('category_id', 'category', '/category/id', 'categoryId')
  required('unit_id', 'unit', '/unit', 'unitId')
  refuseIfAny(flaws)
  return current ? body : withoutBlanks(body)
}
