import type { Socket } from 'node:net'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Kind } from '../contract/problem.ts'
import { GatewayError, type Outcome } from '../kernel/errors.ts'
import { problemOf } from '../kernel/problem.ts'
import type {} from './access.ts'

/** Of an answer that no time was measured for. */
const NO_TIME = 'vendor;dur=0.0, gateway;dur=0.0'
const PROBLEM_JSON = 'application/problem+json; charset=utf-8'

interface Misfit {
  instancePath: string
  keyword: string
  params: Record<string, unknown>
  message?: string
}

/** What is wrong with a value, in words that never repeat it. */
function described({ keyword, params, message = 'is not valid' }: Misfit): string {
  if (keyword === 'additionalProperties') return 'is unknown'
  if (keyword === 'required') return 'is missing'
  if (keyword === 'enum') return `must be one of ${(params.allowedValues as unknown[]).filter((value) => value !== null).join(', ')}`
  if (keyword === 'pattern') return 'has characters or a form that are not allowed'
  if (keyword === 'minProperties') return 'must name at least one member'
  return message
}

/** Names come from the client: cut short, and only the visible. */
const named = (name: string) => name.replace(/[^\x20-\x7e\u00a1-\uffff]/g, '?').slice(0, 200)

function invalid(misfits: readonly Misfit[], part: string | undefined): GatewayError {
  const errors = misfits.slice(0, 20).map((misfit) => {
    const member =
      misfit.keyword === 'additionalProperties'
        ? misfit.params.additionalProperty
        : misfit.keyword === 'required'
          ? misfit.params.missingProperty
          : undefined
    const detail = described(misfit)
    if (part === 'body')
      return {
        pointer: named(
          misfit.instancePath + (member === undefined ? '' : `/${String(member).replaceAll('~', '~0').replaceAll('/', '~1')}`),
        ),
        detail,
      }
    const parameter = member ?? misfit.instancePath.split('/')[1] ?? ''
    return { parameter: named(String(parameter)), detail }
  })
  return new GatewayError('validation_failed', {
    message: part === 'body' ? 'The body is not valid.' : 'A parameter is not valid.',
    errors,
  })
}

/** Fastify's own errors, by its code or status, as kinds. */
const KIND_OF_CODE: Record<string, Kind> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_EMPTY_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_MAX_PARAM_LENGTH: 'uri_too_long',
  FST_ERR_HANDLER_TIMEOUT: 'vendor_timeout',
}
const KIND_OF_STATUS: Record<number, Kind> = {
  400: 'validation_failed',
  404: 'not_found',
  408: 'request_timeout',
  413: 'payload_too_large',
  414: 'uri_too_long',
  415: 'unsupported_media_type',
  431: 'headers_too_large',
}
const DETAIL: Partial<Record<Kind, string>> = {
  validation_failed: 'The request cannot be read.',
  unsupported_media_type: 'Bodies are application/json in UTF-8.',
  payload_too_large: 'Bodies are at most 256 KiB.',
  uri_too_long: 'The URL or a part of it is too long.',
}

function asProblem(error: FastifyError | GatewayError): GatewayError {
  if (error instanceof GatewayError) return error
  if (error.validation) return invalid(error.validation as unknown as Misfit[], error.validationContext)
  const kind = KIND_OF_CODE[error.code] ?? KIND_OF_STATUS[error.statusCode ?? 500]
  if (kind) return new GatewayError(kind, { message: DETAIL[kind], cause: error })
  return new GatewayError('internal_error', { message: 'Something failed inside the gateway.', cause: error })
}

const pathOf = (url: string) => url.split('?', 1)[0]!.slice(0, 500)

/** A write that was refused before the kernel had it was not done; of what broke inside the gateway nobody can say. */
function outcomeOf(error: GatewayError, request: FastifyRequest): Outcome | undefined {
  const scope = request.routeOptions?.config?.scope
  const isWrite = scope === 'write' || (scope === 'proxy' && request.method !== 'GET' && request.method !== 'HEAD')
  return error.outcome ?? (isWrite ? (error.kind === 'internal_error' ? 'unknown' : 'not_applied') : undefined)
}

function sendProblem(error: GatewayError, request: FastifyRequest, reply: FastifyReply): void {
  error.outcome = outcomeOf(error, request)
  const problem = { ...problemOf(error), instance: pathOf(request.url), requestId: request.id }
  request.problem = error
  request.vendorMs = error.vendorMs ?? 0
  if (error.retryAfterMs !== undefined) reply.header('retry-after', String(Math.max(1, problem.retryAfter ?? 1)))
  if (error.location) reply.header('location', error.location)
  reply.code(problem.status).header('content-type', PROBLEM_JSON).serializer(JSON.stringify).send(problem)
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What the answer says went wrong, for the log. */
    problem: GatewayError | undefined
  }
}

/** Makes every failure an application/problem+json, unknown routes included. */
export const problems = fp(
  async (app) => {
    app.decorateRequest('problem', undefined)
    app.setErrorHandler((error: FastifyError, request, reply) => sendProblem(asProblem(error), request, reply))
    app.setNotFoundHandler((request, reply) =>
      sendProblem(new GatewayError('not_found', { message: 'There is no such route.' }), request, reply),
    )

    app.addHook('onRequest', (request, reply, done) => {
      if (request.headers.host !== undefined || request.raw.httpVersion !== '1.1') return done()
      reply.header('connection', 'close')
      const errors = [{ parameter: 'Host', detail: 'is missing' }]
      done(new GatewayError('validation_failed', { message: DETAIL.validation_failed, errors }))
    })

    // A known path with a method that it does not have. HEAD goes with GET.
    const methods = new Map<string, Set<string>>()
    app.addHook('onRoute', ({ url, method, schema }) => {
      // Swagger UI's own files.
      if (schema?.hide && url.startsWith('/docs')) return
      const known = methods.get(url) ?? new Set()
      for (const one of Array.isArray(method) ? method : [method]) known.add(one)
      methods.set(url, known)
    })
    app.decorate('refuseOtherMethods', () => {
      for (const [url, known] of [...methods]) {
        const allow = [...known].sort().join(', ')
        app.route({
          method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter((method) => !known.has(method)) as 'GET'[],
          url,
          schema: { hide: true },
          // Before a body is read, so that the method is what is refused.
          onRequest: async (_request, reply) => {
            reply.header('allow', allow)
            throw new GatewayError('method_not_allowed', { message: `This path takes ${allow}.` })
          },
          handler: async () => {},
        })
      }
    })
  },
  { name: 'problems' },
)

declare module 'fastify' {
  interface FastifyInstance {
    /** Answers 405 to the methods that known paths lack. Called once, after all routes. */
    refuseOtherMethods(): void
  }
}

/** What Fastify refuses before a route is found, and so before any hook: a malformed URL. */
export function refuseUrl(error: FastifyError, request: FastifyRequest, reply: FastifyReply): Kind {
  const kind = KIND_OF_CODE[error.code] ?? 'validation_failed'
  reply.header('x-request-id', request.id).header('server-timing', NO_TIME)
  sendProblem(new GatewayError(kind, { message: DETAIL[kind], cause: error }), request, reply)
  return kind
}

const KIND_OF_PARSER_CODE: Record<string, Kind> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'payload_too_large',
}

/** Answers what is no HTTP at all: written straight to the socket, which is closed after it. */
export function answerMalformed(error: NodeJS.ErrnoException, socket: Socket, requestId: string): Kind {
  const kind = KIND_OF_PARSER_CODE[error.code ?? ''] ?? 'validation_failed'
  const problem = {
    ...problemOf(new GatewayError(kind, { message: 'The request is not valid HTTP, is too large, or came too slowly.' })),
    requestId,
  }
  const body = JSON.stringify(problem)
  if (socket.writable && error.code !== 'ECONNRESET') {
    socket.write(
      `HTTP/1.1 ${problem.status} ${problem.title}\r\ncontent-type: ${PROBLEM_JSON}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
        `x-request-id: ${requestId}\r\nserver-timing: ${NO_TIME}\r\nconnection: close\r\n\r\n${body}`,
    )
  }
  socket.destroySoon()
  return kind
}
