import type { OperationId } from '../contract/operations.ts'
import type { PlannedRequest } from '../contract/page.ts'
import type { Ask, AskOptions, Shape } from './adapter.ts'
import { type Answer, type Call, isRead, newTrace, type Send, type VendorRequest } from './call.ts'
import type { Clock } from './clock.ts'
import type { Connection } from './connection.ts'
import { contextOf, type OperationContext } from './context.ts'
import { asGatewayError } from './errors.ts'
import { targetOf } from './layers/transport.ts'
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
}

interface StartOptions extends WriteOptions {
  idempotent?: boolean | undefined
  signal?: AbortSignal | undefined
}

export interface Operator {
  start(connection: Connection, operation: OperationId, options: StartOptions): Running
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

/** Answers kept for reference data, over all connections. */
const MOST_REFERENCES = 1_000

export function createOperator(send: Send, clock: Clock): Operator {
  const references = new Map<string, { until: number; answer: Answer }>()

  async function cached(key: string, forMs: number, ask: () => Promise<Answer>): Promise<Answer> {
    const known = references.get(key)
    if (known && clock.now() < known.until) return known.answer
    const answer = await ask()
    if (references.size >= MOST_REFERENCES) references.clear()
    references.set(key, { until: clock.now() + forMs, answer })
    return answer
  }

  return {
    start(connection, operation, { idempotent = false, signal, dryRun = false, strict = false }) {
      const startedAt = clock.now()
      const deadline = startedAt + connection.timeoutMs

      async function sent(request: VendorRequest): Promise<Answer> {
        const call: Call = {
          connection,
          operation,
          request,
          idempotent,
          headers: request.headers ?? {},
          deadline,
          signal,
          trace: newTrace(),
        }
        try {
          const answer = await send(call)
          if (!isRead(call)) running.applied = true
          return answer
        } catch (thrown) {
          const error = asGatewayError(thrown)
          if (!isRead(call)) error.outcome = call.trace.unsettled ? 'unknown' : 'not_applied'
          throw error
        } finally {
          running.vendorMs += call.trace.vendorMs
        }
      }

      /** A write is sent only where all of it can be held, if that is what the caller wants, and where it is no dry run. */
      async function written(request: VendorRequest, { stores, dryAnswer }: AskOptions): Promise<Answer> {
        running.assertStorable()
        if (running.planned) {
          const { origin, path } = targetOf({ request, connection })
          running.planned.push({ method: request.method, url: origin + path, body: request.body ?? null })
          if (dryAnswer === undefined) throw new Rehearsed()
          return { status: 200, headers: {}, body: dryAnswer }
        }
        if (!running.applied) return sent(request)
        return sent(request).catch((thrown) => {
          throw partlyStored(asGatewayError(thrown), stores && running.locationOf(stores.vendorId), stores?.members ?? [])
        })
      }

      const running: Running = {
        connection,
        context: contextOf(connection, clock, dryRun),
        startedAt,
        vendorMs: 0,
        applied: false,
        planned: dryRun ? [] : null,
        firstBody: undefined,
        async ask(request, options) {
          if (options?.cachedForMs) {
            const key = JSON.stringify([connection.id, request.path, request.query])
            return cached(key, options.cachedForMs, () => sent(request))
          }
          const answer = await (isRead({ request, idempotent }) ? sent(request) : written(request, options ?? {}))
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
