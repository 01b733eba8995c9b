import { isDeepStrictEqual } from 'node:util'
import type { AnyRecord, Resource } from '../contract/operations.ts'
import type { Warning } from '../contract/page.ts'
import type { ListInput, Page, Position } from './adapter.ts'
import type { Clock } from './clock.ts'
import type { Connection } from './connection.ts'
import { beginning, type Place } from './cursor.ts'
import { type Caller, operationId } from './directory.ts'
import { asGatewayError, type GatewayError } from './errors.ts'
import { matcher } from './filters.ts'
import { merged } from './merge.ts'
import type { Operator, Running } from './operate.ts'
import { patientPermit } from './patience.ts'
import type { PermitStore } from './permits.ts'
import type { Plan, Planner, Query } from './plans.ts'
import { fetchPage, noteUnseen, type Question, readRow, type SourcePlan } from './source.ts'

export type Exporting = (resource: Resource, query: Query, caller: Caller) => AsyncGenerator<string>

export interface ExporterOptions {
  planned: Planner
  operator: Operator
  permits: PermitStore
  clock: Clock
}

/** Pages of one source that are asked for side by side, where their places are known beforehand. */
const SIDE_BY_SIDE = 4
/** A page that fails is asked for again, later each time; after the last the source has failed for good. */
const RETRY_AFTER_MS = [500, 1_000, 2_000, 4_000, 8_000]

/** A native page on its way. */
interface Fetch {
  position: Position
  page: Promise<{ page: Page; running: Running }>
}

/**
 * Streams all records of a list as lines: connections side by side, each as fast as its vendor allows, and within one in its order. A row or
 * a member that cannot be read is told on its line. Nothing is left out: when a source fails for good, so does the whole.
 */
export function createExporter({ planned, operator, permits, clock }: ExporterOptions): Exporting {
  return async function* exported(resource, given, caller) {
    const { query, filters, plans, places } = planned(resource, given, caller)
    const isNamed = ({ id }: Connection) => query.connections?.includes(id) ?? false
    const sources = plans.flatMap((plan) => sourceOf(plan, isNamed(plan.connection)))
    const question: Question = { resource, filters, raw: query.raw ?? false, matches: matcher(resource, filters) }
    const stop = new AbortController()
    const leave = () => stop.abort(caller.signal?.reason)
    caller.signal?.addEventListener('abort', leave)
    try {
      yield* merged(sources.map((source) => linesOf(source, placeOf(source, places), question, isNamed(source.connection))))
    } finally {
      caller.signal?.removeEventListener('abort', leave)
      stop.abort()
    }

    /** One native page, however often it has to be asked for. */
    async function fetched({ connection, operation }: SourcePlan, input: ListInput, signal: AbortSignal): Promise<Awaited<Fetch['page']>> {
      for (let failures = 0; ; ) {
        const running = operator.start(connection, operationId(resource, 'list'), {
          idempotent: operation.idempotent,
          signal,
          isFresh: caller.wantsFresh,
          permit: () => patientPermit(permits, clock, connection, signal),
        })
        try {
          return { running, page: await fetchPage({ connection, operation }, running, input, resource) }
        } catch (thrown) {
          const error = asGatewayError(thrown)
          const backoffMs = error.kind === 'vendor_rate_limited' ? 0 : RETRY_AFTER_MS[failures++]
          if (signal.aborted || !error.retryable || backoffMs === undefined) throw error
          await clock.sleep(Math.max(error.retryAfterMs ?? 0, backoffMs), signal)
        }
      }
    }

    /** Native pages in order. Where the places of later ones are known, some are on their way while one is read. */
    async function* pagesOf(
      source: SourcePlan,
      { position: first, before }: Place,
    ): AsyncGenerator<{ page: Page; running: Running; position: Position }> {
      let ahead: Fetch[] = []
      const seen = new Set(before === null ? [] : [before])
      let following = new AbortController()
      const end = () => following.abort(stop.signal.reason)
      stop.signal.addEventListener('abort', end)

      function send(position: Position): void {
        const page = fetched(source, { filters, position }, following.signal)
        // One that nobody waits for any more may fail.
        page.catch(() => {})
        ahead.push({ position, page })
      }

      try {
        send(first)
        for (;;) {
          const { position, page: coming } = ahead.shift()!
          const { page, running } = await coming
          noteUnseen(source, page, { filters, position }, seen, resource)
          if (page.next !== null) {
            if (ahead[0] && !isDeepStrictEqual(ahead[0].position, page.next)) {
              following.abort()
              following = new AbortController()
              ahead = []
            }
            if (ahead.length === 0) send(page.next)
            while (ahead.length < SIDE_BY_SIDE) {
              const next = source.operation.following?.(ahead.at(-1)!.position)
              if (next === undefined) break
              send(next)
            }
          }
          yield { page, running, position }
          if (page.next === null) return
        }
      } finally {
        stop.signal.removeEventListener('abort', end)
        following.abort()
      }
    }

    async function* linesOf(source: SourcePlan, place: Place, asked: Question, isRequired: boolean): AsyncGenerator<string> {
      if (place.done) return
      let { offset } = place
      try {
        for await (const { page, running, position } of pagesOf(source, place)) {
          let lines = ''
          for (const row of offset === 0 ? page.rows : page.rows.slice(offset)) {
            const { record, warnings } = readRow(source.operation, running, row, { filters, position }, asked)
            if (record || warnings.length > 0) lines += lineOf(source.connection, record, warnings)
          }
          offset = 0
          if (running.context.warnings.length > 0) lines += lineOf(source.connection, null, running.context.warnings)
          if (lines !== '') yield lines
        }
      } catch (thrown) {
        // An account that turns out to lack the resource has no records of it; one that was named should have.
        if (isRequired || asGatewayError(thrown).kind !== 'unsupported_operation') throw thrown
      }
    }
  }
}

/** A source to be read; none where the vendor lacks the resource. One that was named, and a filter that a vendor lacks, are refused. */
function sourceOf(plan: Plan, isNamed: boolean): SourcePlan[] {
  if ('operation' in plan) return [plan]
  const { error }: { error: GatewayError } = plan
  if (isNamed || error.kind !== 'unsupported_operation') throw error
  return []
}

const placeOf = ({ connection }: SourcePlan, places: readonly Place[] | undefined): Place =>
  places
    ? (places.find((place) => place.connection === connection.id) ?? { ...beginning(connection.id), done: true })
    : beginning(connection.id)

/** A record with what could not be read of it; where there is none, what stands in its place says whose it would have been. */
function lineOf(connection: Connection, record: AnyRecord | null, warnings: readonly Warning[]): string {
  if (record) return `${JSON.stringify(warnings.length > 0 ? { ...record, warnings } : record)}\n`
  const vendorId = warnings[0]?.vendorId ?? null
  const id = vendorId === null ? null : `${connection.id}:${vendorId}`
  return `${JSON.stringify({ id, connection: connection.id, vendor: connection.vendor.id, vendorId, warnings })}\n`
}
