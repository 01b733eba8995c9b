import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { ref } from '../contract/components.ts'
import type { VendorCoverage } from '../contract/coverage.ts'
import { NoQuery } from '../contract/query.ts'
import type { Vendor } from '../kernel/adapter.ts'
import { coverageOf } from '../kernel/coverage.ts'
import { GatewayError } from '../kernel/errors.ts'

export function vendorsRoutes(server: FastifyInstance, vendors: readonly Vendor[]): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>()
  let known: VendorCoverage[] | undefined
  const coverage = () => (known ??= vendors.map(coverageOf))

  app.get(
    '/vendors',
    {
      schema: {
        tags: ['vendors'],
        operationId: 'listVendors',
        summary: 'What each vendor can do',
        querystring: NoQuery,
        response: { 200: ref('VendorList') },
      },
    },
    async () => ({ data: coverage() }),
  )

  app.get(
    '/vendors/:vendor',
    {
      config: { problems: [404] },
      schema: {
        tags: ['vendors'],
        operationId: 'getVendor',
        summary: 'What one vendor can do',
        params: Type.Object({ vendor: Type.String({ maxLength: 32, description: 'Vendor id.', examples: ['egestor'] }) }),
        querystring: NoQuery,
        response: { 200: ref('VendorAnswer') },
      },
    },
    async (request) => {
      const data = coverage().find(({ id }) => id === request.params.vendor)
      if (!data)
        throw new GatewayError('not_found', { message: `There is no such vendor. There are: ${vendors.map(({ id }) => id).join(', ')}.` })
      return { data }
    },
  )
}
