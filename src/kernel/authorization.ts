import { randomUUID } from 'node:crypto'
import type { Answer, Send } from './call.ts'
import type { Clock } from './clock.ts'
import type { Connection } from './connection.ts'
import type { Directory } from './directory.ts'
import { asGatewayError, GatewayError } from './errors.ts'
import type { Seal } from './seal.ts'
import { tokenCall } from './tokens/token-call.ts'
import type { Tokens } from './tokens.ts'
import { unreadable } from './unreadable.ts'

/** Remembers what may be used once, over all processes that share it. */
export interface OnceStore {
  /** True for the first who spends the key within `ttlMs`. */
  spend(key: string, ttlMs: number): Promise<boolean>
}

/** Query of the way back. A parameter given twice is none. */
export type WayBack = Readonly<Record<string, unknown>>

export interface Authorization {
  /** The vendor's page on which a person lets the gateway in, and until when its way back is good. */
  begin(connection: Connection): { url: string; expiresAt: string }
  /** Takes the way back: whoever is let in keeps the token pair. Answers with the connection. */
  finish(query: WayBack): Promise<Connection>
}

export interface AuthorizationOptions {
  directory: Directory
  tokens: Tokens
  once: OnceStore
  /** The stack without `authorize`. */
  send: Send
  seal: Seal
  clock: Clock
}

interface State {
  connection: string
  /** Other credentials are another login: a state that is older than them is void. */
  login: string
  nonce: string
  /** Wall-clock milliseconds. */
  expiresAt: number
}

const LIFE_MS = 600_000
const EXCHANGE_MS = 8_000
const ABOUT = 'authorization'

const CANNOT_SAY = new Set([400, 401, 403, 404, 422])

/** Where a person lets the gateway in, for the error that asks for it; nothing where nobody is needed. */
export const howToAuthorize = ({ id, vendor, credentials, settings }: Connection): string =>
  vendor.auth.authorizeUrl?.(credentials, settings, '') ? ` GET /connections/${id}/authorize leads to the page for it.` : ''

export function createAuthorization({ directory, tokens, once, send, seal, clock }: AuthorizationOptions): Authorization {
  function opened(state: unknown): State {
    const text = typeof state === 'string' ? seal.open(state, ABOUT) : null
    if (text === null)
      throw new GatewayError('validation_failed', { message: 'This link is not one of ours, or it was changed on its way.' })
    return JSON.parse(text) as State
  }

  /** The connection that a state is about, as it was when the state was made. */
  function connectionOf({ connection: id, login }: State): Connection {
    const connection = directory.connections.find((one) => one.id === id)
    if (connection?.login === login) return connection
    throw new GatewayError('not_found', { message: 'The connection was removed, or its credentials were changed. Nothing was stored.' })
  }

  async function exchanged(connection: Connection, code: string): Promise<Answer> {
    const { vendor, credentials, settings } = connection
    const request = vendor.auth.codeRequest!(credentials, settings, code)
    try {
      return await send(tokenCall(connection, request, { deadline: clock.now() + EXCHANGE_MS, idempotent: false }))
    } catch (thrown) {
      const error = asGatewayError(thrown)
      if (!CANNOT_SAY.has(error.upstream?.status ?? 0)) throw error
      throw new GatewayError('connection_unauthorized', {
        origin: 'vendor',
        message: 'The vendor does not take the code that it gave. Nothing was stored.',
        upstream: error.upstream,
        cause: error,
      })
    }
  }

  return {
    begin({ id, login, vendor, credentials, settings }) {
      const expiresAt = clock.wall() + LIFE_MS
      const state: State = { connection: id, login, nonce: randomUUID(), expiresAt }
      const url = vendor.auth.authorizeUrl?.(credentials, settings, seal.seal(JSON.stringify(state), ABOUT))
      if (!url) throw new GatewayError('unsupported_operation', { message: 'This connection logs in by itself: nobody has to let it in.' })
      return { url, expiresAt: new Date(expiresAt).toISOString() }
    },
    async finish(query) {
      const state = opened(query.state)
      if (clock.wall() >= state.expiresAt) throw new GatewayError('gone', { message: 'This link is too old. Begin again.' })
      const connection = connectionOf(state)
      const { auth, name } = connection.vendor
      const host = auth.hostParameter && query[auth.hostParameter]
      if (query.error === undefined && auth.hostParameter && host !== new URL(connection.baseUrl).host) {
        throw new GatewayError('validation_failed', {
          message: `${name} let us into another account than the connection's. Nothing was stored.`,
        })
      }
      if (!(await once.spend(state.nonce, state.expiresAt - clock.wall()))) {
        throw new GatewayError('conflict', { message: 'This link was used already. What it did then stands.' })
      }
      if (query.error !== undefined)
        throw new GatewayError('forbidden', { message: `${name} was told not to let us in. Nothing was stored.` })
      if (typeof query.code !== 'string' || query.code === '') {
        throw new GatewayError('validation_failed', { message: `${name} sent no code. Nothing was stored.` })
      }
      const { body } = await exchanged(connection, query.code)
      try {
        await tokens.adopt(connection, auth.readGrant(body, connection.settings))
      } catch (thrown) {
        throw unreadable(thrown)
      }
      return connection
    },
  }
}
