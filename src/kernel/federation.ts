import type { AnyRecord, Resource } from '../contract/operations.ts'
import type { Source, SourceStatus, Warning } from '../contract/page.ts'
import type { Kind } from '../contract/problem.ts'
import type { FilterName, Filters } from '../contract/query.ts'
import type { Ask, Context, ListInput, ListOperation, Page } from './adapter.ts'
import type { Clock } from './clock.ts'
import type { Connection } from './connection.ts'
import type { Place } from './cursor.ts'
import { placed } from './directory.ts'
import { GatewayError } from './errors.ts'
import { matcher } from './filters.ts'
import type { Running } from './operate.ts'
import { problemOf } from './problem.ts'
import { unreadable } from './unreadable.ts'
import { Unreadable } from './wire.ts'

/** A connection that is asked. */
export interface SourcePlan {
  connection: Connection
  operation: ListOperation<AnyRecord>
}

/** A connection that cannot do what is asked. */
export interface Refused {
  connection: Connection
  error: GatewayError
}

export interface PageRequest {
  resource: Resource
  plans: readonly (SourcePlan | Refused)[]
  /** Where a cursor stands; undefined on the first page. */
  places: readonly Place[] | undefined
  filters: Filters
  limit: number
  raw: boolean
  clock: Clock
  start(connection: Connection, operation: ListOperation<AnyRecord>): Running
}

export interface FilledPage {
  data: AnyRecord[]
  sources: Source[]
  /** One for each source that can be asked, in order. */
  places: Place[]
  failures: GatewayError[]
  /** Sources that gave what they have, if only that they have nothing. */
  answered: number
  /** The longest time spent at one vendor: they are asked side by side. */
  vendorMs: number
}

const ABOUT_A_RECORD: ReadonlySet<Kind> = new Set<Kind>(['not_found', 'gone', 'conflict', 'vendor_rejected'])

/** Native pages beyond those a full page needs that one request may scan for filters that the vendor does not apply. */
const EXTRA_PAGES = 10

const STATUS_OF: Partial<Record<Kind, SourceStatus>> = {
  vendor_timeout: 'timeout',
  vendor_rate_limited: 'rate_limited',
  connection_unauthorized: 'unauthorized',
  unsupported_operation: 'unsupported',
  unsupported_filter: 'unsupported',
}

/** A list that the vendor says is not there is the vendor's trouble: nobody asked for a record that is missing. */
function listError(error: GatewayError): GatewayError {
  if (!ABOUT_A_RECORD.has(error.kind)) return error
  const { upstream, message } = error
  return new GatewayError('vendor_error', { origin: 'vendor', retryable: false, upstream, message, cause: error })
}

/** One native page, as the vendor gives it. */
export async function nativePage(operation: ListOperation<AnyRecord>, { ask, context }: Running, input: ListInput): Promise<Page> {
  try {
    return await pageOf(operation, ask, input, context)
  } catch (thrown) {
    throw listError(unreadable(thrown))
  }
}

async function pageOf(operation: ListOperation<AnyRecord>, ask: Ask, input: ListInput, context: Context): Promise<Page> {
  if ('run' in operation) return operation.run(ask, input, context)
  const vendorRequest = operation.request(input, context)
  return vendorRequest ? operation.read((await ask(vendorRequest)).body, context, input) : { rows: [], next: null }
}

/** One source while a page is filled: where it stands, the native page at hand, and what it gave. */
interface Walker extends SourcePlan {
  place: Place
  running: Running | undefined
  page: Page | undefined
  pagesLeft: number
  durationMs: number
  count: number
  warnings: Warning[]
  error: GatewayError | undefined
}

/**
 * Fills one page from several connections: on the first page all are asked at once, later only those that are needed; records come in the
 * order of connections. A source that fails keeps its place, so that the next page asks it again.
 */
export async function fillPage(request: PageRequest): Promise<FilledPage> {
  const { resource, filters, limit, raw } = request
  const matches = matcher(resource, filters)
  const walkers = new Map<string, Walker>()
  for (const plan of request.plans) {
    if (!('operation' in plan)) continue
    const place = request.places?.find(({ connection }) => connection === plan.connection.id)
    // A connection that the cursor does not know came later: it is not part of this walk.
    if (request.places && !place) continue
    walkers.set(plan.connection.id, {
      ...plan,
      place: place ?? { connection: plan.connection.id, position: null, offset: 0, done: false },
      running: undefined,
      page: undefined,
      pagesLeft: Math.ceil(limit / plan.operation.pageSize) + EXTRA_PAGES,
      durationMs: 0,
      count: 0,
      warnings: [],
      error: undefined,
    })
  }
  const data: AnyRecord[] = []

  /** Gets the native page that the walker stands on; its error is kept, not thrown. */
  async function fetchPage(walker: Walker): Promise<void> {
    const { connection, operation, place } = walker
    walker.pagesLeft -= 1
    walker.running ??= request.start(connection, operation)
    const input: ListInput = { filters, position: place.position }
    const started = request.clock.now()
    try {
      walker.page = await nativePage(operation, walker.running, input)
    } catch (thrown) {
      walker.error = placed(thrown, connection, `${resource}.list`)
      // An account that turns out to lack it will lack it on the next page too.
      if (walker.error.kind === 'unsupported_operation') place.done = true
    } finally {
      walker.durationMs += request.clock.now() - started
    }
  }

  /** A row as a record that was asked for; null where it is something else. A row that cannot be read becomes a warning. */
  function recordOf(walker: Walker, row: unknown): AnyRecord | null {
    const { operation, running, place } = walker
    try {
      const record = operation.record(row, running!.context, { filters, position: place.position })
      if (!record || !matches(record)) return null
      if (raw) record.raw = row
      return record
    } catch (thrown) {
      if (!(thrown instanceof Unreadable)) throw thrown
      const vendorId = operation.rowId(row, { filters, position: place.position })
      walker.warnings.push({ ...(vendorId !== null && { vendorId }), field: null, reason: `The record cannot be read: ${thrown.message}.` })
      return null
    }
  }

  /** Takes rows from the page at hand until the answer is full or the page is through; rows that do not count are passed for free. */
  function takeRows(walker: Walker, page: Page): void {
    const { place } = walker
    const noted = walker.running!.context.warnings
    while (place.offset < page.rows.length) {
      const before = noted.length
      const record = recordOf(walker, page.rows[place.offset])
      // What was noted of a record that is not on this page is not told on it.
      if (!record || data.length === limit) noted.length = before
      if (record) {
        if (data.length === limit) return
        data.push(record)
        walker.count += 1
      }
      place.offset += 1
    }
    if (page.next === null) place.done = true
    place.position = page.next
    place.offset = 0
    walker.page = undefined
  }

  async function drain(walker: Walker): Promise<void> {
    while (!walker.place.done && !walker.error) {
      if (!walker.page) {
        if (data.length === limit || walker.pagesLeft === 0) return
        await fetchPage(walker)
      }
      if (walker.page) takeRows(walker, walker.page)
      if (walker.page) return
    }
  }

  if (!request.places) await Promise.all([...walkers.values()].map(fetchPage))
  for (const walker of walkers.values()) {
    await drain(walker)
    // One that was searched long enough for one answer has more to give, and that comes before what follows it.
    const wasCutShort = walker.pagesLeft === 0 && !walker.page && !walker.place.done && !walker.error
    if (wasCutShort && data.length < limit) break
  }

  const all = [...walkers.values()]
  return {
    data,
    sources: request.plans.flatMap((plan) => {
      if (!('operation' in plan)) return [refusedSource(plan)]
      const walker = walkers.get(plan.connection.id)
      return walker ? [sourceOf(walker, filters)] : []
    }),
    places: all.map(({ place }) => place),
    // A vendor that turns out to lack the operation has not failed.
    failures: all.flatMap(({ error }) => (error && error.kind !== 'unsupported_operation' ? error : [])),
    answered: all.filter(({ running, error, place }) => (running && !error) || place.done).length,
    vendorMs: Math.max(0, ...all.map(({ running }) => running?.vendorMs ?? 0)),
  }
}

function statusOf({ error, place, running }: Walker): SourceStatus {
  if (error) return STATUS_OF[error.kind] ?? 'error'
  if (place.done) return 'done'
  return running ? 'ok' : 'pending'
}

function sourceOf(walker: Walker, filters: Filters): Source {
  const { connection, operation, running, error, place } = walker
  const given = Object.keys(filters) as FilterName[]
  return {
    connection: connection.id,
    vendor: connection.vendor.id,
    status: statusOf(walker),
    count: walker.count,
    complete: place.done,
    durationMs: Math.round(walker.durationMs),
    filters: {
      native: given.filter((name) => operation.filters.native.includes(name)),
      emulated: given.filter((name) => operation.filters.emulated.includes(name)),
    },
    warnings: [...(running?.context.warnings ?? []), ...walker.warnings],
    problem: error ? problemOf(error) : null,
  }
}

function refusedSource({ connection, error }: Refused): Source {
  return {
    connection: connection.id,
    vendor: connection.vendor.id,
    status: 'unsupported',
    count: 0,
    complete: false,
    durationMs: 0,
    filters: { native: [], emulated: [] },
    warnings: [],
    problem: problemOf(error),
  }
}
