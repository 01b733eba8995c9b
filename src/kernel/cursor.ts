import type { Position } from './adapter.ts'
import { GatewayError } from './errors.ts'
import type { Seal } from './seal.ts'

/** Where the walk stands in one source. */
export interface Place {
  connection: string
  /** Native page it stands on. */
  position: Position
  /** Rows of that page that are behind. */
  offset: number
  done: boolean
  /** What the native page before it looked like, to notice a vendor that gives the same one for ever. */
  before: string | null
}

export const beginning = (connection: string): Place => ({ connection, position: null, offset: 0, done: false, before: null })

/** A list's whole state: what was asked and where each source stands. `limit` is not part of it. */
export interface Walk {
  resource: string
  /** Filters and connections as they were asked, names in order. */
  query: Readonly<Record<string, unknown>>
  places: readonly Place[]
}

const ABOUT = 'cursor'

/** Opaque, sealed and the same for the same walk. */
export function encodeCursor(seal: Seal, walk: Walk): string {
  const places = walk.places.map(({ connection, position, offset, done, before }) =>
    done ? [connection] : before === null ? [connection, position, offset] : [connection, position, offset, before],
  )
  return seal.seal(JSON.stringify([walk.resource, walk.query, places]), ABOUT)
}

const invalid = (detail: string) =>
  new GatewayError('invalid_cursor', { message: 'The cursor cannot be used here.', errors: [{ parameter: 'cursor', detail }] })

/** The walk of a cursor that this gateway made for this resource. */
export function decodeCursor(seal: Seal, cursor: string, resource: string): Walk {
  const text = seal.open(cursor, ABOUT)
  if (text === null) throw invalid('it was not made by this gateway, was changed, or its key is gone')
  const [itsResource, query, places] = JSON.parse(text) as [string, Walk['query'], [string, Position?, number?, string?][]]
  if (itsResource !== resource) throw invalid(`it belongs to /${itsResource}`)
  return {
    resource,
    query,
    places: places.map(([connection, position = null, offset, before = null]) => ({
      connection,
      position,
      offset: offset ?? 0,
      done: offset === undefined,
      before,
    })),
  }
}

/** Refuses parameters beside a cursor that differ from the query it was made with; the same ones may be repeated. */
export function assertSameQuery(made: Walk['query'], given: Readonly<Record<string, unknown>>): void {
  for (const [parameter, value] of Object.entries(given)) {
    if (JSON.stringify(made[parameter]) !== JSON.stringify(value)) {
      throw new GatewayError('invalid_cursor', {
        message: 'The cursor belongs to another query.',
        errors: [{ parameter, detail: 'differs from the query the cursor was made with' }],
      })
    }
  }
}
