import fp from 'fastify-plugin'
import { keyIn } from '../contract/headers.ts'
import { type Claimed, type Destination, type Idempotency, isStored } from '../kernel/idempotency.ts'
import type {} from './access.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a write with a key: where it is noted what becomes of it. */
    journal: Claimed | undefined
    /** The answer is one that was given before. */
    isReplayed: boolean
  }
  interface FastifyContextConfig {
    /** Of a write that takes an Idempotency-Key: where it goes. Throws what the write itself would. */
    destination?(request: FastifyRequest): Destination
  }
}

/** What of an answer is kept beside its status and body. */
const KEPT_HEADERS = ['content-type', 'location'] as const

/** Claims the writes that come with a key once they are known to be valid, keeps their answers as they are sent, and gives them again. */
export const idempotency = fp<{ idempotency: Idempotency; onReplay: () => void }>(
  async (app, { idempotency, onReplay }) => {
    app.decorateRequest('journal', undefined)
    app.decorateRequest('isReplayed', false)

    app.addHook('onRoute', (route) => {
      const destinationOf = route.config?.destination
      if (!destinationOf) return
      route.preHandler = async (request, reply) => {
        const header = request.headers['idempotency-key'] as string | undefined
        // A dry run does nothing that could be done twice.
        if (header === undefined || (request.query as { dryRun?: boolean }).dryRun) return
        const destination = destinationOf(request)
        const { method, params, query, body } = request
        const path = request.routeOptions.url!
        const opened = await idempotency.open({
          scope: [request.client!.id, destination.connection.id, method, path, keyIn(header)],
          content: { method, path, params, query, body },
          destination,
        })
        if (!isStored(opened)) {
          request.journal = opened
          return
        }
        request.isReplayed = true
        onReplay()
        return reply.code(opened.status).headers(opened.headers).header('idempotency-replayed', 'true').send(opened.body)
      }
      route.onSend = async (request, reply, payload) => {
        const headers = Object.fromEntries(
          KEPT_HEADERS.map((name) => [name, reply.getHeader(name)]).filter(([, value]) => value !== undefined),
        )
        await request.journal?.finish({ status: reply.statusCode, headers, body: payload as string }, request.problem)
        return payload
      }
    })
  },
  { name: 'idempotency', dependencies: ['access', 'problems'] },
)
