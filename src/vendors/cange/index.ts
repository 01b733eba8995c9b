import { Type } from 'typebox'
import type { Resource } from '../../contract/operations.ts'
import type { Kind } from '../../contract/problem.ts'
import { defineVendor } from '../../kernel/adapter.ts'
import { Unreadable } from '../../kernel/wire.ts'
import { customers } from './customers.ts'
import { products } from './products.ts'
import { receivables } from './receivables.ts'
import { references } from './reference-data.ts'
import { sales } from './sales.ts'
import { DEFAULT_ORIGIN, findSource, originOf, Resources } from './settings.ts'

const ID = /^[1-9]\d{0,14}$/

/** A key that went over its limit is blocked for some five minutes (C3). */
const BLOCKED_MS = 300_000

/** Refusals without a code that mean more than their status says, by their words (C3). */
const CODES: readonly (readonly [words: RegExp, code: string])[] = [
  [/^cursor .*expirado/i, 'CURSOR_EXPIRED'],
  [/encontrar a referência do formulário/i, 'FORM_NOT_FOUND'],
]

const TOKEN_NAMES = ['token', 'access_token', 'accessToken', 'jwt'] as const

/** The token, by whichever name and however deep (C4 and C5 read `token`; C2 looks for the others). */
function tokenIn(value: unknown, depth = 0): string | null {
  if (typeof value !== 'object' || value === null || depth > 3) return null
  const given = value as Record<string, unknown>
  const own = TOKEN_NAMES.map((name) => given[name]).find((token) => typeof token === 'string' && token.trim() !== '')
  if (own !== undefined) return (own as string).trim()
  return Object.values(given).reduce<string | null>((found, inner) => found ?? tokenIn(inner, depth + 1), null)
}

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

export const cange = defineVendor({
  id: 'cange',
  name: 'Cange',
  docs: 'https://docs.cange.me/api',
  baseUrl: 'https://api.cange.me',
  hosts: ['api.cange.me'],
  credentials: Type.Union([
    Type.Object(
      {
        grant: Type.Literal('apikey'),
        email: Type.String({ minLength: 1, description: 'Whose key it is.' }),
        apikey: Type.String({ minLength: 1 }),
      },
      { additionalProperties: false },
    ),
    Type.Object(
      { grant: Type.Literal('token'), token: Type.String({ minLength: 1, description: 'Used as it is; it is not renewed.' }) },
      { additionalProperties: false },
    ),
  ]),
  settings: Type.Object(
    {
      baseUrl: Type.Optional(Type.String({ description: 'Where the API is.' })),
      origin: Type.Optional(Type.String({ minLength: 1, description: 'Sent as Origin with every call.', default: DEFAULT_ORIGIN })),
      resources: Resources,
    },
    { additionalProperties: false },
  ),
  // A key may read 10 times and write 20 times a second, and is blocked for minutes beyond (C3): half of that.
  limits: { requests: 5, perMs: 1_000, marginMs: 100, refusedBeforeExecution: false },
  errors: {
    400: 'vendor_rejected',
    '400 CURSOR_EXPIRED': 'invalid_cursor',
    401: 'connection_unauthorized',
    403: 'connection_forbidden',
    404: 'not_found',
    '404 CARD_DELETED': 'gone',
    '404 FORM_NOT_FOUND': 'connection_misconfigured',
    409: 'conflict',
    422: 'vendor_rejected',
    429: 'vendor_rate_limited',
  } satisfies Record<string, Kind>,
  errorMessage(body) {
    const { status, message, error, err, complement } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
    const said = textOf(message) ?? textOf(error) ?? textOf(err) ?? textOf(body)
    // C5 meets a status of 401 in bodies.
    const hidden = typeof status === 'number' && status >= 400 && status < 600 ? String(status) : undefined
    const code = textOf((complement as { code?: unknown } | null | undefined)?.code) ?? hidden
    return {
      code: code ?? CODES.find(([words]) => said !== undefined && words.test(said))?.[1],
      message: said,
      failed: status === 'error' || hidden !== undefined,
      // assumed: no page says how a block reads, or that it names its end.
      retryAfterMs: said && /limite|bloquead|too many/i.test(said) ? BLOCKED_MS : undefined,
    }
  },
  auth: {
    fixedToken: (credentials) => (credentials.grant === 'token' ? String(credentials.token) : null),
    tokenRequest({ grant, email, apikey }, settings) {
      if (grant !== 'apikey') return null
      return { method: 'POST', path: '/session', headers: { origin: originOf(settings) }, body: { email, apikey } }
    },
    rotates: () => false,
    readGrant(body) {
      const accessToken = tokenIn(body)
      if (accessToken === null) throw new Unreadable('token', 'is missing')
      // assumed: no page tells how long it lives; one that ends sooner is renewed on its 401.
      return { accessToken, expiresInSeconds: 3_600 }
    },
    headers: (accessToken, settings) => ({ authorization: `Bearer ${accessToken}`, origin: originOf(settings) }),
  },
  ids: { customers: ID, products: ID, sales: ID, receivables: ID },
  operations: { ...customers, ...products, ...sales, ...receivables },
  references,
  // What is mapped can be done; the rest is nowhere.
  isConfigured: (operation, settings) => findSource(operation.split('.')[0] as Resource, settings) !== undefined,
})
