import fp from 'fastify-plugin'
import { Type } from 'typebox'
import { NoQuery } from '../contract/query.ts'
import { GatewayError } from '../kernel/errors.ts'
import type {} from './openapi.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** From now on /readyz answers 503, so that balancers send nobody here, and each answer closes its connection, so that nobody is on one when it ends. */
    startDraining(): void
  }
}

const Status = (words: string[]) => Type.Object({ status: Type.String({ enum: words }) }, { additionalProperties: false })

/** GET /healthz: the process lives. GET /readyz: it takes requests. Neither asks Redis or a vendor to be well. */
export const health = fp<{ isWell: () => boolean }>(
  async (app, { isWell }) => {
    let draining = false
    app.decorate('startDraining', () => {
      draining = true
      app.server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'))
    })
    const tags = ['operations']
    app.get(
      '/healthz',
      {
        schema: {
          tags,
          operationId: 'getLiveness',
          summary: 'Whether the process lives',
          querystring: NoQuery,
          response: { 200: Status(['ok']) },
        },
      },
      async () => ({ status: 'ok' }),
    )
    app.get(
      '/readyz',
      {
        config: { problems: [503] },
        schema: {
          tags,
          operationId: 'getReadiness',
          summary: 'Whether it takes requests',
          description:
            'degraded: the shared store cannot be reached, and only what does not need it works; or the disk takes nothing, and what it should keep is only in memory. 503 while it stops.',
          querystring: NoQuery,
          response: { 200: Status(['ready', 'degraded']) },
        },
      },
      async () => {
        if (draining) throw new GatewayError('vendor_unavailable', { retryAfterMs: 1_000, message: 'The gateway is stopping.' })
        return { status: isWell() ? 'ready' : 'degraded' }
      },
    )
  },
  { name: 'health', dependencies: ['problems'] },
)
