import { type AnyRecord, RESOURCES, type Resource, type Settlement, type Verb, type Writable } from '../contract/operations.ts'
import type { DryRun, ListAnswer, SingleAnswer } from '../contract/page.ts'
import type { GetOperation, Shape } from './adapter.ts'
import type { Clock } from './clock.ts'
import type { Connection } from './connection.ts'
import { type Caller, type Definitions, type Directory, findOperation, operationId, placed, unsupported } from './directory.ts'
import { asGatewayError, GatewayError } from './errors.ts'
import { createExporter } from './export.ts'
import { withoutForeignIds } from './foreign.ts'
import type { Destination } from './idempotency.ts'
import { createListing, type ListRequest } from './listing.ts'
import { lookAt, lookUpOf } from './look-up.ts'
import type { Operator, Running, WriteOptions } from './operate.ts'
import type { PermitStore } from './permits.ts'
import { createPlanner, type Query } from './plans.ts'
import { createReferences, type ReadReferences } from './reference-data.ts'
import { assertOwnReferences } from './references.ts'
import type { Seal } from './seal.ts'
import { fetchPage } from './source.ts'
import { notReadBack } from './unfinished.ts'
import { unstorable, unsupportedFields } from './unstorable.ts'

/** An answer, and how long the vendor took of its time. */
export interface Timed<T> {
  answer: T
  vendorMs: number
  /** Of the oldest stored answer in it; undefined where there is none. */
  ageMs?: number | undefined
}

/** The whole record after a write, or what a dry run would have sent. */
type Written = SingleAnswer<AnyRecord | DryRun>

/** The portable type: what routes know of the kernel. Everything it throws is a GatewayError. */
export interface Gateway {
  list(resource: Resource, request: ListRequest, caller: Caller): Promise<Timed<ListAnswer<AnyRecord>>>
  /** All of a list as lines of JSON, one for each record. Whoever reads slowly slows the vendors' calls. */
  export(resource: Resource, query: Query, caller: Caller): AsyncGenerator<string>
  get(resource: Resource, id: string, options: { raw: boolean }, caller: Caller): Promise<Timed<SingleAnswer<AnyRecord>>>
  create(
    resource: Resource,
    connection: string | undefined,
    record: Writable<AnyRecord>,
    options: WriteOptions,
    caller: Caller,
  ): Promise<Timed<Written>>
  update(resource: Resource, id: string, changes: Writable<AnyRecord>, options: WriteOptions, caller: Caller): Promise<Timed<Written>>
  /** Null once it is removed. */
  remove(resource: Resource, id: string, options: WriteOptions, caller: Caller): Promise<Timed<SingleAnswer<DryRun> | null>>
  settle(id: string, settlement: Settlement, options: WriteOptions, caller: Caller): Promise<Timed<Written>>
  references: ReadReferences
  /** Where a create would go. */
  destinationOfCreate(resource: Resource, connection: string | undefined, record: Writable<AnyRecord>, caller: Caller): Destination
  /** Where a change of a record would go. */
  destinationOfChange(resource: Resource, verb: Verb, id: string, caller: Caller): Destination
  /** Asks a connection for one native page of the first list that it has; answers with how long that took. */
  test(connection: Connection, caller: Caller): Promise<Timed<number>>
}

/** What a write has beside its work; a read has nothing. */
interface Doing extends WriteOptions {
  /** How it is found out whether it was done, where nobody knows. */
  lookUp?(): string
}

export interface GatewayOptions {
  directory: Directory
  operator: Operator
  permits: PermitStore
  clock: Clock
  cursorSeal: Seal
}

export function createGateway({ directory, operator, permits, clock, cursorSeal }: GatewayOptions): Gateway {
  const planned = createPlanner(directory, cursorSeal)

  /** Runs `work` on one connection, with the error placed and, on a write, its outcome told. */
  async function on<V extends Verb, T>(
    connection: Connection,
    resource: Resource,
    verb: V,
    options: Doing,
    caller: Caller,
    work: (operation: Definitions[V], running: Running) => Promise<T>,
  ): Promise<Timed<T>> {
    const id = operationId(resource, verb)
    const isWrite = verb !== 'get' && verb !== 'list'
    let running: Running | undefined
    try {
      const operation = findOperation(connection, resource, verb)
      if (!operation) throw unsupported(connection, resource, verb)
      running = operator.start(connection, id, {
        ...options,
        idempotent: operation.idempotent,
        signal: isWrite ? undefined : caller.signal,
        isFresh: isWrite || caller.wantsFresh,
      })
      const answer = await work(operation, running)
      return { answer, vendorMs: running.vendorMs, ageMs: running.ageMs }
    } catch (thrown) {
      const error = placed(thrown, connection, id)
      error.vendorMs = running?.vendorMs
      if (isWrite) error.outcome = running?.applied ? 'applied' : (error.outcome ?? 'not_applied')
      if (isWrite) tellUnknown(error, connection, options)
      throw error
    }
  }

  /** Makes a write say so where nobody knows whether it was done, and what can be done about it. */
  function tellUnknown(error: GatewayError, { vendor }: Connection, { journal, lookUp }: Doing): void {
    // What became of it when it was sent before, no failure of this time tells.
    if (journal?.isRepeat && error.outcome === 'not_applied') error.outcome = 'unknown'
    if (error.outcome !== 'unknown' || error.retryable || !lookUp) return
    const mayRepeat = journal && vendor.writesOncePerKey
    error.message += ` ${mayRepeat ? 'Send it again with the same Idempotency-Key: the vendor does it once.' : lookUp()}`
  }

  const single = <T>(running: Running, data: T): SingleAnswer<T> => ({
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
    else if ('raw' in record) delete record.raw
    return record
  }

  /** The whole record after a write, since vendors answer with less. A failure here leaves the write done and says where it is. */
  async function readBack(running: Running, resource: Resource, vendorId: string): Promise<SingleAnswer<AnyRecord>> {
    const operation = findOperation(running.connection, resource, 'get')
    if (!operation) throw unsupported(running.connection, resource, 'get')
    try {
      return single(running, await read(running, operation, vendorId, false))
    } catch (thrown) {
      throw running.applied ? notReadBack(asGatewayError(thrown), running.locationOf(vendorId)) : thrown
    }
  }

  /** Performs a write and answers with what `answer` makes of it, or only tells what it would send. */
  async function write<Input, Output, T>(
    running: Running,
    operation: Shape<Input, Output>,
    input: Input,
    answer: (output: Output) => T | Promise<T>,
  ): Promise<T | SingleAnswer<DryRun>> {
    if (running.planned) {
      await operator.rehearse(running, operation, input)
      running.assertStorable()
      return single(running, { requests: running.planned })
    }
    const output = await operator.perform(running, operation, input)
    // Where the vendor had it so already nothing was sent, and so nothing was checked.
    running.assertStorable()
    return answer(output)
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
    throw unsupportedFields(
      `Nothing of this can be stored in ${name}.`,
      left.fields.length > 0
        ? left.fields.map((field) => ({ field, reason: `${name} has no place for it` }))
        : [{ field: null, reason: `names no member of ${resource} that can be written` }],
    )
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

  function destinationOfCreate(resource: Resource, id: string | undefined, record: Writable<AnyRecord>, caller: Caller): Destination {
    const connection = targetOf(resource, id, caller)
    return { connection, operation: operationId(resource, 'create'), lookUp: () => lookUpOf(connection, resource, record) }
  }

  function destinationOfChange(resource: Resource, verb: Verb, id: string, caller: Caller): Destination {
    const { connection } = directory.locate(resource, id, caller)
    return { connection, operation: operationId(resource, verb), lookUp: () => lookAt(resource, id) }
  }

  return {
    destinationOfCreate,
    destinationOfChange,
    list: createListing({ directory, planned, operator, cursorSeal, clock }),
    export: createExporter({ planned, operator, permits, clock }),
    async get(resource, id, { raw }, caller) {
      const { connection, vendorId } = directory.locate(resource, id, caller)
      return on(connection, resource, 'get', {}, caller, async (operation, running) =>
        single(running, await read(running, operation, vendorId, raw)),
      )
    },
    async create(resource, id, record, options, caller) {
      const { connection, lookUp } = destinationOfCreate(resource, id, record, caller)
      return on(connection, resource, 'create', { ...options, lookUp }, caller, async (operation, running) => {
        const input = { record: prepared(running, operation, record, resource) }
        return write(running, operation, input, (made) =>
          typeof made === 'string' ? readBack(running, resource, made) : single(running, made),
        )
      })
    },
    async update(resource, id, changes, options, caller) {
      const { connection, vendorId } = directory.locate(resource, id, caller)
      const lookUp = () => lookAt(resource, id)
      return on(connection, resource, 'update', { ...options, lookUp }, caller, async (operation, running) => {
        const input = { vendorId, changes: prepared(running, operation, changes, resource) }
        return write(running, operation, input, () => readBack(running, resource, vendorId))
      })
    },
    async remove(resource, id, options, caller) {
      const { connection, vendorId } = directory.locate(resource, id, caller)
      const lookUp = () => lookAt(resource, id)
      return on(connection, resource, 'remove', { ...options, lookUp }, caller, (operation, running) =>
        write(running, operation, { vendorId }, () => null),
      )
    },
    async test(connection, caller) {
      const resource = RESOURCES.find((one) => findOperation(connection, one, 'list'))
      if (!resource) throw new GatewayError('unsupported_operation', { message: 'This connection has no list that could be tried.' })
      return on(connection, resource, 'list', {}, caller, async (operation, running) => {
        await fetchPage({ connection, operation }, running, { filters: {}, position: null }, resource)
        return Math.round(clock.now() - running.startedAt)
      })
    },
    async settle(id, settlement, options, caller) {
      const { connection, vendorId } = directory.locate('receivables', id, caller)
      const lookUp = () => lookAt('receivables', id)
      return on(connection, 'receivables', 'settle', { ...options, lookUp }, caller, (operation, running) =>
        write(running, operation, { vendorId, settlement }, () => readBack(running, 'receivables', vendorId)),
      )
    },
    references: createReferences(directory, operator, clock),
  }
}
