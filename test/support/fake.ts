import { Type } from 'typebox'
import { defineVendor, type Vendor } from '../../src/kernel/adapter.ts'
import { type Answer, type Call, newTrace, type VendorRequest } from '../../src/kernel/call.ts'
import type { Connection } from '../../src/kernel/connection.ts'

/** A vendor of the test's own, as small as one can be. */
export const fakeVendor = (changes: Partial<Vendor> = {}): Vendor =>
  defineVendor({
    id: 'fake',
    name: 'Fake',
    docs: 'none',
    baseUrl: 'http://127.0.0.1:9',
    hosts: [],
    credentials: Type.Object({}),
    settings: Type.Object({}),
    limits: { requests: 10, perMs: 1_000, marginMs: 0, remainingHeader: 'x-left', refusedBeforeExecution: false },
    errors: {},
    errorMessage: (body) => (body as { error?: { code?: string; failed?: boolean } } | null)?.error ?? {},
    auth: {
      tokenRequest: (_credentials, _settings, refreshToken) => ({ method: 'POST', path: '/token', body: { refreshToken } }),
      rotates: () => false,
      readGrant: (body) => body as ReturnType<Vendor['auth']['readGrant']>,
      headers: (accessToken) => ({ authorization: `Bearer ${accessToken}` }),
    },
    ids: { customers: /^\d+$/, products: /^\d+$/, sales: /^\d+$/, receivables: /^\d+$/ },
    operations: {},
    ...changes,
  })

export const fakeConnection = (changes: Partial<Connection> = {}): Connection => ({
  id: 'centro',
  origin: 'file',
  vendor: changes.vendor ?? fakeVendor(),
  label: 'Centro',
  credentials: {},
  settings: {},
  baseUrl: 'http://127.0.0.1:9',
  timeZone: 'America/Sao_Paulo',
  timeoutMs: 10_000,
  limits: { requests: 10, perMs: 1_000 },
  cacheSeconds: 0,
  login: 'login',
  enabled: new Set(),
  ...changes,
})

export const fakeCall = (changes: Partial<Omit<Call, 'request'>> & { method?: VendorRequest['method'] } = {}): Call => {
  const { method = 'GET', ...rest } = changes
  return {
    connection: fakeConnection(),
    operation: 'customers.get',
    request: { method, path: '/v1/things/1' },
    idempotent: false,
    headers: {},
    deadline: 10_000,
    signal: undefined,
    isFresh: false,
    trace: newTrace(),
    ...rest,
  }
}

export const answered = (status: number, body: unknown = null, headers: Answer['headers'] = {}): Answer => ({
  status,
  headers,
  body,
  length: 0,
})
