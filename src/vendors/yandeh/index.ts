import { Type } from 'typebox'
import type { Kind } from '../../contract/problem.ts'
import { defineVendor } from '../../kernel/adapter.ts'
import { Unreadable } from '../../kernel/wire.ts'
import { Aliases } from './aliases.ts'
import { customers } from './customers.ts'
import { errorMessage } from './error-message.ts'
import { Paths } from './paths.ts'
import { products } from './products.ts'
import { receivables } from './receivables.ts'
import { references } from './reference-data.ts'
import { PRODUCT_ID } from './references.ts'
import { sales } from './sales.ts'

const NUMBER = /^[1-9]\d{0,18}$/

export const yandeh = defineVendor({
  id: 'yandeh',
  name: 'Yandeh',
  docs: 'https://www.yandehsuite.com/apis/pre-cadastro-clientes',
  baseUrl: 'https://yandeh-seller-integration.yandeh.com.br',
  hosts: ['yandeh-seller-integration.yandeh.com.br'],
  credentials: Type.Object(
    { token: Type.String({ minLength: 1, description: 'From Yandeh, for one supplier; it is used as it is.' }) },
    { additionalProperties: false },
  ),
  settings: Type.Object(
    {
      baseUrl: Type.Optional(Type.String({ description: 'Without the /v2 of some paths.' })),
      paths: Type.Optional(Paths),
      aliases: Type.Optional(Aliases),
    },
    { additionalProperties: false },
  ),
  // assumed: no page names a limit.
  limits: { requests: 5, perMs: 1000, marginMs: 100, refusedBeforeExecution: false },
  errors: {
    401: 'connection_unauthorized',
    '404 no_route': 'connection_misconfigured',
    422: 'vendor_rejected',
    '422 not_found': 'not_found',
    '422 same_status': 'conflict',
    // As the kernel reads a refusal under a success status.
    '200 not_found': 'not_found',
    '200 same_status': 'conflict',
  } satisfies Record<string, Kind>,
  errorMessage,
  auth: {
    // How a token is had and how long it lives is not documented: an operator gives it, and there is no other to ask for.
    fixedToken: ({ token }) => (typeof token === 'string' ? token : null),
    tokenRequest: () => null,
    rotates: () => false,
    readGrant() {
      throw new Unreadable('grant', 'is not asked for')
    },
    headers: (token) => ({ authorization: `Bearer ${token}` }),
  },
  ids: { customers: NUMBER, products: PRODUCT_ID, sales: NUMBER, receivables: NUMBER },
  operations: { ...customers, ...products, ...sales, ...receivables },
  references,
})
