import { Type } from 'typebox'
import type { Kind } from '../../contract/problem.ts'
import { defineVendor } from '../../kernel/adapter.ts'
import { integer, object, refuse, Unreadable } from '../../kernel/wire.ts'
import { companyOf } from './company.ts'
import { concludedSales } from './concluded-sales.ts'
import { customers } from './customers.ts'
import { products } from './products.ts'
import { receivables } from './receivables.ts'
import { references } from './reference-data.ts'
import { saleIncomes } from './sale-incomes.ts'
import { sales } from './sales.ts'
import { Settings, settingsOf } from './settings.ts'

const ID = /^\d{1,15}$/

const LOGIN_FIELDS = { username: ['username'], email: ['email'], both: ['username', 'email'] } as const

/** Which members an error is about (DOC). */
function fieldsOf(meta: unknown): string[] {
  return (Array.isArray(meta) ? meta : []).flatMap((entry) => {
    const field = (entry as { field?: unknown } | null)?.field
    return typeof field === 'string' ? field : []
  })
}

export const cplug = defineVendor({
  id: 'cplug',
  name: 'CPlug',
  docs: 'https://cplug.redocly.app/openapi',
  baseUrl: 'https://api.connectplug.com.br',
  // The second gives tokens (EXT).
  hosts: ['api.connectplug.com.br', 'erp.connectplug.com.br'],
  credentials: Type.Object(
    {
      clientId: Type.String({ minLength: 1, description: "The integrator's; the same for all stores." }),
      clientSecret: Type.String({ minLength: 1 }),
      username: Type.String({ minLength: 1, description: "E-mail of the store's API user." }),
      password: Type.String({ minLength: 1 }),
    },
    { additionalProperties: false },
  ),
  settings: Settings,
  // assumed: no page tells a limit, how many calls may be under way together, nor what became of a call that was refused.
  limits: { requests: 5, perMs: 1000, marginMs: 100, concurrency: 2, refusedBeforeExecution: false },
  errors: {
    400: 'vendor_rejected',
    // It lacks what the gateway adds to every call: nothing that a client can mend.
    '400 missing_headers': 'vendor_error',
    401: 'connection_unauthorized',
    404: 'not_found',
    422: 'vendor_rejected',
    429: 'vendor_rate_limited',
  } satisfies Record<string, Kind>,
  errorMessage(body) {
    const { code, message, meta } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
    const fields = fieldsOf(meta)
    const words = typeof message === 'string' ? message : undefined
    return {
      code: typeof code === 'string' && code !== '' ? code : undefined,
      message: fields.length > 0 ? `${words ?? ''} (${fields.join(', ')})`.trim() : words,
    }
  },
  auth: {
    tokenRequest({ clientId, clientSecret, username, password }, settings, refreshToken) {
      const { tokenUrl, usernameField, scope, isForm, useRefreshToken } = settingsOf(settings)
      const user = Object.fromEntries(LOGIN_FIELDS[usernameField].map((name) => [name, username]))
      const grant =
        useRefreshToken && refreshToken !== null
          ? { grant_type: 'refresh_token', refresh_token: refreshToken }
          : { grant_type: 'password', ...user, password, ...(scope && { scope }) }
      const body = { ...grant, client_id: clientId, client_secret: clientSecret }
      return { method: 'POST', path: '/oauth/token', url: tokenUrl, body, ...(isForm && { isForm }) }
    },
    // The password serves any number of times: nothing is lost with a refresh token.
    rotates: () => false,
    readGrant(body, settings) {
      const grant = object<{ access_token?: unknown; expires_in?: unknown; refresh_token?: unknown }>(body, 'grant')
      if (typeof grant.access_token !== 'string' || grant.access_token === '') throw new Unreadable('access_token', 'is missing')
      return {
        accessToken: grant.access_token,
        expiresInSeconds: integer(grant.expires_in, refuse, 'expires_in', 3_153_600_000) ?? settingsOf(settings).ttlFallbackSeconds,
        refreshToken: typeof grant.refresh_token === 'string' && grant.refresh_token !== '' ? grant.refresh_token : undefined,
      }
    },
    headers: (accessToken) => ({ authorization: `Bearer ${accessToken}` }),
  },
  // DOC: the same Idempotency-Key again does not write twice.
  writesOncePerKey: true,
  ids: { customers: ID, products: ID, sales: ID, receivables: /^[0-9A-Za-z_-]{1,128}$/ },
  operations: { ...customers, ...products, ...sales, ...receivables },
  alternatives: [concludedSales, saleIncomes],
  references,
  // Required on nearly every call, and a key on writes (DOC).
  proxy: {
    headers: ['cplug-company-id', 'idempotency-key'],
    added: async (ask, context, given) => ('cplug-company-id' in given ? {} : { 'cplug-company-id': await companyOf(ask, context) }),
  },
  // What was changed is read back: without customers.get the answer would be that it cannot be.
  isConfigured: (operation, settings) => operation !== 'customers.update' || settingsOf(settings).enable.includes('customers.get'),
})
