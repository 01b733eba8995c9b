import type { AnyRecord, Resource } from '../contract/operations.ts'
import type { ListAnswer } from '../contract/page.ts'
import type { Clock } from './clock.ts'
import { encodeCursor } from './cursor.ts'
import { type Caller, type Directory, operationId } from './directory.ts'
import { fillPage } from './federation.ts'
import type { Timed } from './gateway.ts'
import type { Operator } from './operate.ts'
import { canonical, type Planner, type Query, refusesFilter } from './plans.ts'
import type { Seal } from './seal.ts'

export interface ListRequest extends Query {
  limit: number
}

export type Listing = (resource: Resource, request: ListRequest, caller: Caller) => Promise<Timed<ListAnswer<AnyRecord>>>

export interface ListingOptions {
  directory: Directory
  planned: Planner
  operator: Operator
  cursorSeal: Seal
  clock: Clock
}

/** Lists, page by page: what of them failed, and where they go on. plans.ts says who is asked, federation.ts fills the page. */
export function createListing({ directory, planned, operator, cursorSeal, clock }: ListingOptions): Listing {
  return async (resource, given, caller) => {
    const { query, filters, plans, places } = planned(resource, given, caller)
    const page = await fillPage({
      resource,
      plans,
      places,
      filters,
      limit: query.limit,
      raw: query.raw ?? false,
      clock,
      start: (connection, { idempotent }) =>
        operator.start(connection, operationId(resource, 'list'), { idempotent, signal: caller.signal, isFresh: caller.wantsFresh }),
    })

    const refused = plans.find(refusesFilter)
    const failure = page.failures[0] ?? (query.require === 'all' ? refused?.error : undefined)
    if (failure && (query.require === 'all' || page.answered === 0)) {
      failure.vendorMs = page.vendorMs
      throw failure
    }
    const nextCursor = page.places.every(({ done }) => done)
      ? null
      : encodeCursor(cursorSeal, { resource, query: canonical(query, directory), places: page.places })
    return {
      answer: {
        data: page.data,
        meta: { nextCursor, partial: page.failures.length > 0 || refused !== undefined, sources: page.sources },
        links: { next: nextCursor && `/${resource}?cursor=${nextCursor}` },
      },
      vendorMs: page.vendorMs,
      ageMs: page.ageMs,
    }
  }
}
