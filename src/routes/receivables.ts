import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { orDryRun, ref } from '../contract/components.ts'
import { KeyHeaders } from '../contract/headers.ts'
import type { Settlement } from '../contract/operations.ts'
import { recordPath, WriteQuery } from '../contract/query.ts'
import type { Gateway } from '../kernel/gateway.ts'
import { callerOf } from '../plugins/access.ts'
import { WRITE_PROBLEMS } from '../plugins/openapi.ts'
import { answered, resourceRoutes } from './resource.ts'

export function receivablesRoutes(app: FastifyInstance, gateway: Gateway): void {
  resourceRoutes(app, gateway, 'receivables')
  app.withTypeProvider<TypeBoxTypeProvider>().post(
    '/receivables/:id/settlements',
    {
      config: {
        scope: 'write',
        problems: WRITE_PROBLEMS,
        destination: (request) =>
          gateway.destinationOfChange('receivables', 'settle', (request.params as { id: string }).id, callerOf(request)),
      },
      schema: {
        tags: ['receivables'],
        operationId: 'settleReceivable',
        summary: 'Mark a receivable as received',
        description:
          'One that is already paid is `409 conflict`, found out before anything is sent. The answer is the whole record, read back.',
        headers: KeyHeaders,
        params: recordPath('receivables'),
        querystring: WriteQuery,
        body: ref('SettlementInput'),
        response: { 200: orDryRun('ReceivableAnswer') },
      },
    },
    async (request) => {
      const options = { ...request.query, journal: request.journal }
      return answered(request, await gateway.settle(request.params.id, request.body as Settlement, options, callerOf(request)))
    },
  )
}
