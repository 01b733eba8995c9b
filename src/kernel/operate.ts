import type { OperationId } from '../contract/operations.ts'
import type { Ask, Shape } from './adapter.ts'
import { type Answer, type Call, isRead, newTrace, type Send, type VendorRequest } from './call.ts'
import type { Clock } from './clock.ts'
import type { Connection } from './connection.ts'
import { contextOf, type OperationContext } from './context.ts'
import { asGatewayError } from './errors.ts'
import { remembered } from './remembered.ts'
import { unreadable } from './unreadable.ts'

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
  /** What the vendor answered first: the record itself, where the operation is a single read. */
  firstBody: unknown
}

export interface Operator {
  start(
    connection: Connection,
    operation: OperationId | 'proxy',
    options: { idempotent?: boolean | undefined; signal?: AbortSignal | undefined },
  ): Running
  /** Runs an adapter's operation, whichever form it has. */
  perform<Input, Output>(running: Running, operation: Shape<Input, Output>, input: Input): Promise<Output>
}

/** Answers kept for reference data of one connection. */
const MOST_REFERENCES = 200

export function createOperator(send: Send, clock: Clock): Operator {
  // By the object: a connection that was changed is another account, whatever its id.
  const kept = new WeakMap<Connection, Map<string, { until: number; answer: Answer }>>()

  async function cached(connection: Connection, key: string, forMs: number, ask: () => Promise<Answer>): Promise<Answer> {
    const references = remembered(kept, connection, () => new Map<string, { until: number; answer: Answer }>())
    const known = references.get(key)
    if (known && clock.now() < known.until) return known.answer
    const answer = await ask()
    if (references.size >= MOST_REFERENCES) references.clear()
    references.set(key, { until: clock.now() + forMs, answer })
    return answer
  }

  return {
    start(connection, operation, { idempotent = false, signal }) {
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

      const running: Running = {
        connection,
        context: contextOf(connection, clock),
        startedAt,
        vendorMs: 0,
        applied: false,
        firstBody: undefined,
        async ask(request, options) {
          if (options?.cachedForMs) {
            const key = JSON.stringify([request.path, request.query])
            return cached(connection, key, options.cachedForMs, () => sent(request))
          }
          const answer = await sent(request)
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
