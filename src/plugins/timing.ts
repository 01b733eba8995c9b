import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Logger } from 'pino'
import type { Abort } from '../kernel/abort.ts'
import { GatewayError } from '../kernel/errors.ts'
import type {} from './idempotency.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Milliseconds of this request spent at vendors. */
    vendorMs: number
    /** Aborted when the client goes away before its answer has gone; made by whoever needs it. */
    leaving: Abort | null
    /** Its answer has begun, and is told of in the log when it is over. */
    isAnswered: boolean
  }
}

const tenths = (ms: number) => Math.round(ms * 10) / 10

/** The same as text, from whole numbers: putting a fraction into words takes long. */
function inTenths(ms: number): string {
  const count = Math.round(ms * 10)
  return `${Math.floor(count / 10)}.${count % 10}`
}

/** Request id and timing on every answer, and one log line for every request: allow-listed members only. */
export const timing = fp<{ log: Logger; onRequest?: (labels: { method: string; route: string; status: number }, seconds: number) => void }>(
  async (app, { log, onRequest }) => {
    app.decorateRequest('vendorMs', 0)
    app.decorateRequest('leaving', null)
    app.decorateRequest('isAnswered', false)
    // One listener for all. Fastify's own signal listens to the request, and leaves it in a form that Node is slow with.
    app.addHook('onRequest', (request, reply, done) => {
      reply.raw.on('close', () => {
        if (!reply.raw.writableFinished) request.leaving?.abort(new GatewayError('request_timeout', { message: 'The client went away.' }))
        if (request.isAnswered) tell(request, reply)
      })
      done()
    })
    app.addHook('onSend', (request, reply, _payload, done) => {
      const { vendorMs } = request
      reply.header('x-request-id', request.id)
      reply.header('server-timing', `vendor;dur=${inTenths(vendorMs)}, gateway;dur=${inTenths(Math.max(0, reply.elapsedTime - vendorMs))}`)
      if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'private, no-store')
      reply.header('x-content-type-options', 'nosniff')
      if (reply.raw.closed) tell(request, reply)
      else request.isAnswered = true
      done()
    })

    /** Also of an answer that was broken off. */
    function tell(request: FastifyRequest, reply: FastifyReply): void {
      const { method, problem, client } = request
      const route = request.routeOptions.url ?? 'unknown'
      const status = reply.statusCode
      onRequest?.({ method, route, status }, reply.elapsedTime / 1_000)
      const line = {
        requestId: request.id,
        method,
        route,
        status,
        client: client?.id,
        durationMs: tenths(reply.elapsedTime),
        vendorMs: tenths(request.vendorMs),
        code: problem?.kind,
        connection: problem?.place?.connection,
        operation: problem?.place?.operation,
        outcome: problem?.outcome,
        replayed: request.isReplayed || undefined,
      }
      if (problem?.kind === 'internal_error') log.error({ ...line, err: problem.cause ?? problem }, 'request failed')
      else log.info(line, 'request')
    }
  },
  { name: 'timing' },
)
