import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { INPUT_SCHEMAS, RECORD_NAMES, ref } from '../contract/components.ts'
import { KeyHeaders } from '../contract/headers.ts'
import { completed } from '../contract/input.ts'
import type { AnyRecord, Resource, Writable } from '../contract/operations.ts'
import type { SingleAnswer } from '../contract/page.ts'
import { CreateQuery, listQuery, NoQuery, RecordQuery, recordPath } from '../contract/query.ts'
import type { Gateway, Timed } from '../kernel/gateway.ts'
import { callerOf } from '../plugins/access.ts'
import { VENDOR_PROBLEMS, WRITE_PROBLEMS } from '../plugins/openapi.ts'

/** Hands an answer out, and keeps how long the vendor took for Server-Timing. */
export function answered<T>(request: FastifyRequest, { answer, vendorMs }: Timed<T>): T {
  request.vendorMs = vendorMs
  return answer
}

/** 201 and where the record is. */
function created(request: FastifyRequest, reply: FastifyReply, resource: Resource, timed: Timed<SingleAnswer<AnyRecord>>) {
  const answer = answered(request, timed)
  reply.code(201).header('location', `/${resource}/${answer.data.id}`)
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
      config: { scope: 'read', problems: VENDOR_PROBLEMS },
      schema: {
        tags,
        operationId: `list${name}s`,
        summary: `List ${resource} of one, several or all connections`,
        description:
          'Follow `meta.nextCursor`, `links.next` or `Link` until it is null: each record comes exactly once. A page may be short. A filter is never dropped: see `meta.sources[].filters`.',
        querystring: listQuery(resource),
        response: { 200: ref(`${name}List`) },
      },
    },
    async (request, reply) => {
      const { connection, limit = 50, cursor, require, raw, ...filters } = request.query
      const connections = connection?.flatMap((entry) => entry.split(','))
      const list = answered(request, await gateway.list(resource, { filters, connections, limit, cursor, require, raw }, callerOf(request)))
      if (list.links.next) reply.header('link', `<${list.links.next}>; rel="next"`)
      return list
    },
  )

  app.get(
    `/${resource}/:id`,
    {
      config: { scope: 'read', problems: [...VENDOR_PROBLEMS, 410] },
      schema: {
        tags,
        operationId: `get${name}`,
        summary: `Read one ${one}`,
        params: recordPath(resource),
        querystring: RecordQuery,
        response: { 200: ref(`${name}Answer`) },
      },
    },
    async (request) =>
      answered(request, await gateway.get(resource, request.params.id, { raw: request.query.raw ?? false }, callerOf(request))),
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
        response: { 201: ref(`${name}Answer`) },
      },
    },
    async (request, reply) => {
      const record = completed(inputSchema, request.body) as Writable<AnyRecord>
      return created(
        request,
        reply,
        resource,
        await gateway.create(resource, request.query.connection, record, { journal: request.journal }, callerOf(request)),
      )
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
        querystring: NoQuery,
        body: input,
        response: { 200: ref(`${name}Answer`) },
      },
    },
    async (request) => {
      const changes = completed(inputSchema, request.body) as Writable<AnyRecord>
      return answered(request, await gateway.update(resource, request.params.id, changes, { journal: request.journal }, callerOf(request)))
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
        querystring: NoQuery,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      answered(request, await gateway.remove(resource, request.params.id, callerOf(request)))
      return reply.code(204).send(null)
    },
  )
}
