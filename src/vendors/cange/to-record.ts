import type { Customer } from '../../contract/customer.ts'
import type { Address, CustomField } from '../../contract/fields.ts'
import type { AnyRecord, Resource } from '../../contract/operations.ts'
import type { Receivable } from '../../contract/receivable.ts'
import type { ReceivableStatus, Sale } from '../../contract/sale.ts'
import type { Context } from '../../kernel/adapter.ts'
import { cityCoded, cityNamed } from '../../kernel/brazil.ts'
import { total } from '../../kernel/decimals.ts'
import { instant } from '../../kernel/moments.ts'
import { boolean, id, type Note, oneOf, part, text } from '../../kernel/wire.ts'
import type { Answer, Given } from './answers.ts'
import { BLANKS, PARTS } from './blanks.ts'
import type { Reading } from './fields.ts'
import { MEMBERS, type Shape } from './members.ts'
import { nameBeside, readMember, toCustomField } from './values.ts'

type Members = Record<string, unknown>

/** Puts a value at a member such as `address.city`, with the object around it. */
function assign(record: Members, member: string, value: unknown): void {
  const [outer = '', inner] = member.split('.')
  if (inner === undefined) record[outer] = value
  else record[outer] = { ...((record[outer] ?? PARTS[outer]) as object), [inner]: value }
}

/** Members that take all that a field holds. */
const TAKE_ALL: ReadonlySet<Shape['kind']> = new Set<Shape['kind']>(['text', 'words', 'emails', 'phones', 'tags'])

/** Members whose field holds several things although they take one: the field stays a custom field, whole. */
const isPartial = (given: Given, kind: Shape['kind']) => given.entries.length > 1 && !TAKE_ALL.has(kind)

/** Fills the mapped members; gives the fields that went to members whole. */
function fillMembers(record: Members, answer: Answer, reading: Reading, context: Context, note: Note): Set<string> {
  const used = new Set<string>()
  const shapes = MEMBERS[reading.resource]
  for (const [member, field] of reading.members) {
    const given = answer.values.get(field.id)
    const shape = shapes[member]
    if (!given || !shape) continue
    const value = readMember(shape, given, field, member, note, context)
    const name = member.endsWith('.id') ? `${member.slice(0, -2)}name` : null
    const beside = name !== null && !reading.members.has(name) ? nameBeside(given, field, note, name) : null
    if (beside !== null) assign(record, name!, beside)
    if (value === null) continue
    assign(record, member, value)
    if (!isPartial(given, shape.kind)) used.add(field.id)
  }
  return used
}

/** Where a row names a field that is not among the definitions, what it says of it itself. */
function unknownField(fieldId: string, given: Given, note: Note) {
  const { name, title, type } = part(given.field, note, 'customFields')
  return {
    id: fieldId,
    hash: text(name, note, 'customFields', 128) ?? fieldId,
    title: text(title, note, 'customFields'),
    type: text(type, note, 'customFields', 100) ?? 'unknown',
    formId: null,
    isRequired: false,
    options: [],
    target: null,
  }
}

function customFields(answer: Answer, used: ReadonlySet<string>, reading: Reading, context: Context, note: Note): CustomField[] {
  const found: CustomField[] = []
  // What a member could not read was told of there.
  const told = new Set([...reading.members.values()].map((field) => field.id))
  for (const [fieldId, given] of answer.values) {
    if (used.has(fieldId)) continue
    const field = reading.fields.get(fieldId) ?? unknownField(fieldId, given, note)
    found.push(toCustomField(given, field, context, told.has(fieldId) ? () => {} : note))
  }
  return found.slice(0, 950)
}

const own = (name: string, type: string, value: unknown): CustomField => ({ id: name, code: null, label: null, type, value })

/** What a card says of itself beside its forms. */
function cardFields({ card }: Answer, context: Context, note: Note): CustomField[] {
  if (!card) return []
  const found: CustomField[] = []
  const due = instant(card.dt_due, context.timeZone, note, 'customFields')
  const isComplete = boolean(card.complete, note, 'customFields')
  const user = part(card.user, note, 'customFields')
  const userId = id(user.id_user ?? card.user_id, note, 'customFields')
  if (due !== null) found.push(own('dt_due', 'datetime', due))
  if (isComplete !== null) found.push(own('complete', 'checkbox', isComplete))
  if (userId !== null) found.push(own('user', 'user', { id: userId, code: null, label: text(user.name, note, 'customFields') }))
  return found
}

/** Adds the city to a code and the code to a city. */
function located(address: Address | null): void {
  const city = address && (cityCoded(address.cityCode) ?? cityNamed(address.city, address.state))
  if (!city) return
  address.city ??= city.name
  address.state ??= city.state
  address.cityCode = city.code
}

const KINDS = { cpf: 'person', cnpj: 'company', other: 'unknown' } as const

function finishCustomer(customer: Customer): void {
  if (customer.taxId) customer.kind = KINDS[customer.taxId.type]
  located(customer.address)
  located(customer.deliveryAddress)
}

function finishReceivable(receivable: Receivable, today: string): void {
  const { amount, paidAmount, dueOn, status } = receivable
  const isOpen = status === 'open' || status === 'partially_paid'
  if (status === 'paid') receivable.balance = '0.00'
  else if (isOpen && (paidAmount !== null || status === 'open')) receivable.balance = total([1, amount], [-1, paidAmount ?? '0'])
  if (isOpen && dueOn !== null) receivable.overdue = dueOn < today
  else if (status !== 'unknown' && !isOpen) receivable.overdue = false
}

/** The status by the step of a card, where the settings give one and map no field to it; its name is the vendor's word. */
function setStatus(record: Sale | Receivable, answer: Answer, reading: Reading, note: Note): void {
  const { source, members } = reading
  const field = members.get('status')
  const given = field && answer.values.get(field.id)
  if (given)
    record.vendorStatus = text(nameBeside(given, field, note, 'vendorStatus') ?? given.entries[0]!.value, note, 'vendorStatus', 200)
  const step = answer.card && id(answer.card.flow_step_id, note, 'status')
  if (!step || source.source !== 'flow') return
  record.vendorStatus ??= reading.steps.get(step) ?? step
  if (source.statusByStep && !field) record.status = oneOf(source.statusByStep, step) as ReceivableStatus
}

/** What Cange calls a record without a title (C3). */
const UNTITLED = '(Sem título)'

/** What stands in for a name where no field is mapped to one. */
const TITLED: Readonly<Record<Resource, string | null>> = {
  customers: 'name',
  products: 'name',
  sales: null,
  receivables: 'description',
}

export function toRecord(answer: Answer, reading: Reading, context: Context): AnyRecord {
  const { resource } = reading
  const note: Note = (field, reason) => context.warn(answer.vendorId, field, reason)
  const { connection, vendor } = context
  const record = BLANKS[resource]({ id: context.id(answer.vendorId), connection, vendor, vendorId: answer.vendorId })
  const members = record as unknown as Members
  const used = fillMembers(members, answer, reading, context, note)
  const title = answer.title === UNTITLED ? null : text(answer.title, note, 'customFields')
  const titled = TITLED[resource]
  if (titled !== null) members[titled] ??= title
  record.customFields = [...customFields(answer, used, reading, context, note), ...cardFields(answer, context, note)]
  // It is mostly what the first field holds.
  if (title !== null && !Object.values(members).includes(title)) record.customFields.push(own('title', 'text', title))
  record.createdAt = instant(answer.createdAt, context.timeZone, note, 'createdAt')
  if (resource === 'customers') finishCustomer(record as Customer)
  if (resource === 'sales' || resource === 'receivables') setStatus(record as Sale | Receivable, answer, reading, note)
  if (resource === 'receivables') finishReceivable(record as Receivable, context.today)
  return record
}
