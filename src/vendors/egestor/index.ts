import { Type } from 'typebox'
import { AuthorizationCode } from '../../contract/credentials.ts'
import type { Kind } from '../../contract/problem.ts'
import { defineVendor } from '../../kernel/adapter.ts'
import { integer, object, refuse, Unreadable } from '../../kernel/wire.ts'
import { customers } from './customers.ts'
import { products } from './products.ts'
import { receivables } from './receivables.ts'
import { references } from './reference-data.ts'
import { sales } from './sales.ts'

const ENTITY_ID = Type.Union([Type.Integer({ minimum: 1 }), Type.String({ pattern: '^\\d{1,15}$' })])

const AUTHORIZE_URL = 'https://v4.egestor.com.br/api/oauth/authorize'

const CODE = /^\d{1,15}$/

export const egestor = defineVendor({
  id: 'egestor',
  name: 'eGestor',
  docs: 'https://github.com/eGestor/documentacao-api',
  baseUrl: 'https://api.egestor.com.br/api',
  // The consent page is on v4 (seed), where older programs call the API too (K1).
  hosts: ['api.egestor.com.br', 'v4.egestor.com.br'],
  credentials: Type.Union([
    Type.Object(
      { grant: Type.Literal('personal'), personalToken: Type.String({ minLength: 1, description: 'From Configurações → API.' }) },
      { additionalProperties: false },
    ),
    AuthorizationCode,
  ]),
  settings: Type.Object(
    {
      baseUrl: Type.Optional(Type.String({ description: 'REST is under /v1 of it, the token at /oauth/access_token.' })),
      authorizeUrl: Type.Optional(Type.String({ description: 'Consent page.', default: AUTHORIZE_URL })),
      defaults: Type.Optional(
        Type.Object(
          {
            salespersonId: Type.Optional(ENTITY_ID),
            categoryId: Type.Optional(ENTITY_ID),
            accountId: Type.Optional(ENTITY_ID),
            paymentMethodId: Type.Optional(ENTITY_ID),
          },
          { additionalProperties: false, description: 'Codes that eGestor requires and a record may lack.' },
        ),
      ),
    },
    { additionalProperties: false },
  ),
  // 60 a minute for an application and user; after a 429 one waits and tries again (seed).
  limits: { requests: 60, perMs: 60_000, marginMs: 1000, remainingHeader: 'x-ratelimit-remaining', refusedBeforeExecution: true },
  errors: {
    400: 'vendor_rejected',
    401: 'connection_unauthorized',
    404: 'not_found',
    405: 'unsupported_operation',
    410: 'gone',
    422: 'vendor_rejected',
    429: 'vendor_rate_limited',
  } satisfies Record<string, Kind>,
  errorMessage(body) {
    const { errCode, errMsg } = (typeof body === 'object' && body !== null ? body : {}) as { errCode?: unknown; errMsg?: unknown }
    const code = typeof errCode === 'number' || (typeof errCode === 'string' && errCode !== '') ? String(errCode) : undefined
    // A body with a code is an error, whatever its status (F6).
    return { code, message: typeof errMsg === 'string' ? errMsg : undefined, failed: code !== undefined }
  },
  auth: {
    tokenRequest(credentials, _settings, stored) {
      const path = '/oauth/access_token'
      if (credentials.grant === 'personal') {
        return { method: 'POST', path, body: { grant_type: 'personal', personal_token: credentials.personalToken } }
      }
      const refreshToken = stored ?? credentials.refreshToken
      if (!refreshToken) return null
      return {
        method: 'POST',
        path,
        body: {
          grant_type: 'refresh_token',
          client_id: credentials.clientId,
          client_secret: credentials.clientSecret,
          redirect_uri: credentials.redirectUri,
          refresh_token: refreshToken,
        },
      }
    },
    // assumed: no page tells of `state`. The seed's sample has the client's secret in this URL too; D0 does without it, and so do we.
    authorizeUrl({ grant, clientId, redirectUri }, settings, state) {
      if (grant !== 'authorization_code') return null
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: String(clientId),
        redirect_uri: String(redirectUri),
        state,
      })
      return `${settings.authorizeUrl ?? AUTHORIZE_URL}?${query}`
    },
    codeRequest: ({ clientId, clientSecret, redirectUri }, _settings, code) => ({
      method: 'POST',
      path: '/oauth/access_token',
      body: { grant_type: 'authorization_code', client_id: clientId, client_secret: clientSecret, redirect_uri: redirectUri, code },
    }),
    // The seed: once used, a refresh token is void. A personal token logs in again instead and needs none.
    rotates: (credentials) => credentials.grant === 'authorization_code',
    readGrant(body) {
      const grant = object<{ access_token?: unknown; expires_in?: unknown; refresh_token?: unknown }>(body, 'grant')
      if (typeof grant.access_token !== 'string' || grant.access_token === '') throw new Unreadable('access_token', 'is missing')
      return {
        accessToken: grant.access_token,
        // 15 minutes (seed).
        expiresInSeconds: integer(grant.expires_in, refuse, 'expires_in', 31_536_000) ?? 900,
        refreshToken: typeof grant.refresh_token === 'string' && grant.refresh_token !== '' ? grant.refresh_token : undefined,
      }
    },
    headers: (accessToken) => ({ authorization: `Bearer ${accessToken}` }),
    // 401 also says that a module was not bought, with another errObs (D1); the SDK logs in again for this one only (K1).
    isTokenRefused(body) {
      const reason = (body as { errObs?: unknown } | null)?.errObs
      return reason === undefined || reason === null || reason === '' || reason === 'access_denied'
    },
  },
  ids: { customers: CODE, products: /^(service-)?\d{1,15}$/, sales: CODE, receivables: CODE },
  operations: { ...customers, ...products, ...sales, ...receivables },
  references,
})
