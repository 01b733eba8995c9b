import { type AnyRecord, RESOURCES, type Resource, type Settlement, type Verb, type Writable } from '../contract/operations.ts'
import type { ListAnswer, SingleAnswer } from '../contract/page.ts'
import type { GetOperation } from './adapter.ts'
import type { Send } from './call.ts'
import type { Clock } from './clock.ts'
import type { Connection } from './connection.ts'
import { type Caller, type Definitions, type Directory, findOperation, operationId, placed, unsupported } from './directory.ts'
import { asGatewayError, GatewayError } from './errors.ts'
import { nativePage } from './federation.ts'
import { withoutForeignIds } from './foreign.ts'
import { createListing, type ListRequest } from './listing.ts'
import { createOperator, type Running } from './operate.ts'
import { assertOwnReferences } from './references.ts'
import type { Seal } from './seal.ts'
import { unstorable } from './unstorable.ts'

/** An answer, and how long the vendor took of its time. */
export interface Timed<T> {
  answer: T
  vendorMs: number
}

/** The portable type: what routes know of the kernel. Everything it throws is a GatewayError. */
export interface Gateway {
  list(resource: Resource, request: ListRequest, caller: Caller): Promise<Timed<ListAnswer<AnyRecord>>>
  get(resource: Resource, id: string, options: { raw: boolean }, caller: Caller): Promise<Timed<SingleAnswer<AnyRecord>>>
  create(
    resource: Resource,
    connection: string | undefined,
    record: Writable<AnyRecord>,
    caller: Caller,
  ): Promise<Timed<SingleAnswer<AnyRecord>>>
  update(resource: Resource, id: string, changes: Writable<AnyRecord>, caller: Caller): Promise<Timed<SingleAnswer<AnyRecord>>>
  remove(resource: Resource, id: string, caller: Caller): Promise<Timed<null>>
  settle(id: string, settlement: Settlement, caller: Caller): Promise<Timed<SingleAnswer<AnyRecord>>>
  /** Asks a connection for one native page of the first list that it has; answers with how long that took. */
  test(connection: Connection, caller: Caller): Promise<Timed<number>>
}

export interface GatewayOptions {
  directory: Directory
  send: Send
  clock: Clock
  cursorSeal: Seal
}

export function createGateway({ directory, send, clock, cursorSeal }: GatewayOptions): Gateway {
  const operator = createOperator(send, clock)

  /** Runs `work` on one connection, with the error placed and, on a write, its outcome told. */
  async function on<V extends Verb, T>(
    connection: Connection,
    resource: Resource,
    verb: V,
    caller: Caller,
    work: (operation: Definitions[V], running: Running) => Promise<T>,
  ): Promise<Timed<T>> {
    const id = operationId(resource, verb)
    const isWrite = verb !== 'get' && verb !== 'list'
    let running: Running | undefined
    try {
      const operation = findOperation(connection, resource, verb)
      if (!operation) throw unsupported(connection, resource, verb)
      running = operator.start(connection, id, { idempotent: operation.idempotent, signal: isWrite ? undefined : caller.signal })
      const answer = await work(operation, running)
      return { answer, vendorMs: running.vendorMs }
    } catch (thrown) {
      const error = placed(thrown, connection, id)
      error.vendorMs = running?.vendorMs
      if (isWrite) error.outcome = running?.applied ? 'applied' : (error.outcome ?? 'not_applied')
      throw error
    }
  }

  const single = (running: Running, data: AnyRecord): SingleAnswer<AnyRecord> => ({
    data,
    meta: {
      connection: running.connection.id,
      vendor: running.connection.vendor.id,
      durationMs: Math.round(clock.now() - running.startedAt),
      warnings: running.context.warnings,
    },
  })

  async function read(running: Running, operation: GetOperation<AnyRecord>, vendorId: string, raw: boolean): Promise<AnyRecord> {
    const record = await operator.perform(running, operation, { vendorId })
    if (!record) throw new GatewayError('not_found', { message: 'There is no such record.' })
    // An adapter that finds its record among others sets its own `raw`; else the answer is the record.
    const own = record.raw ?? running.firstBody
    if (raw) record.raw = own
    else delete record.raw
    return record
  }

  /** The whole record after a write, since vendors answer with less. A failure here leaves the write done and says where it is. */
  async function readBack(running: Running, resource: Resource, vendorId: string): Promise<SingleAnswer<AnyRecord>> {
    const operation = findOperation(running.connection, resource, 'get')
    if (!operation) throw unsupported(running.connection, resource, 'get')
    try {
      return single(running, await read(running, operation, vendorId, false))
    } catch (thrown) {
      const error = asGatewayError(thrown)
      const told =
        error.status >= 500
          ? error
          : new GatewayError('vendor_error', {
              origin: 'vendor',
              cause: error,
              message: 'The record was written, but could not be read back.',
            })
      told.location = `/${resource}/${running.connection.id}:${vendorId}`
      throw told
    }
  }

  function noteUnstorable(
    running: Running,
    operation: { writable: readonly string[] },
    given: Writable<AnyRecord>,
    resource: Resource,
  ): void {
    const { name } = running.connection.vendor
    const left = unstorable(given, operation.writable)
    for (const field of left.fields) running.context.warn(null, field, `${name} has no place for it`)
    if (!left.nothingLeft) return
    throw new GatewayError('unsupported_field', {
      message: `Nothing of this can be stored in ${name}.`,
      errors:
        left.fields.length > 0
          ? left.fields.map((field) => ({ pointer: `/${field.replaceAll('.', '/')}`, detail: `${name} has no place for it` }))
          : [{ pointer: '', detail: `names no member of ${resource} that can be written` }],
    })
  }

  /** A body as this connection can take it: records of other connections are refused, what cannot be held is left out with a warning. */
  function prepared(running: Running, operation: { writable: readonly string[] }, body: Writable<AnyRecord>, resource: Resource) {
    assertOwnReferences(body, running.connection)
    const own = withoutForeignIds(body, running.connection, (field, reason) => running.context.warn(null, field, reason))
    noteUnstorable(running, operation, own, resource)
    return own
  }

  function targetOf(resource: Resource, id: string | undefined, caller: Caller): Connection {
    if (id !== undefined) return directory.find(id, caller, 'connection')
    const able = directory.connections.filter((connection) => caller.mayUse(connection.id) && findOperation(connection, resource, 'create'))
    if (able.length === 1) return able[0]!
    if (able.length === 0) throw new GatewayError('unsupported_operation', { message: `No connection offers ${resource}.create.` })
    throw new GatewayError('connection_required', {
      message: 'Several connections could take this record.',
      errors: [{ parameter: 'connection', detail: `must be one of ${able.map((connection) => connection.id).join(', ')}` }],
    })
  }

  return {
    list: createListing(directory, operator, cursorSeal, clock),
    async get(resource, id, { raw }, caller) {
      const { connection, vendorId } = directory.locate(resource, id, caller)
      return on(connection, resource, 'get', caller, async (operation, running) =>
        single(running, await read(running, operation, vendorId, raw)),
      )
    },
    async create(resource, id, record, caller) {
      return on(targetOf(resource, id, caller), resource, 'create', caller, async (operation, running) => {
        const made = await operator.perform(running, operation, { record: prepared(running, operation, record, resource) })
        return typeof made === 'string' ? readBack(running, resource, made) : single(running, made)
      })
    },
    async update(resource, id, changes, caller) {
      const { connection, vendorId } = directory.locate(resource, id, caller)
      return on(connection, resource, 'update', caller, async (operation, running) => {
        await operator.perform(running, operation, { vendorId, changes: prepared(running, operation, changes, resource) })
        return readBack(running, resource, vendorId)
      })
    },
    async remove(resource, id, caller) {
      const { connection, vendorId } = directory.locate(resource, id, caller)
      return on(connection, resource, 'remove', caller, async (operation, running) => {
        await operator.perform(running, operation, { vendorId })
        return null
      })
    },
    async test(connection, caller) {
      const resource = RESOURCES.find((one) => findOperation(connection, one, 'list'))
      if (!resource) throw new GatewayError('unsupported_operation', { message: 'This connection has no list that could be tried.' })
      return on(connection, resource, 'list', caller, async (operation, running) => {
        await nativePage(operation, running, { filters: {}, position: null })
        return Math.round(clock.now() - running.startedAt)
      })
    },
    async settle(id, settlement, caller) {
      const { connection, vendorId } = directory.locate('receivables', id, caller)
      return on(connection, 'receivables', 'settle', caller, async (operation, running) => {
        await operator.perform(running, operation, { vendorId, settlement })
        return readBack(running, 'receivables', vendorId)
      })
    },
  }
}
