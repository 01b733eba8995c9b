import type { Receivable } from '../../contract/receivable.ts'
import type { Context } from '../../kernel/adapter.ts'
import { taxId } from '../../kernel/brazil.ts'
import { money, quantity, times, total } from '../../kernel/decimals.ts'
import { secondsInstant } from '../../kernel/moments.ts'
import { id, type Note, oneOf, ownId, part, refuse, text } from '../../kernel/wire.ts'
import { dayOf } from './field-types.ts'
import { type FieldSet, fieldSet, type Selector, textOf, valueIn, valuesIn } from './fields.ts'
import { ELEMENT_MEMBERS, readMembers } from './native.ts'
import { receivableSelectors, statusWords } from './receivable-fields.ts'
import { customerId, isCustomerEntity, isDeleted } from './references.ts'
import { priceOf } from './to-product.ts'
import type { Element, Value } from './wire.ts'
import { ENTITY_TYPES } from './words.ts'

interface Told {
  status: Receivable['status']
  vendorStatus: string | null
}

/** A status of the account's own has a label and no code. */
export function statusOf(set: FieldSet, selectors: readonly Selector[], context: Context, note: Note): Told {
  const found = set.take(selectors, 'status')
  const { enum_code, value } = part(found?.field.values[0], note, 'status') as Value
  const code = text(enum_code, note, 'status', 200)
  const label = text(value, note, 'status', 200)
  const words = statusWords(context)
  const byCode = oneOf(words, code)
  return { status: byCode === 'unknown' ? oneOf(words, label) : byCode, vendorStatus: code ?? label }
}

/** What a line comes to, as Kommo says, or quantity times price less discount, which is on the line (AMO's sample). */
function lineTotal(line: Readonly<Record<string, unknown>>): string | null {
  const told = money(line.total_sum, refuse, 'amount')
  if (told !== null) return told
  const gross = times(quantity(line.quantity, refuse, 'amount'), money(line.unit_price, refuse, 'amount'))
  const { type, value } = part(line.discount, refuse, 'amount')
  const discount = money(value, refuse, 'amount') ?? '0'
  return total([1, gross], [-1, type === 'percentage' ? times(times(gross, discount), '0.01') : discount])
}

/** The price of the bill may be missing until somebody edits it (PHP): then its lines tell. */
function amountOf(set: FieldSet, selectors: { amount: readonly Selector[]; items: readonly Selector[] }): string | null {
  const price = priceOf(set, selectors.amount, 'amount')
  if (price !== null) return price
  const items = set.find(selectors.items, 'amount')
  if (items === null) return null
  const lines = valuesIn(items.field, refuse, 'amount').map(({ value }) => lineTotal(part(value, refuse, 'amount')))
  return total(...lines.map((line) => [1, line] as const))
}

/** The payer may be no more than a name. */
export function payerOf(payer: Readonly<Record<string, unknown>>, context: Context, note: Note): Receivable['customer'] {
  const word = String(payer.entity_type)
  const entity = Object.hasOwn(ENTITY_TYPES, word) ? ENTITY_TYPES[word] : word
  const entityId = isCustomerEntity(entity, context) ? id(payer.entity_id, note, 'customer.id') : null
  const name = text(payer.name, note, 'customer.name')
  const tax = taxId(payer.vat_id, note, 'customer.taxId')
  if (entityId === null && name === null && tax === null) return null
  const vendorId = entityId !== null && isCustomerEntity(entity, context) ? customerId(entityId, entity, context) : null
  return { id: vendorId === null ? null : context.id(vendorId), name, taxId: tax }
}

const dayIn = (set: FieldSet, selectors: readonly Selector[], context: Context, note: Note, member: string) => {
  const found = set.take(selectors, member)
  return found && dayOf(valueIn(found.field, found.path, note, member), context.timeZone, note, member)
}

/** Null where it is deleted. */
export function toReceivable(element: Element, currency: string | null, context: Context): Receivable | null {
  const vendorId = ownId(element.id, 'vendorId')
  const note: Note = (field, reason) => context.warn(vendorId, field, reason)
  if (isDeleted(element.is_deleted)) return null
  const set = fieldSet(element.custom_fields_values, note)
  const selectors = receivableSelectors(context)
  const { status, vendorStatus } = statusOf(set, selectors.status, context, note)
  const amount = amountOf(set, selectors)
  const isPaid = status === 'paid'
  const isOpen = status === 'open'
  const dueOn = dayIn(set, selectors.dueDate, context, note, 'dueOn')
  const paidOn = dayIn(set, selectors.paidAt, context, note, 'paidOn')
  const payer = set.find(selectors.payer, 'customer')
  const name = text(element.name, note, 'documentNumber', 200)
  const createdAt = secondsInstant(element.created_at, context.timeZone, note, 'createdAt')
  return {
    id: context.id(vendorId),
    connection: context.connection,
    vendor: context.vendor,
    vendorId,
    description: textOf(set, selectors.description, note, 'description') ?? name,
    documentNumber: name,
    status,
    vendorStatus,
    overdue: isOpen ? dueOn !== null && dueOn < context.today : isPaid ? false : null,
    amount,
    // Of a part payment Kommo keeps no amount.
    paidAmount: isPaid ? amount : isOpen ? '0.00' : null,
    balance: isOpen ? amount : isPaid ? '0.00' : null,
    currency,
    issuedOn: createdAt?.slice(0, 10) ?? null,
    dueOn,
    // Kommo keeps a day there before it is paid, too (PHP).
    paidOn: isPaid ? paidOn : null,
    creditedOn: null,
    customer: payer && payerOf(part(valueIn(payer.field, null, note, 'customer'), note, 'customer'), context, note),
    saleId: null,
    installment: null,
    paymentMethod: null,
    account: null,
    category: null,
    barcode: null,
    origin: null,
    tags: [],
    notes: null,
    customFields: [...set.rest(context.timeZone), ...readMembers(element, ELEMENT_MEMBERS, context.timeZone, note)],
    createdAt,
    updatedAt: secondsInstant(element.updated_at, context.timeZone, note, 'updatedAt'),
  }
}
