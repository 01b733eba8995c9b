import type { OperationId, ReferenceId } from '../contract/operations.ts'
import type { PlannedRequest } from '../contract/page.ts'
import type { Signal } from './abort.ts'
import type { Ask, AskOptions, Shape } from './adapter.ts'
import { type Answer, type Call, isRead, newTrace, type Send, type VendorRequest } from './call.ts'
import type { Clock } from './clock.ts'
import type { Connection } from './connection.ts'
import { contextOf, type OperationContext } from './context.ts'
import { asGatewayError } from './errors.ts'
import type { Journal } from './idempotency.ts'
import { deadline } from './layers/deadline.ts'
import { targetOf } from './layers/transport.ts'
import type { Taken } from './permits.ts'
import { createReferenceCache, type Wanted } from './reference-cache.ts'
import { partlyStored } from './unfinished.ts'
import { unreadable } from './unreadable.ts'
import { unsupportedFields } from './unstorable.ts'

/** One operation that runs on one connection: its time, its warnings, and what it has done so far. */
export interface Running {
  readonly connection: Connection
  readonly context: OperationContext
  readonly startedAt: number
  readonly ask: Ask
  /** Time spent at the vendor so far. */
  vendorMs: number
  /** Of the oldest stored answer that it used; undefined where it used none. */
  ageMs: number | undefined
  /** A write of it was answered with success. */
  applied: boolean
  /** Writes of a dry run, in the order in which they would be sent; null where they are sent. */
  readonly planned: PlannedRequest[] | null
  /** What the vendor answered first: the record itself, where the operation is a single read. */
  firstBody: unknown
  /** Path of a record of this resource and connection. */
  locationOf(vendorId: string): string
  /** Refuses what the vendor cannot hold whole, where the caller wants all or nothing and nothing was done yet. */
  assertStorable(): void
}

/** How a write is meant. */
export interface WriteOptions {
  /** Nothing is written: what would be sent is gathered in `Running.planned`. */
  dryRun?: boolean | undefined
  /** A write that the vendor could hold only in part is refused. */
  strict?: boolean | undefined
  /** Where it is noted what becomes of a write that came with a key. */
  journal?: Journal | undefined
}

interface StartOptions extends WriteOptions {
  idempotent?: boolean | undefined
  signal?: Signal | undefined
  /** No stored answer will do. */
  isFresh?: boolean | undefined
  /** Takes a permit before each call, however long that lasts: the time of the operation counts for each call anew. */
  permit?: (() => Promise<Taken>) | undefined
}

export interface Operator {
  start(connection: Connection, operation: OperationId | ReferenceId | 'proxy', options: StartOptions): Running
  /** Runs an adapter's operation, whichever form it has. */
  perform<Input, Output>(running: Running, operation: Shape<Input, Output>, input: Input): Promise<Output>
  /** The same in a dry run, up to the last write. */
  rehearse<Input, Output>(running: Running, operation: Shape<Input, Output>, input: Input): Promise<void>
}

/** Ends a dry run: what comes after the last write is read from answers that there are none of. */
class Rehearsed extends Error {}

async function run<Input, Output>({ ask, context }: Running, operation: Shape<Input, Output>, input: Input): Promise<Output> {
  if ('run' in operation) return operation.run(ask, input, context)
  const answer = await ask(operation.request(input, context))
  return operation.read(answer.body, context, input)
}

export function createOperator(send: Send, clock: Clock): Operator {
  const references = createReferenceCache(clock)
  const within = deadline(clock)

  return {
    start(connection, operation, { idempotent = false, signal, isFresh = false, permit, dryRun = false, strict = false, journal }) {
      const startedAt = clock.now()
      const endsAt = startedAt + connection.timeoutMs

      const callOf = (request: VendorRequest, taken?: Taken): Call => ({
        connection,
        operation,
        request,
        idempotent,
        headers: request.headers ?? {},
        deadline: permit ? clock.now() + connection.timeoutMs : endsAt,
        signal,
        isFresh,
        journal,
        trace: newTrace(taken),
      })

      async function sent(call: Call): Promise<Answer> {
        try {
          const answer = await send(call)
          if (!isRead(call)) running.applied = true
          if (answer.ageMs !== undefined) running.ageMs = Math.max(running.ageMs ?? 0, answer.ageMs)
          if (answer.isGarbled) running.context.warn(null, null, 'The vendor sent characters that cannot be read; they stand as \ufffd.')
          return answer
        } catch (thrown) {
          const error = asGatewayError(thrown)
          if (!isRead(call)) error.outcome = call.trace.unsettled ? 'unknown' : (error.outcome ?? 'not_applied')
          throw error
        } finally {
          running.vendorMs += call.trace.vendorMs
        }
      }

      /** Whoever waits for the call keeps to its own time; the call has its own, and goes on for the others when one leaves. */
      function shared(request: VendorRequest, wanted: Wanted): Promise<Answer> {
        const key = JSON.stringify([connection.id, connection.login, connection.baseUrl, request.path, request.query, request.headers])
        const call = callOf(request)
        const ask = () =>
          sent({
            ...call,
            deadline: clock.now() + connection.timeoutMs,
            signal: undefined,
            isFresh: isFresh || wanted.after !== undefined,
          })
        return within(() => references.read(key, wanted, ask))(call)
      }

      /** A write is sent only where all of it can be held, if that is what the caller wants, and where it is no dry run. */
      async function written(request: VendorRequest, { stores, dryAnswer }: AskOptions): Promise<Answer> {
        running.assertStorable()
        if (running.planned) {
          const { origin, path } = targetOf({ request, connection })
          running.planned.push({ method: request.method, url: origin + path, body: request.body ?? null })
          if (dryAnswer === undefined) throw new Rehearsed()
          return { status: 200, headers: {}, body: dryAnswer, length: 0 }
        }
        if (!running.applied) return sent(callOf(request))
        return sent(callOf(request)).catch((thrown) => {
          throw partlyStored(asGatewayError(thrown), stores && running.locationOf(stores.vendorId), stores?.members ?? [])
        })
      }

      const running: Running = {
        connection,
        context: contextOf(connection, clock, dryRun ? '{{writeKey}}' : journal?.writeKey),
        startedAt,
        vendorMs: 0,
        ageMs: undefined,
        applied: false,
        planned: dryRun ? [] : null,
        firstBody: undefined,
        async ask(request, options) {
          if (options?.cachedForMs) return shared(request, { forMs: options.cachedForMs, after: options.fresh ? startedAt : undefined })
          const answer = await (isRead({ request, idempotent }) ? sent(callOf(request, await permit?.())) : written(request, options ?? {}))
          running.firstBody ??= answer.body
          return answer
        },
        locationOf: (vendorId) => `/${operation.split('.')[0]}/${running.context.id(vendorId)}`,
        assertStorable() {
          // Those that name a record are about what was read of it.
          const left = running.context.warnings.filter(({ vendorId }) => vendorId === undefined)
          if (strict && !running.applied && left.length > 0)
            throw unsupportedFields(`${connection.vendor.name} cannot hold all of this.`, left)
        },
      }
      return running
    },

    async perform(running, operation, input) {
      try {
        return await run(running, operation, input)
      } catch (thrown) {
        throw unreadable(thrown)
      }
    },

    async rehearse(running, operation, input) {
      try {
        await run(running, operation, input)
      } catch (thrown) {
        if (!(thrown instanceof Rehearsed)) throw unreadable(thrown)
      }
    },
  }
}
