import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyContextConfig, FastifyInstance, FastifySchema, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import type { TSchema } from 'typebox'
import { CHANGE_EXAMPLES, RECORD_NAMES } from '../contract/components.ts'
import { type AnyRecord, RESOURCES, type Resource } from '../contract/operations.ts'
import type {} from './access.ts'
import type {} from './idempotency.ts'
import type {} from './negotiation.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Error statuses of this route, beyond those that every route has. */
    problems?: readonly number[]
    /** It answers with an ETag, and with 304 to who has it. */
    isConditional?: boolean
  }
}

const DESCRIPTION = `One API in front of Brazilian ERPs and CRMs.

A **connection** is one account at a vendor; a record's \`id\` is \`{connection}:{vendorId}\` and can be followed as it is.
Lists go over one, several or all connections and never lose anything silently: see \`meta.sources\`.
Amounts, prices and quantities are decimal strings. Days are \`YYYY-MM-DD\`, instants RFC 3339 with offset.
Every failure is \`application/problem+json\` with a stable \`code\`.

A write with an \`Idempotency-Key\` is done at most once. The same key and body again get the answer of the first time for 24 hours, with
\`Idempotency-Replayed: true\`; what was refused before anything was done, and may pass, can be sent again with the same key. Where nobody knows
whether the vendor did it (\`outcome: unknown\`), the key answers \`outcome_unknown\` for 48 hours and the \`detail\` names the look-up that tells:
\`GET /customers?connection=…&taxId=…\` for a customer that was to be made. A vendor that takes keys itself is asked again, under the same one.`

const RESPONSES: Record<number, string> = {
  400: 'The request is not valid: `validation_failed`, `invalid_cursor`, `unsupported_filter` or `connection_required`.',
  401: 'No valid key: `unauthenticated`.',
  403: 'The key lacks the scope: `forbidden`.',
  404: 'No such record, route or connection of yours: `not_found`.',
  406: 'What is accepted is not offered: `not_acceptable`.',
  408: 'The request came too slowly: `request_timeout`.',
  409: 'The record is not in a state for this: `conflict`. Under a key: `idempotency_in_progress`, with `Retry-After`, or `outcome_unknown`, never sent again.',
  410: 'The record was removed: `gone`.',
  413: 'The body is too large: `payload_too_large`.',
  414: 'The URL is too long: `uri_too_long`.',
  415: 'The body is not JSON: `unsupported_media_type`.',
  422: 'The vendor does not take this record: `vendor_rejected` or `unsupported_field`. The key belongs to another request: `idempotency_mismatch`.',
  424: "The connection's credentials, rights or settings are not good: `connection_unauthorized`, `connection_forbidden` or `connection_misconfigured`.",
  429: "The client's or the vendor's rate limit is used up: `rate_limited` or `vendor_rate_limited`, with `Retry-After`.",
  431: 'The headers are too large: `headers_too_large`.',
  500: 'A bug of the gateway: `internal_error`.',
  501: 'The vendor does not offer this: `unsupported_operation`.',
  502: 'The vendor failed: `vendor_error` or `bad_vendor_response`.',
  503: 'The vendor or the store cannot be reached: `vendor_unavailable`.',
  504: 'The vendor did not answer in time: `vendor_timeout`.',
}

const ON_EVERY_ROUTE = [400, 406, 408, 414, 431, 500]
const WITH_A_KEY = [401, 403, 429]
/** What can go wrong on the way to a vendor. */
export const VENDOR_PROBLEMS = [404, 424, 429, 501, 502, 503, 504] as const
export const WRITE_PROBLEMS = [...VENDOR_PROBLEMS, 409, 410, 413, 415, 422] as const

const SUCCESS: Record<string, string> = { 200: 'Done.', 201: 'Created; `Location` says where.', 204: 'Removed.' }

const header = (description: string, type = 'string') => ({ description, type })
const HEADERS = {
  'X-Request-Id': header('Id of this request, as in logs and problems.'),
  'Server-Timing': header('Milliseconds at the vendor and in the gateway.'),
}

const WITH_RETRY_AFTER = [409, 429, 503]

function problemResponse(status: number) {
  return {
    description: RESPONSES[status],
    headers: { ...HEADERS, ...(WITH_RETRY_AFTER.includes(status) && { 'Retry-After': header('Seconds to wait.', 'integer') }) },
    content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
  }
}

const CONDITIONAL_HEADERS = {
  ETag: header('Weak tag of the answer without its durations, for `If-None-Match`.'),
  Age: header('Seconds since the oldest stored answer in it came from the vendor; absent where all is new.', 'integer'),
}

/** Request headers that a read heeds, as the document tells them. */
const CONDITIONS = {
  type: 'object',
  properties: {
    'If-None-Match': header('Tags of answers that you have: one of them is answered with 304.'),
    'Cache-Control': header('`no-cache` goes round stored answers.'),
  },
}

const LINES = { schema: { type: 'string', description: 'One record on each line, as JSON.' } }

function successResponse(status: string, schema: TSchema, { isConditional, alsoOffers, destination }: FastifyContextConfig) {
  const headers = {
    ...HEADERS,
    ...(status === '201' && { Location: header('Path of the record.') }),
    ...(isConditional && CONDITIONAL_HEADERS),
    ...(destination && { 'Idempotency-Replayed': header('true: the answer that this key got before.') }),
  }
  const { description = SUCCESS[status] } = schema as { description?: string }
  if ((schema as { type?: string }).type === 'null') return { description, headers }
  if ('content' in schema) return { ...schema, headers }
  return { description, headers, content: { 'application/json': { schema }, ...(alsoOffers && { [alsoOffers]: LINES }) } }
}

/** A route's schema with everything that the code knows of it besides: every status it can answer with, and the key it needs. */
function complete(schema: FastifySchema, route: RouteOptions): FastifySchema {
  const config = route.config ?? {}
  const { scope, problems = [], isConditional } = config
  const statuses = new Set([...ON_EVERY_ROUTE, ...(scope ? WITH_A_KEY : []), ...problems])
  const succeeded = Object.entries((schema.response ?? {}) as Record<string, TSchema>).map(([status, body]) => [
    status,
    successResponse(status, body, config),
  ])
  const unchanged = isConditional ? [['304', { description: 'You have it already.', headers: { ...HEADERS, ...CONDITIONAL_HEADERS } }]] : []
  const failed = [...statuses].sort().map((status) => [status, problemResponse(status)])
  return {
    ...schema,
    ...(isConditional && { headers: CONDITIONS }),
    response: Object.fromEntries([...succeeded, ...unchanged, ...failed]),
    security: scope ? [{ key: [] }] : [],
  } as FastifySchema
}

const TAGS: Record<string, string> = {
  customers: 'Those who buy: people and companies.',
  products: 'What is sold: goods and services.',
  sales: 'Quotes, orders and sales.',
  receivables: 'What customers owe.',
  vendors: 'What each vendor can do.',
  connections: 'Accounts at vendors.',
  operations: 'For whoever runs the gateway.',
}

/**
 * What Swagger UI may load: its own files and this gateway. It sets styles inline. The plugin's own policy would turn http into https,
 * and so break the page wherever it is served over http beyond loopback.
 */
const PAGE_POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
}

type Exampled = {
  components?: { schemas?: Record<string, object> }
  paths?: Record<string, { patch?: { requestBody?: object } }>
}

/** Adds examples that plain references cannot carry: without a record Swagger UI makes one up from the patterns, which nobody can read. */
function exampled<D extends object>(documented: D, exampleOf: OpenApiOptions['exampleOf']): D {
  const { components, paths } = documented as Exampled
  for (const resource of RESOURCES) {
    Object.assign(components!.schemas![RECORD_NAMES[resource]]!, { examples: [exampleOf(resource)] })
    const { content } = paths![`/${resource}/{id}`]!.patch!.requestBody as { content: Record<string, object> }
    Object.assign(content['application/json']!, { example: CHANGE_EXAMPLES[resource] })
  }
  return documented
}

export interface OpenApiOptions {
  version: string
  /** A record with everything filled in; null where no vendor has one. */
  exampleOf(resource: Resource): AnyRecord | null
}

/** OpenAPI 3.1 from the routes' schemas, at /openapi.json and /openapi.yaml, and Swagger UI at /docs. Registered before the routes. */
export const openapi = fp<OpenApiOptions>(
  async (app, { version, exampleOf }) => {
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: { title: 'Fachada', version, description: DESCRIPTION, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
        servers: [{ url: '/', description: 'This gateway.' }],
        tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
        components: {
          securitySchemes: {
            key: {
              type: 'http',
              scheme: 'bearer',
              description: 'A client key, as `npm run key` makes it. Not needed where no clients are configured.',
            },
          },
        },
      },
      convertConstToEnum: false,
      refResolver: { buildLocalReference: (json, _base, _fragment, index) => String(json.$id ?? `schema-${index}`) },
      transform: ({ schema, url, route }) => ({
        schema: schema?.hide ? schema : complete(schema ?? {}, route),
        // The rest of a path is a parameter with a name.
        url: url.replace(/\/\*$/, '/:path'),
      }),
      transformObject: (documented) =>
        'openapiObject' in documented ? exampled(documented.openapiObject, exampleOf) : documented.swaggerObject,
    })
    await app.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: PAGE_POLICY,
      theme: { title: 'Fachada' },
      // Without the bar on top, which invites to load other documents; schemas closed, since they are long.
      uiConfig: {
        layout: 'BaseLayout',
        deepLinking: true,
        persistAuthorization: true,
        displayRequestDuration: true,
        defaultModelsExpandDepth: 0,
      },
    })
    serve('/openapi.json', 'application/json; charset=utf-8', async (written) => JSON.stringify(written))
    serve('/openapi.yaml', 'application/yaml; charset=utf-8', async (written) => {
      const { stringify } = await import('yaml')
      return stringify(written, { aliasDuplicateObjects: false })
    })

    /** The document as text, written once: routes do not change while the process lives. */
    function serve(path: string, type: string, write: (written: Node) => Promise<string>): void {
      let text: string | undefined
      app.get(path, { schema: { hide: true } }, async (_request, reply) => {
        text ??= await write(document(app))
        return reply.header('cache-control', 'no-cache').type(type).send(text)
      })
    }
  },
  { name: 'openapi' },
)

type Node = Record<string, unknown>

/** The document as it is published: schemas keep no `$id`, which OpenAPI tools read as another place. */
export function document(app: FastifyInstance): Node {
  return withoutIds(app.swagger() as unknown as Node) as Node
}

function withoutIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutIds)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => (name === '$id' && typeof member === 'string' ? [] : [[name, withoutIds(member)]])),
  )
}
