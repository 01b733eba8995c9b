import type { AnyRecord, Resource } from '../contract/operations.ts'
import type { Warning } from '../contract/page.ts'
import type { Kind } from '../contract/problem.ts'
import type { Filters } from '../contract/query.ts'
import type { Ask, Context, ListInput, ListOperation, Page } from './adapter.ts'
import type { Connection } from './connection.ts'
import { placed } from './directory.ts'
import { GatewayError } from './errors.ts'
import type { Running } from './operate.ts'
import { unreadable } from './unreadable.ts'
import { Unreadable } from './wire.ts'

// One connection's part of a list: its native pages, and their rows as records.

/** A connection that is asked. */
export interface SourcePlan {
  connection: Connection
  operation: ListOperation<AnyRecord>
}

/** What is asked of every source. */
export interface Question {
  resource: Resource
  filters: Filters
  /** Whether a record is one that was asked for. */
  matches(record: AnyRecord): boolean
  raw: boolean
}

/** What one row came to: a record with what was noted of it, or why there is none; neither where it is no record that was asked for. */
export interface ReadRow {
  record: AnyRecord | null
  warnings: readonly Warning[]
}

const ABOUT_A_RECORD: ReadonlySet<Kind> = new Set<Kind>(['not_found', 'gone', 'conflict', 'vendor_rejected'])

/** A list that the vendor says is not there is the vendor's trouble: nobody asked for a record that is missing. */
function listError(error: GatewayError): GatewayError {
  if (!ABOUT_A_RECORD.has(error.kind)) return error
  const { upstream, message } = error
  return new GatewayError('vendor_error', { origin: 'vendor', retryable: false, upstream, message, cause: error })
}

async function pageOf(operation: ListOperation<AnyRecord>, ask: Ask, input: ListInput, context: Context): Promise<Page> {
  if ('run' in operation) return operation.run(ask, input, context)
  const vendorRequest = operation.request(input, context)
  return vendorRequest ? operation.read((await ask(vendorRequest)).body, context, input) : { rows: [], next: null }
}

/** One native page. What fails says where. */
export async function fetchPage(
  { connection, operation }: SourcePlan,
  running: Running,
  input: ListInput,
  resource: Resource,
): Promise<Page> {
  try {
    return await pageOf(operation, running.ask, input, running.context)
  } catch (thrown) {
    throw placed(listError(unreadable(thrown)), connection, `${resource}.list`)
  }
}

/** How a native page looks by its kind, its size and its ends, enough to know it again; null where there is nothing to know it by. */
export function looks({ rowId }: ListOperation<AnyRecord>, { rows }: Page, input: ListInput): string | null {
  if (rows.length === 0) return null
  const [first, last] = [rowId(rows[0], input), rowId(rows.at(-1), input)]
  const kind = typeof input.position === 'object' ? Object.keys(input.position ?? {}).join() : ''
  return first === null || last === null ? null : `${kind} ${rows.length} ${first} ${last}`
}

/** Adds how a page looks to those that were seen; refuses one that was given before, since the vendor's pages would never end. */
export function noteUnseen(
  { connection, operation }: SourcePlan,
  page: Page,
  input: ListInput,
  seen: Set<string>,
  resource: Resource,
): void {
  const look = looks(operation, page, input)
  if (look === null) return
  if (!seen.has(look)) {
    seen.add(look)
    return
  }
  const error = new GatewayError('bad_vendor_response', {
    origin: 'vendor',
    retryable: false,
    message: 'The vendor gave a page again that it gave before: its pages never end.',
  })
  throw placed(error, connection, `${resource}.list`)
}

const NOTHING: ReadRow = { record: null, warnings: [] }

/** A row as a record. One that cannot be read becomes a warning, and takes nothing else down. */
export function readRow(
  operation: ListOperation<AnyRecord>,
  running: Running,
  row: unknown,
  input: ListInput,
  question: Question,
): ReadRow {
  const noted = running.context.warnings
  const before = noted.length
  try {
    const record = operation.record(row, running.context, input)
    if (!record || !question.matches(record)) {
      noted.length = before
      return NOTHING
    }
    if (question.raw) record.raw = row
    return { record, warnings: noted.length === before ? NOTHING.warnings : noted.splice(before) }
  } catch (thrown) {
    if (!(thrown instanceof Unreadable)) throw thrown
    noted.length = before
    const vendorId = operation.rowId(row, input)
    return {
      record: null,
      warnings: [{ ...(vendorId !== null && { vendorId }), field: null, reason: `The record cannot be read: ${thrown.message}.` }],
    }
  }
}
