import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Directory } from '../kernel/directory.ts'
import { GatewayError } from '../kernel/errors.ts'
import { MOST_RAW_BYTES, type RawBody } from '../kernel/layers/transport.ts'
import type { Forward } from '../kernel/proxy.ts'
import { callerOf } from '../plugins/access.ts'
import { VENDOR_PROBLEMS } from '../plugins/openapi.ts'

/** A body up to this is kept, so that it can be sent again after a refused token. */
const MOST_KEPT_BYTES = 262_144

const tooLarge = () => new GatewayError('payload_too_large', { message: 'Bodies are at most 10 MiB here.' })

async function* limited(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > MOST_RAW_BYTES) throw tooLarge()
    yield chunk
  }
}

async function bodyOf({ body, headers }: FastifyRequest): Promise<RawBody> {
  if (body === undefined || body === null) return null
  const length = Number(headers['content-length'])
  if (length > MOST_RAW_BYTES) throw tooLarge()
  const chunks = limited(body as AsyncIterable<Uint8Array>)
  return length <= MOST_KEPT_BYTES ? Buffer.concat(await Array.fromAsync(chunks)) : chunks
}

const ANYTHING = { content: { '*/*': { schema: {} } } }

const METHODS = [
  ['GET', 'Read'],
  ['POST', 'Post'],
  ['PUT', 'Put'],
  ['PATCH', 'Patch'],
  ['DELETE', 'Delete'],
] as const

export interface ProxyRoutesOptions {
  directory: Directory
  proxy: Forward
}

/** The vendor's own API, under a scope of its own: bodies are not read here. */
export async function proxyRoutes(scope: FastifyInstance, { directory, proxy }: ProxyRoutesOptions): Promise<void> {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  // What is left of a body that nobody reads to its end would be taken for the next request.
  scope.addHook('onSend', (request, reply, _payload, done) => {
    if (!request.raw.complete) reply.header('connection', 'close')
    done()
  })

  for (const [method, verb] of METHODS) {
    const takesBody = method !== 'GET' && method !== 'DELETE'
    scope.route<{ Params: { id: string } }>({
      method,
      url: '/connections/:id/proxy/*',
      config: { scope: 'proxy', problems: [...VENDOR_PROBLEMS, ...(takesBody ? [413] : [])], negotiates: true },
      schema: {
        tags: ['connections'],
        operationId: `proxy${verb}`,
        summary: `${verb} at the vendor's own API`,
        description:
          "`path` is under the connection's base URL; verb, query and body go as they are, with login and rate budget taken care of. The vendor's status and body are the answer, its errors too; a problem is only what fails in between. Bodies are at most 10 MiB each way, and all has to be done within `settings.timeoutMs`; cookies, credentials and redirects to elsewhere are not passed on.",
        params: Type.Object({
          id: Type.String({ maxLength: 32, description: 'Connection id.', examples: ['loja-centro'] }),
          path: Type.Optional(
            Type.String({ description: "Path under the connection's base URL; it may have slashes.", examples: ['v1/contatos/324'] }),
          ),
        }),
        ...(takesBody && { body: ANYTHING }),
        response: { 200: { description: "The vendor's answer; any other status of the vendor comes as it is too.", ...ANYTHING } },
      },
      async handler(request, reply) {
        const caller = callerOf(request)
        const connection = directory.find(request.params.id, caller, 'id')
        const path = request.raw.url!.slice(request.raw.url!.indexOf('/proxy/') + '/proxy/'.length)
        const { status, headers, body, vendorMs } = await proxy(
          connection,
          { method: request.method as 'GET', path, headers: request.headers, body: await bodyOf(request) },
          caller,
        )
        request.vendorMs = vendorMs
        // Whatever the vendor sends, no browser runs it as a page of the gateway.
        return reply.code(status).headers(headers).header('content-security-policy', "default-src 'none'; sandbox").send(body)
      },
    })
  }
}
