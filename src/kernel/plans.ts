import type { Resource } from '../contract/operations.ts'
import { FILTERS, type FilterName, type Filters } from '../contract/query.ts'
import { bareTaxId } from './brazil.ts'
import type { Connection } from './connection.ts'
import { assertSameQuery, decodeCursor, type Place } from './cursor.ts'
import { type Caller, type Directory, findOperation, operationId, placed, unsupported } from './directory.ts'
import { GatewayError } from './errors.ts'
import { withinReach } from './filters.ts'
import type { Seal } from './seal.ts'
import type { SourcePlan } from './source.ts'

// What a list asks of whom, and where a cursor goes on.

/** What is asked for, whichever way it is answered. */
export interface Query {
  filters: Filters
  /** Connections to ask; all that the caller may use where undefined. */
  connections: readonly string[] | undefined
  cursor: string | undefined
  /** Undefined where it was not asked: any. */
  require: 'any' | 'all' | undefined
  /** Undefined where it was not asked: false. */
  raw: boolean | undefined
}

/** A connection that cannot do what is asked. */
export interface Refused {
  connection: Connection
  error: GatewayError
}

export type Plan = SourcePlan | Refused

export interface Planned<Q extends Query> {
  /** As it was asked, or as the cursor carries it. */
  query: Q
  /** In the form adapters get them. */
  filters: Filters
  /** One for each chosen connection, in order; at least one of them can be asked. */
  plans: readonly Plan[]
  /** Where the cursor stands; undefined without one. */
  places: readonly Place[] | undefined
}

export type Planner = <Q extends Query>(resource: Resource, query: Q, caller: Caller) => Planned<Q>

export const refusesFilter = (plan: Plan): plan is Refused => 'error' in plan && plan.error.kind === 'unsupported_filter'

/** What is asked of one connection, or why it is not asked. */
function planOf(resource: Resource, connection: Connection, filters: Filters): Plan {
  const refuse = (error: GatewayError): Refused => ({ connection, error: placed(error, connection, operationId(resource, 'list')) })
  const operation = findOperation(connection, resource, 'list')
  if (!operation) return refuse(unsupported(connection, resource, 'list'))
  const supported: readonly FilterName[] = [...operation.filters.native, ...operation.filters.emulated]
  const refused = (Object.keys(filters) as FilterName[]).filter((name) => !supported.includes(name))
  if (refused.length === 0) return { connection, operation }
  return refuse(
    new GatewayError('unsupported_filter', {
      message: `${connection.vendor.name} cannot filter ${resource} so. It can by: ${supported.join(', ') || 'nothing'}.`,
      errors: refused.map((parameter) => ({ parameter, detail: `is not supported by ${connection.vendor.name}` })),
    }),
  )
}

/** With no connection that can do it at all, the list itself is refused. */
function assertSomeoneCan(plans: readonly Plan[], resource: Resource): void {
  const refused = plans.filter((plan) => 'error' in plan)
  if (refused.length < plans.length) return
  const reason = refused.find(refusesFilter) ?? refused[0]
  throw reason?.error ?? new GatewayError('unsupported_operation', { message: `No connection of yours offers ${resource}.list.` })
}

const PARAMETERS: readonly string[] = [...new Set(Object.values(FILTERS).flatMap(Object.keys)), 'connection', 'raw', 'require'].sort()

/** The query as a cursor carries it: everything asked for but the limit, in a fixed order, a tax id however it was written. */
export function canonical({ connections: named, filters, raw, require }: Query, directory: Directory): Record<string, unknown> {
  const inOrder = named && directory.connections.map(({ id }) => id).filter((id) => named.includes(id))
  const asked: Record<string, unknown> = {
    ...filters,
    taxId: filters.taxId && bareTaxId(filters.taxId),
    connection: inOrder,
    raw: raw || undefined,
    require: require === 'all' ? require : undefined,
  }
  const ordered: Record<string, unknown> = {}
  for (const name of PARAMETERS) if (asked[name] !== undefined) ordered[name] = asked[name]
  return ordered
}

export function createPlanner(directory: Directory, cursorSeal: Seal): Planner {
  /** Filters in the form adapters get them: days within reach, bare tax ids, and references as the vendor's own ids, which fix the connection. */
  function resolveFilters({ filters, connections: named }: Query, caller: Caller): { filters: Filters; only: Connection | undefined } {
    const resolved = withinReach(filters)
    let only: Connection | undefined
    if (filters.taxId !== undefined) resolved.taxId = bareTaxId(filters.taxId)
    for (const [parameter, target] of [
      ['customerId', 'customers'],
      ['saleId', 'sales'],
    ] as const) {
      const id = filters[parameter]
      if (id === undefined) continue
      const { connection, vendorId } = directory.locate(target, id, caller, parameter)
      if (only && only !== connection) {
        throw new GatewayError('validation_failed', {
          message: 'The filters name records of two connections.',
          errors: [{ parameter, detail: 'must be of the same connection as the other filters' }],
        })
      }
      if (named && !named.includes(connection.id)) {
        throw new GatewayError('validation_failed', {
          message: 'A filter names a record of a connection that is not asked.',
          errors: [{ parameter, detail: 'must be of one of the connections asked' }],
        })
      }
      only = connection
      resolved[parameter] = vendorId
    }
    return { filters: resolved, only }
  }

  /** The query that a cursor carries, and where it stands; or the query as it is. */
  function resumed<Q extends Query>(resource: Resource, given: Q, caller: Caller): { query: Q; places: readonly Place[] | undefined } {
    if (given.cursor === undefined) return { query: given, places: undefined }
    const walk = decodeCursor(cursorSeal, given.cursor, resource)
    const { raw: rawNow, require: requireNow } = given
    const asked = {
      ...canonical(given, directory),
      ...(rawNow !== undefined && { raw: rawNow }),
      ...(requireNow && { require: requireNow }),
    }
    assertSameQuery({ raw: false, require: 'any', ...walk.query }, asked)
    if (!walk.places.every(({ connection }) => directory.has(connection, caller))) {
      throw new GatewayError('invalid_cursor', {
        message: 'The cursor cannot be used here.',
        errors: [{ parameter: 'cursor', detail: 'names a connection that you do not have' }],
      })
    }
    const {
      connection,
      raw = false,
      require = 'any',
      ...filters
    } = walk.query as { connection?: string[]; raw?: boolean; require?: 'all' } & Filters
    return { query: { ...given, connections: connection, raw, require, filters }, places: walk.places }
  }

  return (resource, given, caller) => {
    for (const id of given.connections ?? []) directory.find(id, caller, 'connection')
    const { query, places } = resumed(resource, given, caller)
    const { filters, only } = resolveFilters(query, caller)
    const isChosen = ({ id }: Connection) =>
      caller.mayUse(id) && (query.connections?.includes(id) ?? true) && (only === undefined || only.id === id)
    const plans = directory.connections.filter(isChosen).map((connection) => planOf(resource, connection, filters))
    assertSomeoneCan(plans, resource)
    return { query, filters, plans, places }
  }
}
