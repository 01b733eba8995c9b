import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { ref } from '../contract/components.ts'
import { OneOf } from '../contract/fields.ts'
import { NoQuery } from '../contract/query.ts'
import { REFERENCE_KINDS } from '../contract/reference.ts'
import type { Gateway } from '../kernel/gateway.ts'
import { callerOf } from '../plugins/access.ts'
import { VENDOR_PROBLEMS } from '../plugins/openapi.ts'
import { answered } from './resource.ts'

export function referencesRoutes(server: FastifyInstance, gateway: Gateway): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>()

  app.get(
    '/connections/:id/references/:kind',
    {
      config: { scope: 'read', problems: VENDOR_PROBLEMS },
      schema: {
        tags: ['connections'],
        operationId: 'listReferences',
        summary: 'What writes refer to at the vendor',
        description:
          'Salespeople, categories, custom fields with their options and the like, with the ids that records have and take. Which kinds a vendor has is in `/vendors/{vendor}`. Answers may be a minute old.',
        params: Type.Object({
          id: Type.String({ maxLength: 32, description: 'Connection id.', examples: ['loja-centro'] }),
          kind: OneOf(REFERENCE_KINDS, { description: 'What to list.', examples: ['categories'] }),
        }),
        querystring: NoQuery,
        response: { 200: ref('ReferenceList') },
      },
    },
    async (request) => answered(request, await gateway.references(request.params.id, request.params.kind, callerOf(request))),
  )
}
