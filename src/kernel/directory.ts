import type { AnyRecord, OperationId, ReferenceId, Resource, Verb } from '../contract/operations.ts'
import type { Signal } from './abort.ts'
import {
  type CreateOperation,
  type GetOperation,
  isUsable,
  type ListOperation,
  type RemoveOperation,
  type SettleOperation,
  type UpdateOperation,
  usableOperations,
} from './adapter.ts'
import type { Connection } from './connection.ts'
import { splitId } from './context.ts'
import { asGatewayError, GatewayError } from './errors.ts'

/** Who asks. */
export interface Caller {
  mayUse(connection: string): boolean
  /** Aborted when the caller is gone. */
  signal?: Signal | undefined
  /** It wants no stored answer. */
  wantsFresh?: boolean | undefined
}

/** Operations by verb, whatever the resource. */
export interface Definitions {
  list: ListOperation<AnyRecord>
  get: GetOperation<AnyRecord>
  create: CreateOperation<AnyRecord>
  update: UpdateOperation<AnyRecord>
  remove: RemoveOperation
  settle: SettleOperation
}

export const operationId = (resource: Resource, verb: Verb) => `${resource}.${verb}` as OperationId

/** The operation, where the connection can use it. */
export function findOperation<V extends Verb>(connection: Connection, resource: Resource, verb: V): Definitions[V] | undefined {
  const id = operationId(resource, verb)
  return isUsable(connection, id) ? (connection.vendor.operations[id] as unknown as Definitions[V]) : undefined
}

export function unsupported(connection: Connection, resource: Resource, verb: Verb): GatewayError {
  return new GatewayError('unsupported_operation', {
    message: `${connection.vendor.name} does not offer ${operationId(resource, verb)} here. It offers: ${usableOperations(connection).join(', ')}.`,
  })
}

/** What was thrown, as an error that knows where it happened. */
export function placed(thrown: unknown, connection: Connection, operation: OperationId | ReferenceId): GatewayError {
  const error = asGatewayError(thrown)
  error.place ??= { connection: connection.id, vendor: connection.vendor.id, operation }
  return error
}

/** Connections by id, as far as a caller may use them: any other does not exist for it. */
export interface Directory {
  readonly connections: readonly Connection[]
  has(id: string, caller: Caller): boolean
  find(id: string, caller: Caller, parameter: string): Connection
  /** A record's connection and its id there, both checked before anything is asked. */
  locate(resource: Resource, id: string, caller: Caller, parameter?: string): { connection: Connection; vendorId: string }
}

/** A directory whose connections may change while the gateway runs. */
export interface LiveDirectory extends Directory {
  /** Connections made while running, in place of those before. They come after those of the file, which win where ids are equal. */
  replaceMade(made: readonly Connection[]): void
}

export function createDirectory(own: readonly Connection[]): LiveDirectory {
  const ownIds = new Set(own.map(({ id }) => id))
  let connections = own
  let byId = new Map(own.map((connection) => [connection.id, connection]))
  const has = (id: string, caller: Caller) => byId.has(id) && caller.mayUse(id)

  function find(id: string, caller: Caller, parameter: string): Connection {
    const connection = byId.get(id)
    if (connection && caller.mayUse(id)) return connection
    throw new GatewayError('not_found', {
      message: 'There is no such connection.',
      errors: [{ parameter, detail: 'names no connection of yours' }],
    })
  }

  return {
    get connections() {
      return connections
    },
    replaceMade(made) {
      connections = [...own, ...made.filter(({ id }) => !ownIds.has(id))]
      byId = new Map(connections.map((connection) => [connection.id, connection]))
    },
    has,
    find,
    locate(resource, id, caller, parameter = 'id') {
      const malformed = (detail: string) =>
        new GatewayError('validation_failed', { message: 'The id is malformed.', errors: [{ parameter, detail }] })
      const parts = splitId(id)
      if (!parts) throw malformed('must be {connection}:{vendorId}')
      const connection = find(parts.connection, caller, parameter)
      if (!connection.vendor.ids[resource].test(parts.vendorId))
        throw malformed(`is no id that ${connection.vendor.name} gives to ${resource}`)
      return { connection, vendorId: parts.vendorId }
    },
  }
}
