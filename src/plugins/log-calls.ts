import type { Logger } from 'pino'
import type { CallEvent } from '../kernel/layers/observe.ts'

/** One line for every vendor call: allow-listed members only. */
export const logCalls =
  (log: Logger) =>
  ({ call: { connection, operation, request, trace }, durationMs, error }: CallEvent): void =>
    log.info(
      {
        connection: connection.id,
        vendor: connection.vendor.id,
        operation,
        method: request.method,
        status: trace.status,
        attempts: trace.attempts,
        durationMs: Math.round(durationMs * 10) / 10,
        waitedMs: Math.round(trace.waitedMs),
        code: error?.kind,
      },
      'vendor call',
    )
