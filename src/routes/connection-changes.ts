import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { ref } from '../contract/components.ts'
import { NoQuery } from '../contract/query.ts'
import type { Directory } from '../kernel/directory.ts'
import { GatewayError } from '../kernel/errors.ts'
import type { Gateway } from '../kernel/gateway.ts'
import type { Health } from '../kernel/health.ts'
import type { ConnectionBody, MadeConnections } from '../kernel/made.ts'
import { callerOf } from '../plugins/access.ts'
import { VENDOR_PROBLEMS } from '../plugins/openapi.ts'
import { answered } from './resource.ts'

export interface ConnectionChangesOptions {
  directory: Directory
  health: Health
  made: MadeConnections
  gateway: Gateway
}

const OF_THE_FILE = 'One of the configuration file is `409 conflict`.'

export const connectionPath = (example: string) =>
  Type.Object({ id: Type.String({ maxLength: 32, description: 'Connection id.', examples: [example] }) })

/** Connections made, changed, removed and tested while the gateway runs. */
export function connectionChangesRoutes(server: FastifyInstance, { directory, health, made, gateway }: ConnectionChangesOptions): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>()
  const tags = ['connections']

  app.post(
    '/connections',
    {
      config: { scope: 'admin', problems: [409, 413, 415, 503] },
      schema: {
        tags,
        operationId: 'createConnection',
        summary: 'Add a connection',
        description:
          'Every instance has it within a second. The key must be for all connections (`*`), else `403 forbidden`. It is kept sealed in Redis, without Redis in STATE_DIR, and without ENCRYPTION_KEYS as long as the process lives.',
        querystring: NoQuery,
        body: ref('ConnectionInput'),
        response: { 201: ref('ConnectionAnswer') },
      },
    },
    async (request, reply) => {
      if (!request.client?.mayUseAll) throw new GatewayError('forbidden', { message: 'Only a key for all connections (`*`) can add one.' })
      const connection = await made.create(request.body as ConnectionBody)
      reply.code(201).header('location', `/connections/${connection.id}`)
      return { data: await health.view(connection) }
    },
  )

  app.patch(
    '/connections/:id',
    {
      config: { scope: 'admin', problems: [404, 409, 413, 415, 503] },
      schema: {
        tags,
        operationId: 'updateConnection',
        summary: 'Change a connection',
        description: OF_THE_FILE,
        params: connectionPath('loja-sul'),
        querystring: NoQuery,
        body: ref('ConnectionChanges'),
        response: { 200: ref('ConnectionAnswer') },
      },
    },
    async (request) => {
      const connection = directory.find(request.params.id, callerOf(request), 'id')
      return { data: await health.view(await made.change(connection, request.body as ConnectionBody)) }
    },
  )

  app.delete(
    '/connections/:id',
    {
      config: { scope: 'admin', problems: [404, 409, 503] },
      schema: {
        tags,
        operationId: 'removeConnection',
        summary: 'Remove a connection',
        description: `Its tokens are deleted. ${OF_THE_FILE}`,
        params: connectionPath('loja-sul'),
        querystring: NoQuery,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await made.remove(directory.find(request.params.id, callerOf(request), 'id'))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/connections/:id/test',
    {
      config: { scope: 'admin', problems: VENDOR_PROBLEMS },
      schema: {
        tags,
        operationId: 'testConnection',
        summary: 'Try a connection',
        description: 'Reads one page of the first list that it has. What goes wrong is the problem.',
        params: connectionPath('loja-centro'),
        querystring: NoQuery,
        response: { 200: ref('ConnectionTestAnswer') },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const connection = directory.find(request.params.id, caller, 'id')
      const durationMs = answered(request, await gateway.test(connection, caller))
      return { data: { status: (await health.view(connection)).status, durationMs } }
    },
  )
}
