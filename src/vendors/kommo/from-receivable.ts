import type { Writable } from '../../contract/operations.ts'
import type { Receivable } from '../../contract/receivable.ts'
import type { Context } from '../../kernel/adapter.ts'
import type { Flaw } from '../../kernel/errors.ts'
import { isEmpty, type Note } from '../../kernel/wire.ts'
import { type Body, listOrAbsent, present, refuseIfAny, whole } from './body.ts'
import type { Choice } from './field-types.ts'
import { fieldWriter } from './field-writer.ts'
import { type Definition, fieldFor, fieldSet, readFields } from './fields.ts'
import { receivableSelectors, statusWords } from './receivable-fields.ts'
import { customerNamed } from './references.ts'
import { payerOf, statusOf } from './to-receivable.ts'
import type { Element } from './wire.ts'

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

type Payer = Record<string, unknown>

/** A new invoice may come from another account, where the same id is somebody else: it is linked to what `customer.id` names only. */
function withoutLink(payer: Payer, definition: Definition, context: Context): Payer {
  const { entity_id, entity_type, ...rest } = payer
  if (isEmpty(entity_id)) return payer
  context.warn(null, 'customFields', `${definition.id}: of a new invoice the payer is linked to what customer.id names only`)
  return rest
}

/** The link to a customer; without one, what takes the old one out. */
function linkBody(reference: string | null, context: Context): Payer {
  const named = reference === null ? null : customerNamed(context.vendorId(reference, '/customer/id'), context)
  return { entity_id: named ? Number(named.id) : undefined, entity_type: named?.entity }
}

/**
 * Whom it is for, with what Kommo keeps of the same payer beyond what we have; null for nobody, undefined where `before` says it already.
 * Without an id the payer is another one where most of what is known of it differs.
 */
function payerBody(
  customer: NonNullable<Receivable['customer']> | null,
  { type }: Definition,
  before: Payer,
  context: Context,
): Payer | null | undefined {
  const was = payerOf(before, context, unnoted)
  const id = customer?.id ?? null
  const isNamed = id !== null && id === was?.id
  const name = customer?.name ?? (isNamed ? was.name : null)
  const given = customer?.taxId?.value ?? (isNamed ? was.taxId?.value : null) ?? null
  const isOlder = type === 'linked_entity'
  if (isOlder && given !== null) context.warn(null, 'customer.taxId', 'this account of Kommo keeps none of a payer')
  const taxId = isOlder ? null : given
  const changes: Payer = {
    ...(name !== (was?.name ?? null) && { name: name ?? undefined }),
    ...(taxId !== (was?.taxId?.value ?? null) && { vat_id: taxId ?? undefined }),
    ...(id !== (was?.id ?? null) && linkBody(id, context)),
  }
  if (Object.keys(changes).length === 0) return undefined
  if (id === null && name === null && taxId === null) return null
  const differing = ['name', 'vat_id', 'entity_id'].filter((member) => member in changes).length
  const isOther = id === null ? differing > 1 : 'entity_id' in changes
  const payer = isOther
    ? present({ name: name ?? undefined, vat_id: taxId ?? undefined, ...linkBody(id, context) })
    : present({ ...before, ...changes })
  return isOlder ? { catalog_id: null, ...payer, name: name ?? '' } : payer
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
  let payer: unknown = record.customer
  if (payerField && record.customer !== undefined) {
    const held = writer.objectIn(payerField)
    const before = isNew && !record.customer?.id ? withoutLink(held, payerField, context) : held
    const changed = payerBody(record.customer, payerField, before, context)
    payer = changed === undefined && before !== held ? before : changed
  }
  if (payer !== undefined) writer.put(selectors.payer, payer, 'customer')
  const body = { name: name ?? undefined, custom_fields_values: listOrAbsent(writer.values()) }
  const isAsItWas = record.customer !== undefined && payer === undefined
  return isAsItWas ? present(body) : whole(body)
}
