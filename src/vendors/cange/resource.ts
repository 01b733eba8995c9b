import type { AnyRecord, Resource, Writable } from '../../contract/operations.ts'
import type { FilterName, Filters } from '../../contract/query.ts'
import {
  type Ask,
  type Context,
  type CreateOperation,
  fitted,
  type GetOperation,
  type ListOperation,
  type UpdateOperation,
} from '../../kernel/adapter.ts'
import type { VendorRequest } from '../../kernel/call.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { id, object, part, Unreadable } from '../../kernel/wire.ts'
import { type Given, rowId, toAnswer } from './answers.ts'
import { EXAMPLES } from './examples/index.ts'
import { firstFormOf, type Reading, readingOf } from './fields.ts'
import { cardPage, cardRow } from './flows.ts'
import { type Forms, fromRecord } from './from-record.ts'
import { writableOf } from './members.ts'
import { PAGE_SIZE, registerPage, registerRow } from './registers.ts'
import { originOf, type Source, sourceOf } from './settings.ts'
import { toRecord } from './to-record.ts'
import { isUnknownValue } from './values.ts'

// What can be done with a resource, the same for all four: which register or flow it is, the settings say.

/** Rows are read with what is known of the account's fields; under a symbol it stays out of `raw`. */
const READING = Symbol('reading')

type Row = Record<string | symbol, unknown>

function attached(row: unknown, reading: Reading): unknown {
  if (typeof row === 'object' && row !== null) (row as Row)[READING] = reading
  return row
}

const read = (row: unknown, reading: Reading, context: Context): AnyRecord | null => {
  const answer = toAnswer(row, (vendorId) => (field, reason) => context.warn(vendorId, field, reason))
  return answer && toRecord(answer, reading, context)
}

/** Whether a row has a field, an option or a step that is not known; one that cannot be read at all is refused when it is its turn. */
function namesUnknown(row: unknown, { fields, steps }: Reading): boolean {
  try {
    const answer = toAnswer(row, () => () => {})
    if (answer === null) return false
    const isNew = ([id, given]: [string, Given]) => isUnknownValue(fields.get(id), given)
    return [...answer.values].some(isNew) || (answer.card !== null && !steps.has(String(answer.card.flow_step_id)))
  } catch (thrown) {
    if (thrown instanceof Unreadable) return false
    throw thrown
  }
}

/** What rows are read with: of fields that are asked for anew where they name something else, for somebody may just have added it. */
const readingFor = (rows: readonly unknown[], reading: Reading, ask: Ask, context: Context): Promise<Reading> | Reading =>
  rows.some((row) => namesUnknown(row, reading)) ? readingOf(reading.resource, ask, context, true) : reading

/** The member that each emulated filter looks at: without a field for it nothing would match, which would look like an empty list. */
const FILTERED: Partial<Record<FilterName, string>> = {
  taxId: 'taxId',
  email: 'emails',
  sku: 'sku',
  barcode: 'barcode',
  soldFrom: 'soldOn',
  soldTo: 'soldOn',
  dueFrom: 'dueOn',
  dueTo: 'dueOn',
  status: 'status',
  customerId: 'customer.id',
  saleId: 'saleId',
}

function assertFilters(filters: Filters, source: Source): void {
  const isKnown = (member: string) => member in source.fields || (member === 'status' && source.source === 'flow' && source.statusByStep)
  const refused = (Object.keys(filters) as FilterName[]).filter((name) => FILTERED[name] !== undefined && !isKnown(FILTERED[name]))
  if (refused.length === 0) return
  throw new GatewayError('unsupported_filter', {
    message: 'The settings of this connection map no field to what is filtered by.',
    errors: refused.map((parameter) => ({ parameter, detail: `needs a field that is mapped to ${FILTERED[parameter]}` })),
  })
}

/** The new id, wherever it is: the answer is documented nowhere (C0 shows the foot of its page, C2 a guess). */
function madeId(body: unknown, source: Source['source']): string {
  const names = source === 'register' ? ['id_form_answer', 'form_answer_id'] : ['id_card', 'card_id']
  const inner = source === 'register' ? 'form_answer' : 'card'
  const given = part(Array.isArray(body) ? body[0] : body, () => {}, 'answer')
  const data = part(given.data ?? given.item, () => {}, 'answer')
  const places = [given, part(given[inner], () => {}, 'answer'), data, part(data[inner], () => {}, 'answer')]
  const found = [...places.flatMap((place) => names.map((name) => place[name])), ...places.map((place) => place.id)]
  const made = found.map((value) => id(value, () => {}, 'id')).find((value) => value !== null && /^[1-9]\d{0,14}$/.test(value))
  if (made) return made
  throw new GatewayError('bad_vendor_response', {
    origin: 'vendor',
    retryable: false,
    message: 'Cange took the record, but its answer does not tell the id. It is there: do not send it again.',
  })
}

/** The fields first: values are keyed by their hashes. */
const formsOf = (resource: Resource, ask: Ask, record: Writable<AnyRecord>, context: Context, isNew: boolean): Promise<Forms> =>
  fitted(
    (fresh) => readingOf(resource, ask, context, fresh),
    (reading, within) => fromRecord(record, reading, within, isNew),
    context,
  )

async function create(resource: Resource, ask: Ask, record: Writable<AnyRecord>, context: Context): Promise<string> {
  const source = sourceOf(resource, context)
  const first = firstFormOf(source)
  const values = (await formsOf(resource, ask, record, context, true)).get(String(first))?.values
  const at = source.source === 'flow' ? { flow_id: source.flowId } : { register_id: source.registerId }
  // The register stands at the root, or the form is not found (C3).
  const body = { id_form: first, origin: originOf(context.settings), values, ...at }
  return madeId((await ask({ method: 'POST', path: '/form/new-answer', body })).body, source.source)
}

async function update(resource: Resource, ask: Ask, vendorId: string, changes: Writable<AnyRecord>, context: Context): Promise<void> {
  const source = sourceOf(resource, context)
  const at =
    source.source === 'flow'
      ? { flow_id: source.flowId, card_id: Number(vendorId) }
      : { register_id: source.registerId, form_answer_id: Number(vendorId) }
  // A card has a form for each step, and a call changes one. The first form is always open: it goes last, so that a refusal leaves nothing half done.
  const first = String(firstFormOf(source))
  const forms = [...(await formsOf(resource, ask, changes, context, false))].sort(
    ([one], [other]) => Number(one === first) - Number(other === first),
  )
  for (const [index, [form, { values }]] of forms.entries()) {
    const members = forms.slice(index).flatMap(([, each]) => each.members.map((member) => `/${member.replaceAll('.', '/')}`))
    const request: VendorRequest = { method: 'PUT', path: '/form/answer', body: { id_form: Number(form), ...at, values } }
    await ask(request, { stores: { vendorId, members }, dryAnswer: null })
  }
}

async function get(resource: Resource, ask: Ask, vendorId: string, context: Context): Promise<AnyRecord | null> {
  const reading = await readingOf(resource, ask, context)
  const { source } = reading
  const row = await (source.source === 'flow' ? cardRow(ask, source, vendorId) : registerRow(ask, source, vendorId))
  const record = row === null ? null : read(object(row), await readingFor([row], reading, ask, context), context)
  return record && { ...record, raw: row }
}

export function listOf<R>(resource: Resource, emulated: readonly FilterName[]): ListOperation<R> {
  return {
    evidence: 'documented',
    // The second engine is asked by POST, and changes nothing.
    idempotent: true,
    filters: { native: ['q'], emulated },
    pagination: 'native',
    pageSize: PAGE_SIZE,
    // The fields first, for rows name them by number only; then which engine the register or flow has.
    async run(ask, { filters, position }, context) {
      const reading = await readingOf(resource, ask, context)
      const { source } = reading
      assertFilters(filters, source)
      const page =
        source.source === 'flow'
          ? await cardPage(ask, reading, source, filters.q, position)
          : await registerPage(ask, reading, source, filters.q, position)
      const known = await readingFor(page.rows, reading, ask, context)
      return { rows: page.rows.map((row) => attached(row, known)), next: page.next }
    },
    record(row, context) {
      const reading = object<Row>(row)[READING] as Reading | undefined
      if (!reading) throw new Unreadable('record', 'is not an object')
      return read(row, reading, context) as R | null
    },
    rowId,
    examples: EXAMPLES[resource].rows.map((row) => attached(row, EXAMPLES[resource].reading)),
  }
}

export function getOf<R>(resource: Resource): GetOperation<R> {
  return {
    evidence: 'documented',
    // The fields first, then which engine the register has, then the record.
    run: (ask, { vendorId }, context) => get(resource, ask, vendorId, context) as Promise<R | null>,
    examples: (context) => EXAMPLES[resource].rows.map((row) => read(row, EXAMPLES[resource].reading, context) as R),
  }
}

export function createOf<R>(resource: Resource): CreateOperation<R> {
  return {
    evidence: 'seed',
    writable: writableOf(resource),
    // The fields first: values are keyed by their hashes.
    run: (ask, { record }, context) => create(resource, ask, record as Writable<AnyRecord>, context),
  }
}

export function updateOf<R>(resource: Resource): UpdateOperation<R> {
  return {
    evidence: 'documented',
    writable: writableOf(resource),
    // The fields first: values are keyed by their hashes.
    run: (ask, { vendorId, changes }, context) => update(resource, ask, vendorId, changes as Writable<AnyRecord>, context),
  }
}
