import fp from 'fastify-plugin'
import type { Logger } from 'pino'

declare module 'fastify' {
  interface FastifyRequest {
    /** Milliseconds of this request spent at vendors. */
    vendorMs: number
  }
}

const tenths = (ms: number) => Math.round(ms * 10) / 10

/** Request id and timing on every answer, and one log line for every request: allow-listed members only. */
export const timing = fp<{ log: Logger; onRequest?: (labels: { method: string; route: string; status: number }, seconds: number) => void }>(
  async (app, { log, onRequest }) => {
    app.decorateRequest('vendorMs', 0)
    app.addHook('onSend', (request, reply, _payload, done) => {
      const { vendorMs } = request
      reply.header('x-request-id', request.id)
      reply.header('server-timing', `vendor;dur=${tenths(vendorMs)}, gateway;dur=${tenths(Math.max(0, reply.elapsedTime - vendorMs))}`)
      if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'private, no-store')
      reply.header('x-content-type-options', 'nosniff')
      done()
    })
    // A client who left gets no response, and a line all the same.
    app.addHook('onRequestAbort', (request, done) => {
      log.info(
        { requestId: request.id, method: request.method, route: request.routeOptions.url ?? 'unknown', code: 'client_left' },
        'request',
      )
      done()
    })
    app.addHook('onResponse', (request, reply, done) => {
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
      }
      if (problem?.kind === 'internal_error') log.error({ ...line, err: problem.cause ?? problem }, 'request failed')
      else log.info(line, 'request')
      done()
    })
  },
  { name: 'timing' },
)
