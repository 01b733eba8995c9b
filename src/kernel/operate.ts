import type { OperationId, ReferenceId } from '../contract/operations.ts'
import type { Ask, Shape } from './adapter.ts'
import { type Answer, type Call, isRead, newTrace, type Send, type VendorRequest } from './call.ts'
import type { Clock } from './clock.ts'
import type { Connection } from './connection.ts'
import { contextOf, type OperationContext } from './context.ts'
import { asGatewayError } from './errors.ts'
import { deadline } from './layers/deadline.ts'
import { createReferenceCache, type Wanted } from './reference-cache.ts'
import { unreadable } from './unreadable.ts'

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
  /** What the vendor answered first: the record itself, where the operation is a single read. */
  firstBody: unknown
}

export interface StartOptions {
  idempotent?: boolean | undefined
  signal?: AbortSignal | undefined
  /** No stored answer will do. */
  isFresh?: boolean | undefined
  /** Takes a permit before each call, however long that lasts: the time of the operation counts for each call anew. */
  permit?: (() => Promise<number>) | undefined
}

export interface Operator {
  start(connection: Connection, operation: OperationId | ReferenceId, options: StartOptions): Running
  /** Runs an adapter's operation, whichever form it has. */
  perform<Input, Output>(running: Running, operation: Shape<Input, Output>, input: Input): Promise<Output>
}

export function createOperator(send: Send, clock: Clock): Operator {
  const references = createReferenceCache(clock)
  const within = deadline(clock)

  return {
    start(connection, operation, { idempotent = false, signal, isFresh = false, permit }) {
      const startedAt = clock.now()
      const endsAt = startedAt + connection.timeoutMs

      const callOf = (request: VendorRequest, taken?: number): Call => ({
        connection,
        operation,
        request,
        idempotent,
        headers: request.headers ?? {},
        deadline: permit ? clock.now() + connection.timeoutMs : endsAt,
        signal,
        isFresh,
        trace: newTrace(taken),
      })

      async function sent(call: Call): Promise<Answer> {
        try {
          const answer = await send(call)
          if (!isRead(call)) running.applied = true
          if (answer.ageMs !== undefined) running.ageMs = Math.max(running.ageMs ?? 0, answer.ageMs)
          return answer
        } catch (thrown) {
          const error = asGatewayError(thrown)
          if (!isRead(call)) error.outcome = call.trace.unsettled ? 'unknown' : 'not_applied'
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

      const running: Running = {
        connection,
        context: contextOf(connection, clock),
        startedAt,
        vendorMs: 0,
        ageMs: undefined,
        applied: false,
        firstBody: undefined,
        async ask(request, options) {
          if (options?.cachedForMs) return shared(request, { forMs: options.cachedForMs, after: options.fresh ? startedAt : undefined })
          const answer = await sent(callOf(request, await permit?.()))
          running.firstBody ??= answer.body
          return answer
        },
      }
      return running
    },

    async perform(running, operation, input) {
      try {
        if ('run' in operation) return await operation.run(running.ask, input, running.context)
        const answer = await running.ask(operation.request(input, running.context))
        return operation.read(answer.body, running.context, input)
      } catch (thrown) {
        throw unreadable(thrown)
      }
    },
  }
}
