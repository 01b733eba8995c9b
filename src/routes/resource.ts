import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { DRY_RUN_ANSWER, INPUT_SCHEMAS, orDryRun, RECORD_NAMES, ref } from '../contract/components.ts'
import { KeyHeaders } from '../contract/headers.ts'
import { completed } from '../contract/input.ts'
import type { AnyRecord, Resource, Writable } from '../contract/operations.ts'
import type { DryRun, SingleAnswer } from '../contract/page.ts'
import { CreateQuery, listQuery, RecordQuery, RemoveQuery, recordPath, WriteQuery } from '../contract/query.ts'
import type { Gateway, Timed } from '../kernel/gateway.ts'
import { callerOf } from '../plugins/access.ts'
import type {} from '../plugins/negotiation.ts'
import { VENDOR_PROBLEMS, WRITE_PROBLEMS } from '../plugins/openapi.ts'
import { sendConditional } from './conditional.ts'
import { assertNoPages, NDJSON, sendExport, wantsExport } from './export.ts'

/** Hands an answer out, and keeps how long the vendor took for Server-Timing. */
export function answered<T>(request: FastifyRequest, { answer, vendorMs }: Timed<T>): T {
  request.vendorMs = vendorMs
  return answer
}

/** 201 and where the record is, unless nothing was made. */
function created(request: FastifyRequest, reply: FastifyReply, resource: Resource, timed: Timed<SingleAnswer<AnyRecord | DryRun>>) {
  const answer = answered(request, timed)
  if ('id' in answer.data) reply.code(201).header('location', `/${resource}/${answer.data.id}`)
  return answer
}

/** The five routes that every resource has. */
export function resourceRoutes(server: FastifyInstance, gateway: Gateway, resource: Resource): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>()
  const name = RECORD_NAMES[resource]
  const one = name.toLowerCase()
  const tags = [resource]
  const input = ref(`${name}Input`)
  const inputSchema = INPUT_SCHEMAS[resource]

  app.get(
    `/${resource}`,
    {
      config: { scope: 'read', problems: VENDOR_PROBLEMS, isConditional: true, alsoOffers: NDJSON },
      schema: {
        tags,
        operationId: `list${name}s`,
        summary: `List ${resource} of one, several or all connections`,
        description:
          'Follow `meta.nextCursor`, `links.next` or `Link` until it is null: each record comes exactly once, in the order of connections. A page may be short. A filter is never dropped: see `meta.sources[].filters`. Looking for one tax id, e-mail, SKU or barcode asks all connections at once; one with more to search goes on with the next page.\n\nWith `Accept: application/x-ndjson` all records are streamed, one on a line, as fast as the vendors allow and you read: connections side by side, each in its order. What could not be read of a record stands in `warnings` on its line; a row that could not be read at all is a line with its ids and `warnings` alone. When a connection fails for good the stream is broken off, never ended.',
        querystring: listQuery(resource),
        response: { 200: ref(`${name}List`) },
      },
    },
    async (request, reply) => {
      const { connection, limit, cursor, require, raw, ...filters } = request.query
      const connections = connection?.flatMap((entry) => entry.split(','))
      const query = { filters, connections, cursor, require, raw }
      if (wantsExport(request)) {
        assertNoPages(request.query)
        return sendExport(request, reply, gateway.export(resource, query, callerOf(request)))
      }
      const timed = await gateway.list(resource, { ...query, limit: limit ?? 50 }, callerOf(request))
      const { next } = timed.answer.links
      if (next) reply.header('link', `<${next}>; rel="next"`)
      return sendConditional(request, reply, timed)
    },
  )

  app.get(
    `/${resource}/:id`,
    {
      config: { scope: 'read', problems: [...VENDOR_PROBLEMS, 410], isConditional: true },
      schema: {
        tags,
        operationId: `get${name}`,
        summary: `Read one ${one}`,
        params: recordPath(resource),
        querystring: RecordQuery,
        response: { 200: ref(`${name}Answer`) },
      },
    },
    async (request, reply) => {
      const timed = await gateway.get(resource, request.params.id, { raw: request.query.raw ?? false }, callerOf(request))
      return sendConditional(request, reply, timed)
    },
  )

  app.post(
    `/${resource}`,
    {
      config: {
        scope: 'write',
        problems: WRITE_PROBLEMS,
        destination: (request) => {
          const { connection } = request.query as Static<typeof CreateQuery>
          return gateway.destinationOfCreate(resource, connection, request.body as Writable<AnyRecord>, callerOf(request))
        },
      },
      schema: {
        tags,
        operationId: `create${name}`,
        summary: `Create a ${one} at a vendor`,
        description: 'The answer is the whole record, read back. What the vendor has no place for is named in `meta.warnings`.',
        headers: KeyHeaders,
        querystring: CreateQuery,
        body: input,
        response: { 200: DRY_RUN_ANSWER, 201: ref(`${name}Answer`) },
      },
    },
    async (request, reply) => {
      const record = completed(inputSchema, request.body) as Writable<AnyRecord>
      const { connection, ...meant } = request.query
      const options = { ...meant, journal: request.journal }
      return created(request, reply, resource, await gateway.create(resource, connection, record, options, callerOf(request)))
    },
  )

  app.patch(
    `/${resource}/:id`,
    {
      config: {
        scope: 'write',
        problems: WRITE_PROBLEMS,
        destination: (request) => gateway.destinationOfChange(resource, 'update', (request.params as { id: string }).id, callerOf(request)),
      },
      schema: {
        tags,
        operationId: `update${name}`,
        summary: `Change a ${one}`,
        description:
          'Changes the members that the body names, arrays and objects as a whole; `null` clears. The answer is the whole record, read back.',
        headers: KeyHeaders,
        params: recordPath(resource),
        querystring: WriteQuery,
        body: input,
        response: { 200: orDryRun(`${name}Answer`) },
      },
    },
    async (request) => {
      const changes = completed(inputSchema, request.body) as Writable<AnyRecord>
      const options = { ...request.query, journal: request.journal }
      return answered(request, await gateway.update(resource, request.params.id, changes, options, callerOf(request)))
    },
  )

  app.delete(
    `/${resource}/:id`,
    {
      config: { scope: 'write', problems: [...VENDOR_PROBLEMS, 409, 410, 422] },
      schema: {
        tags,
        operationId: `remove${name}`,
        summary: `Remove a ${one}`,
        params: recordPath(resource),
        querystring: RemoveQuery,
        response: { 200: DRY_RUN_ANSWER, 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const answer = answered(request, await gateway.remove(resource, request.params.id, request.query, callerOf(request)))
      return answer ?? reply.code(204).send(null)
    },
  )
}
