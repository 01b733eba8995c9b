import { Type } from 'typebox'
import { AuthorizationCode } from '../../contract/credentials.ts'
import type { Kind } from '../../contract/problem.ts'
import { defineVendor } from '../../kernel/adapter.ts'
import { integer, isEmpty, type Note, object, part, refuse, rows, text, Unreadable } from '../../kernel/wire.ts'
import { customers } from './customers.ts'
import { products } from './products.ts'
import { receivables } from './receivables.ts'
import { references } from './reference-data.ts'
import { sales } from './sales.ts'
import { AUTHORIZE_URL, KommoSettings } from './settings.ts'

const ID = /^\d{1,15}$/

const unnoted: Note = () => {}

/** The first thing that is wrong with a body: its path and Kommo's code, which are not localised as the words are (KHTTP). */
function firstFlaw(problem: Readonly<Record<string, unknown>>) {
  for (const each of rows(problem['validation-errors'], unnoted, 'errors', 50)) {
    for (const error of rows(part(each, unnoted, 'errors').errors, unnoted, 'errors', 50)) {
      const { code, path, detail } = part(error, unnoted, 'errors')
      return { code: text(code, unnoted, 'code', 80), path: text(path, unnoted, 'path', 80), detail: text(detail, unnoted, 'detail', 200) }
    }
  }
  return { code: null, path: null, detail: null }
}

export const kommo = defineVendor({
  id: 'kommo',
  name: 'Kommo',
  docs: 'https://developers.kommo.com',
  // Every account has an address of its own: baseUrlOf tells it.
  baseUrl: 'https://www.kommo.com',
  hosts: ['*.kommo.com'],
  credentials: Type.Union([
    Type.Object(
      { grant: Type.Literal('long_lived_token'), token: Type.String({ minLength: 1, description: 'From the private integration.' }) },
      { additionalProperties: false },
    ),
    AuthorizationCode,
  ]),
  settings: KommoSettings,
  // 7 a second (KLIM). Who goes on after a 429 gets 403 to everything.
  limits: { requests: 7, perMs: 1000, marginMs: 90, block: { status: 403, forMs: 300_000 }, refusedBeforeExecution: true },
  errors: {
    400: 'vendor_rejected',
    401: 'connection_unauthorized',
    402: 'connection_forbidden',
    403: 'connection_forbidden',
    404: 'not_found',
    405: 'unsupported_operation',
    422: 'vendor_rejected',
    429: 'vendor_rate_limited',
  } satisfies Record<string, Kind>,
  errorMessage(body) {
    // An error may come as HTML, or with no body at all (PHP).
    const problem = part(typeof body === 'object' && !Array.isArray(body) ? body : null, unnoted, 'error')
    const { code, path, detail } = firstFlaw(problem)
    const seconds = problem.retry_after
    return {
      code: code ?? undefined,
      message: [path, detail ?? text(problem.detail, unnoted, 'detail', 200)].filter(Boolean).join(': ') || undefined,
      retryAfterMs: typeof seconds === 'number' && seconds > 0 ? Math.min(seconds, 900) * 1000 : undefined,
    }
  },
  auth: {
    fixedToken: ({ grant, token }) => (grant === 'long_lived_token' && typeof token === 'string' ? token : null),
    tokenRequest(credentials, _settings, stored) {
      const refreshToken = stored ?? credentials.refreshToken
      if (credentials.grant !== 'authorization_code' || !refreshToken) return null
      return {
        method: 'POST',
        path: '/oauth2/access_token',
        body: {
          client_id: credentials.clientId,
          client_secret: credentials.clientSecret,
          grant_type: 'refresh_token',
          refresh_token: refreshToken,
          redirect_uri: credentials.redirectUri,
        },
      }
    },
    authorizeUrl({ grant, clientId }, settings, state) {
      if (grant !== 'authorization_code') return null
      // The page comes back in the window that it is in (PHP).
      return `${settings.authorizeUrl ?? AUTHORIZE_URL}?${new URLSearchParams({ client_id: String(clientId), state, mode: 'post_message' })}`
    },
    codeRequest: ({ clientId, clientSecret, redirectUri }, _settings, code) => ({
      method: 'POST',
      path: '/oauth2/access_token',
      body: { client_id: clientId, client_secret: clientSecret, grant_type: 'authorization_code', code, redirect_uri: redirectUri },
    }),
    // The account that let us in (AMO): any other is not this connection's.
    hostParameter: 'referer',
    // Each refresh voids the token that it was made with (KPT).
    rotates: ({ grant }) => grant === 'authorization_code',
    // After three months (KPT).
    refreshTokenEndsUnused: true,
    readGrant(body) {
      const grant = object<{ access_token?: unknown; expires_in?: unknown; refresh_token?: unknown }>(body, 'grant')
      if (typeof grant.access_token !== 'string' || grant.access_token === '') throw new Unreadable('access_token', 'is missing')
      return {
        accessToken: grant.access_token,
        // A day (KPT).
        expiresInSeconds: integer(grant.expires_in, refuse, 'expires_in', 31_536_000) ?? 86_400,
        refreshToken: typeof grant.refresh_token === 'string' && !isEmpty(grant.refresh_token) ? grant.refresh_token : undefined,
      }
    },
    headers: (accessToken) => ({ authorization: `Bearer ${accessToken}` }),
  },
  ids: { customers: /^(contact-|company-)?\d{1,15}$/, products: ID, sales: ID, receivables: ID },
  operations: { ...customers, ...products, ...sales, ...receivables },
  references,
  baseUrlOf: ({ subdomain }) => (typeof subdomain === 'string' ? `https://${subdomain}.kommo.com` : undefined),
})
