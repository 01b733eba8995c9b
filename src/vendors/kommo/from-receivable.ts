import type { Writable } from '../../contract/operations.ts'
import type { Receivable } from '../../contract/receivable.ts'
import type { Context } from '../../kernel/adapter.ts'
import type { Flaw } from '../../kernel/errors.ts'
import { type Note, part } from '../../kernel/wire.ts'
import { type Body, listOrAbsent, refuseIfAny, whole } from './body.ts'
import type { Choice } from './field-types.ts'
import { type Definition, fieldFor, fieldSet, fieldWriter, readFields } from './fields.ts'
import { receivableSelectors, statusWords } from './receivable-fields.ts'
import { customerNamed } from './references.ts'
import { statusOf } from './to-receivable.ts'
import type { Element, Value } from './wire.ts'

const unnoted: Note = () => {}

const meaningOf = ({ code, label }: Choice, words: ReturnType<typeof statusWords>): Receivable['status'] =>
  words[code ?? ''] ?? words[label ?? ''] ?? 'unknown'

/** The account's option for a status: the vendor's own word where it says the same, else the first that means it. */
function statusChoice({ status, vendorStatus }: Writable<Receivable>, options: readonly Choice[], context: Context): Choice | null {
  const words = statusWords(context)
  const told = options.find(({ code, label }) => vendorStatus && (code === vendorStatus || label === vendorStatus))
  if (told && (status === undefined || meaningOf(told, words) === status)) return told
  return status === undefined || status === 'unknown' ? null : (options.find((option) => meaningOf(option, words) === status) ?? null)
}

/** Whom it is for, with what Kommo already keeps of the same payer. */
function payerBody(customer: Writable<Receivable>['customer'], definition: Definition, current: Element | null, context: Context): unknown {
  if (!customer?.id && !customer?.name) return null
  const named = customer.id ? customerNamed(context.vendorId(customer.id, '/customer/id'), context) : null
  const entity = named && { entity_id: Number(named.id), entity_type: named.entity }
  if (definition.type === 'linked_entity') return { name: customer.name ?? '', ...entity, catalog_id: null }
  const field = readFields(current?.custom_fields_values, unnoted).find((each) => each.id === definition.id)
  const before = part((field?.values[0] as Value | undefined)?.value, unnoted, '')
  const isSame = named !== null && String(before.entity_id) === named.id
  return {
    ...(isSame && before),
    ...(customer.name && { name: customer.name }),
    ...(customer.taxId && { vat_id: customer.taxId.value }),
    ...entity,
  }
}

/** What is stored, and is not what a read then gives. */
function warnOfReading({ amount, description }: Writable<Receivable>, context: Context) {
  if (amount === null) context.warn(null, 'amount', 'without a price Kommo tells it from the lines of the invoice')
  if (description === null) context.warn(null, 'description', 'without a comment it is the name of the invoice')
}

/** `current` is what Kommo has, for an update. */
export function fromReceivable(
  record: Writable<Receivable>,
  definitions: readonly Definition[],
  context: Context,
  current: Element | null,
): Body {
  const selectors = receivableSelectors(context)
  const flaws: Flaw[] = []
  const isNew = current === null
  const name = record.documentNumber ?? (isNew ? record.description : undefined)
  if (record.documentNumber === null && !isNew)
    flaws.push({ pointer: '/documentNumber', detail: 'Kommo requires it: it is the name of the invoice' })
  if (isNew && !name)
    flaws.push({ pointer: '/description', detail: 'Kommo requires it, or a documentNumber: it is the name of the invoice' })
  const statusField = fieldFor(definitions, selectors.status)?.definition
  const options = statusField?.options ?? []
  const told = statusChoice(record, options, context)
  const wanted = isNew && told === null ? { ...record, status: record.status ?? 'open' } : record
  const choice = told ?? statusChoice(wanted, options, context)
  // Kommo requires one of a new invoice (PHP); another than what is meant would lie.
  if (choice === null && wanted.status !== undefined && (isNew || wanted.status !== 'unknown')) {
    flaws.push({ pointer: '/status', detail: 'this account of Kommo has no invoice status for it' })
  }
  refuseIfAny(flaws)
  const writer = fieldWriter(definitions, context, isNew ? null : readFields(current.custom_fields_values, unnoted))
  writer.putCustom(record.customFields)
  if (choice) writer.put(selectors.status, choice, 'status')
  const isOther = record.vendorStatus && record.vendorStatus !== choice?.code && record.vendorStatus !== choice?.label
  if (isOther || (choice === null && record.status === 'unknown'))
    context.warn(null, 'vendorStatus', 'this account of Kommo has no such invoice status')
  if (!isNew) warnOfReading(record, context)
  if (record.amount !== undefined) writer.put(selectors.amount, record.amount, 'amount')
  if (record.dueOn !== undefined) writer.put(selectors.dueDate, record.dueOn, 'dueOn')
  if (record.paidOn !== undefined) writer.put(selectors.paidAt, record.paidOn, 'paidOn')
  const status = choice
    ? meaningOf(choice, statusWords(context))
    : statusOf(fieldSet(current?.custom_fields_values, unnoted), selectors.status, context, unnoted).status
  if (record.paidOn && status !== 'paid') context.warn(null, 'paidOn', 'Kommo tells it once the status is paid')
  const comment = record.description === name ? undefined : record.description
  if (comment !== undefined) writer.put(selectors.description, comment, 'description')
  const payerField = fieldFor(definitions, selectors.payer)?.definition
  if (record.customer !== undefined) {
    writer.put(selectors.payer, payerField ? payerBody(record.customer, payerField, current, context) : record.customer, 'customer')
  }
  return whole({ name: name ?? undefined, custom_fields_values: listOrAbsent(writer.values()) })
}
