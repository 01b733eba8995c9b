import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { ref } from '../contract/components.ts'
import { NoQuery } from '../contract/query.ts'
import type { Connection } from '../kernel/connection.ts'
import type { Directory } from '../kernel/directory.ts'
import type { Health } from '../kernel/health.ts'
import { inTurns } from '../kernel/in-turns.ts'
import { callerOf } from '../plugins/access.ts'

export function connectionsRoutes(server: FastifyInstance, directory: Directory, health: Health): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>()
  const tags = ['connections']

  app.get(
    '/connections',
    {
      config: { scope: 'read' },
      schema: {
        tags,
        operationId: 'listConnections',
        summary: 'Connections you may use, and how they are doing',
        querystring: NoQuery,
        response: { 200: ref('ConnectionList') },
      },
    },
    async (request) => {
      const { mayUse } = callerOf(request)
      const mine = directory.connections.filter(({ id }: Connection) => mayUse(id))
      return { data: await inTurns(mine, health.view) }
    },
  )

  app.get(
    '/connections/:id',
    {
      config: { scope: 'read', problems: [404] },
      schema: {
        tags,
        operationId: 'getConnection',
        summary: 'One connection, and how it is doing',
        params: Type.Object({ id: Type.String({ maxLength: 32, description: 'Connection id.', examples: ['loja-centro'] }) }),
        querystring: NoQuery,
        response: { 200: ref('ConnectionAnswer') },
      },
    },
    async (request) => ({ data: await health.view(directory.find(request.params.id, callerOf(request), 'id')) }),
  )
}
