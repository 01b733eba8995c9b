import type { AnyRecord, Resource } from '../contract/operations.ts'
import type { Source, SourceStatus, Warning } from '../contract/page.ts'
import type { Kind } from '../contract/problem.ts'
import type { FilterName, Filters } from '../contract/query.ts'
import type { ListOperation, Page } from './adapter.ts'
import type { Clock } from './clock.ts'
import type { Connection } from './connection.ts'
import { beginning, type Place } from './cursor.ts'
import { asGatewayError, type GatewayError } from './errors.ts'
import { isLookUp, matcher } from './filters.ts'
import type { Running } from './operate.ts'
import type { Plan, Refused } from './plans.ts'
import { problemOf } from './problem.ts'
import { fetchPage, looks, noteUnseen, type Question, readRow, type SourcePlan } from './source.ts'

export interface PageRequest {
  resource: Resource
  plans: readonly Plan[]
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
  /** Sources that were asked and gave what they have, if only that they have nothing. */
  answered: number
  /** The longest time spent at one vendor: they are asked side by side. */
  vendorMs: number
  /** Of the oldest stored answer that was used; undefined where none was. */
  ageMs: number | undefined
}

/** Native pages beyond those a full page needs that one request may scan for filters that the vendor does not apply. */
const EXTRA_PAGES = 10

const mostPages = ({ pageSize, callsPerPage = 1 }: ListOperation<AnyRecord>, limit: number) =>
  Math.ceil((Math.ceil(limit / pageSize) + EXTRA_PAGES) / callsPerPage)

const STATUS_OF: Partial<Record<Kind, SourceStatus>> = {
  vendor_timeout: 'timeout',
  vendor_rate_limited: 'rate_limited',
  connection_unauthorized: 'unauthorized',
  unsupported_operation: 'unsupported',
  unsupported_filter: 'unsupported',
}

/** A row that came to something, and where it stood: a page that is full before it goes on there. */
interface Found {
  record: AnyRecord | null
  warnings: readonly Warning[]
  page: Pick<Place, 'position' | 'before'>
  offset: number
}

/** One source while a page is filled: where it stands, the native page at hand, and what it found. */
interface Walker extends SourcePlan {
  place: Place
  running: Running | undefined
  page: Page | undefined
  /** What the native pages looked like that are behind. */
  seen: Set<string>
  pagesLeft: number
  durationMs: number
  found: Found[]
  /** Records among what was found. */
  records: number
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
  const question: Question = { resource, filters, raw, matches: matcher(resource, filters) }
  const walkers = walkersOf(request)
  const data: AnyRecord[] = []

  /** Gets the native page that the walker stands on; its error is kept, not thrown. */
  async function fetchNext(walker: Walker): Promise<void> {
    const { connection, operation, place } = walker
    walker.pagesLeft -= 1
    const started = request.clock.now()
    try {
      walker.running ??= request.start(connection, operation)
      const page = await fetchPage(walker, walker.running, { filters, position: place.position }, resource)
      noteUnseen(walker, page, { filters, position: place.position }, walker.seen, resource)
      walker.page = page
    } catch (thrown) {
      walker.error = asGatewayError(thrown)
      // An account that turns out to lack it will lack it on the next page too.
      if (walker.error.kind === 'unsupported_operation') place.done = true
    } finally {
      walker.durationMs += request.clock.now() - started
    }
  }

  /** Reads rows of the page at hand until there are `most` records or the page is through; rows that do not count are passed for free. */
  function readRows(walker: Walker, page: Page, most: number): void {
    const { place, operation, running, found } = walker
    const at = { position: place.position, before: place.before }
    const input = { filters, position: place.position }
    for (; place.offset < page.rows.length; place.offset += 1) {
      const { record, warnings } = readRow(operation, running!, page.rows[place.offset], input, question)
      if (record && walker.records === most) return
      if (record) walker.records += 1
      if (record || warnings.length > 0) found.push({ record, warnings, page: at, offset: place.offset })
    }
    if (page.next === null) place.done = true
    place.before = looks(operation, page, input)
    place.position = page.next
    place.offset = 0
    walker.page = undefined
  }

  /** Looks for up to `most` records, within the pages that one request may scan. */
  async function search(walker: Walker, most: number): Promise<void> {
    while (!walker.place.done && !walker.error) {
      if (!walker.page) {
        if (walker.records === most || walker.pagesLeft === 0) return
        await fetchNext(walker)
      }
      if (walker.page) readRows(walker, walker.page, most)
      if (walker.page) return
    }
  }

  /** Puts what was found onto the page. Where it is full, the walker goes back to the first record that is not on it. */
  function give(walker: Walker): void {
    for (const { record, warnings, page, offset } of walker.found) {
      if (record && data.length === limit) {
        Object.assign(walker.place, page, { offset, done: false })
        return
      }
      if (record) {
        data.push(record)
        walker.count += 1
      }
      if (warnings.length > 0) walker.warnings.push(...warnings)
    }
  }

  /** Whoever looks for one company or one code wants to know of it everywhere: all search side by side, each as far as one request goes. */
  async function lookUp(): Promise<void> {
    await Promise.all(walkers.map((walker) => search(walker, limit)))
    for (const walker of walkers) give(walker)
  }

  /** Rows of those who answered are read while later ones are waited for. */
  async function inOrder(): Promise<void> {
    const firstPages = request.places ? [] : walkers.map(fetchNext)
    for (const [index, walker] of walkers.entries()) {
      await firstPages[index]
      await search(walker, limit - data.length)
      give(walker)
      // One that was searched long enough for one answer has more to give, and that comes before what follows it.
      const wasCutShort = walker.pagesLeft === 0 && !walker.page && !walker.place.done && !walker.error
      if (wasCutShort && data.length < limit) break
    }
    await Promise.all(firstPages)
  }

  await (isLookUp(filters) ? lookUp() : inOrder())
  return {
    data,
    sources: request.plans.flatMap((plan) => {
      if (!('operation' in plan)) return [refusedSource(plan)]
      const walker = walkers.find(({ connection }) => connection === plan.connection)
      return walker ? [sourceOf(walker, filters)] : []
    }),
    places: walkers.map(({ place }) => place),
    // A vendor that turns out to lack the operation has not failed.
    failures: walkers.flatMap(({ error }) => (error && error.kind !== 'unsupported_operation' ? error : [])),
    answered: walkers.filter(({ running, error }) => running && (!error || error.kind === 'unsupported_operation')).length,
    vendorMs: Math.max(0, ...walkers.map(({ running }) => running?.vendorMs ?? 0)),
    ageMs: oldest(walkers.flatMap(({ running }) => running?.ageMs ?? [])),
  }
}

const oldest = (ages: readonly number[]) => (ages.length > 0 ? Math.max(...ages) : undefined)

/** One for each connection that can be asked; one that the cursor does not know came later and is not part of the walk. */
function walkersOf({ plans, places, limit }: PageRequest): Walker[] {
  return plans.flatMap((plan) => {
    if (!('operation' in plan)) return []
    const { connection, operation } = plan
    const known = places?.find((place) => place.connection === connection.id)
    if (places && !known) return []
    const walker: Walker = {
      connection,
      operation,
      place: known ?? beginning(connection.id),
      running: undefined,
      page: undefined,
      seen: new Set(known?.before ? [known.before] : []),
      pagesLeft: mostPages(operation, limit),
      durationMs: 0,
      found: [],
      records: 0,
      count: 0,
      warnings: [],
      error: undefined,
    }
    return [walker]
  })
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
