import { hash } from 'node:crypto'
import type { FastifyRequest, onRequestHookHandler, preParsingHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import type { ClientConfig, Scope } from '../config-schema.ts'
import { Abort } from '../kernel/abort.ts'
import type { Caller } from '../kernel/directory.ts'
import { GatewayError } from '../kernel/errors.ts'
import { added } from './hooks.ts'

/** Who calls: a configured client, or anybody where there are none (loopback only). */
export interface Client {
  id: string
  scopes: ReadonlySet<Scope>
  mayUse(connection: string): boolean
  /** It may use every connection, also those that are yet to come. */
  mayUseAll: boolean
  rateLimit: ClientConfig['rateLimit']
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null on routes that need no key. */
    client: Client | null
  }
  interface FastifyContextConfig {
    /** What the route needs; a route without it is open. */
    scope?: Scope
  }
}

const ANYBODY: Client = {
  id: 'anybody',
  scopes: new Set<Scope>(['read', 'write', 'proxy', 'admin', 'metrics']),
  mayUse: () => true,
  mayUseAll: true,
  rateLimit: undefined,
}

function clientOf({ id, scopes, connections, rateLimit }: ClientConfig): Client {
  const granted = new Set<Scope>(scopes)
  if (granted.has('write')) granted.add('read')
  const allowed = new Set(connections)
  const mayUseAll = allowed.has('*')
  return { id, scopes: granted, rateLimit, mayUseAll, mayUse: mayUseAll ? () => true : (connection) => allowed.has(connection) }
}

const MOST_KNOWN = 1_000

const digest = (key: string) => hash('sha256', key)

function bearerKey({ headers }: FastifyRequest): string | undefined {
  const value = headers.authorization
  return value !== undefined && value.length <= 512 && /^Bearer +\S+$/i.test(value) ? value.slice(7).trim() : undefined
}

export const access = fp<{ clients: readonly ClientConfig[] }>(
  async (app, { clients }) => {
    // Found by digest: comparing takes no time that depends on a key.
    const byDigest = new Map(clients.map((client) => [client.keyHash.slice('sha256:'.length), clientOf(client)]))
    /** Headers whose key was found before, so that it need not be digested again. There are no more than ways to write the clients' keys. */
    const known = new Map<string, Client>()

    function clientOfKey(request: FastifyRequest): Client | undefined {
      const { authorization } = request.headers
      const before = authorization === undefined ? undefined : known.get(authorization)
      if (before) return before
      const key = bearerKey(request)
      const client = key === undefined ? undefined : byDigest.get(digest(key))
      if (client && known.size < MOST_KNOWN) known.set(authorization!, client)
      return client
    }

    const identify: onRequestHookHandler = (request, reply, done) => {
      const client = byDigest.size === 0 ? ANYBODY : clientOfKey(request)
      if (!client) {
        reply.header('www-authenticate', 'Bearer realm="fachada"')
        return done(new GatewayError('unauthenticated', { message: 'Send a key as `Authorization: Bearer KEY`.' }))
      }
      request.client = client
      done()
    }
    const permit =
      (scope: Scope): preParsingHookHandler =>
      (request, _reply, _body, done) => {
        if (request.client?.scopes.has(scope)) return done()
        done(new GatewayError('forbidden', { message: `This needs a key with the scope ${scope}.` }))
      }

    app.decorateRequest('client', null)
    app.addHook('onRoute', (route) => {
      const scope = route.config?.scope
      if (scope === undefined) return
      route.onRequest = added(route.onRequest, identify)
      // After every onRequest, so that the rate limit counts refused requests too; still before the body is read.
      route.preParsing = added(route.preParsing, permit(scope))
    })
  },
  { name: 'access', dependencies: ['problems'] },
)

const NO_CACHE = /(?:^|,)\s*no-cache\s*(?:[,=]|$)/i

const wantsFresh = ({ headers }: FastifyRequest) => headers['cache-control'] !== undefined && NO_CACHE.test(headers['cache-control'])

/** The caller of a route that needs a scope. Its signal is aborted when the client goes away. */
export function callerOf(request: FastifyRequest): Caller {
  const { client } = request
  if (!client) throw new GatewayError('internal_error', { message: 'A route that acts for a client declares no scope.' })
  request.leaving ??= new Abort()
  return { mayUse: client.mayUse, signal: request.leaving, wantsFresh: wantsFresh(request) }
}
