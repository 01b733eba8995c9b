import { Type } from 'typebox'
import { defineVendor } from '../../../src/kernel/adapter.ts'
import { Unreadable } from '../../../src/kernel/wire.ts'
import { customers } from './customers.ts'

const CODE = /^\d{1,15}$/

export const lojinha = defineVendor({
  id: 'lojinha',
  name: 'Lojinha',
  docs: 'https://lojinha.exemplo.com.br/api',
  baseUrl: 'https://api.lojinha.exemplo.com.br',
  hosts: ['api.lojinha.exemplo.com.br'],
  credentials: Type.Object({ token: Type.String({ minLength: 1, description: 'From the shop.' }) }, { additionalProperties: false }),
  settings: Type.Object({ baseUrl: Type.Optional(Type.String()) }, { additionalProperties: false }),
  limits: { requests: 5, perMs: 1000, marginMs: 100, refusedBeforeExecution: false },
  errors: { 401: 'connection_unauthorized', 404: 'not_found', 422: 'vendor_rejected' },
  errorMessage(body) {
    const { erro } = (typeof body === 'object' && body !== null ? body : {}) as { erro?: unknown }
    return { message: typeof erro === 'string' ? erro : undefined }
  },
  auth: {
    fixedToken: ({ token }) => (typeof token === 'string' ? token : null),
    tokenRequest: () => null,
    rotates: () => false,
    readGrant() {
      throw new Unreadable('grant', 'is not asked for')
    },
    headers: (token) => ({ authorization: `Bearer ${token}` }),
  },
  ids: { customers: CODE, products: CODE, sales: CODE, receivables: CODE },
  operations: { ...customers },
})
