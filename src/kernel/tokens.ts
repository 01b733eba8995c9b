import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Kind } from '../contract/problem.ts'
import type { Grant } from './adapter.ts'
import { howToAuthorize } from './authorization.ts'
import { type Answer, newTrace, type Send, type VendorRequest } from './call.ts'
import type { Clock } from './clock.ts'
import type { Connection } from './connection.ts'
import { asGatewayError, GatewayError } from './errors.ts'
import { remembered } from './remembered.ts'
import type { Seal } from './seal.ts'
import { unreadable } from './unreadable.ts'

/** A stored credential. `sealed` is bound to its key and version: a swapped or rolled-back one does not open. */
export interface TokenRecord {
  /** Only grows. */
  version: number
  sealed: string
}

/** Keeps sealed tokens for all processes that share it. It never sees a token. */
export interface TokenStore {
  read(key: string): Promise<TokenRecord | null>
  /** Writes when the stored version is `record.version - 1`, or there is none; false where somebody was faster. Durable once it answers. */
  write(key: string, record: TokenRecord): Promise<boolean>
  /** True when `owner` holds the right to refresh, until `ttlMs` or `release`. */
  lease(key: string, owner: string, ttlMs: number): Promise<boolean>
  release(key: string, owner: string): Promise<void>
  remove(key: string): Promise<void>
}

export interface Token {
  accessToken: string
  version: number
}

export type TokenState = 'ok' | 'refreshing' | 'needs_authorization'

export interface Tokens {
  /** A token that is good now; it may have to be fetched first. */
  get(connection: Connection, signal?: AbortSignal): Promise<Token>
  /** A token other than `refused`: one refresh for any number of callers. */
  renewed(connection: Connection, refused: Token, signal?: AbortSignal): Promise<Token>
  /** Takes what a person's consent gave, in place of whatever is there; what was refused before counts no more. */
  adopt(connection: Connection, grant: Grant): Promise<Token>
  /** How the credential stands. */
  state(connection: Connection): Promise<TokenState>
  /** Deletes the token of a login that nobody has any more. */
  forget(connection: Connection): Promise<void>
}

interface Held extends Token {
  refreshToken: string | null
  /** Wall-clock milliseconds. */
  expiresAt: number
  /** When it is renewed in the background while it still serves. */
  refreshAt: number
}

interface State {
  held: Held | undefined
  /** Got from the vendor, but not stored yet: what it rotated away is gone, so that this must not be lost. */
  unsaved: Omit<Held, 'version'> | undefined
  refreshing: Promise<Held> | undefined
  /** After a refusal nobody asks again before this. */
  refusedUntil: number
  refusal: GatewayError | undefined
}

/** Failures of a token call that say what they mean to the client too. */
const ABOUT_THE_VENDOR: ReadonlySet<Kind> = new Set<Kind>([
  'vendor_error',
  'bad_vendor_response',
  'vendor_unavailable',
  'vendor_timeout',
  'vendor_rate_limited',
  'connection_forbidden',
  'internal_error',
])

/** A token call may take this long, and the lease outlives it: giving up early is what loses a rotating token. */
const TOKEN_CALL_MS = 8_000
const LEASE_MS = 15_000
const POLL_MS = 50
const REFUSED_FOR_MS = 30_000
/** A renewal in the background that failed is not tried again sooner: it would use up the calls that requests need. */
const AGAIN_AFTER_MS = 30_000
/** Shares of a token's life: renewed in the background from here, and not used any more in the last part. */
const REFRESH_AT = 0.7
const REFRESH_SPREAD = 0.1
const USABLE_UNTIL = 0.98
const LAST_PART_MS = 10_000

export interface TokensOptions {
  store: TokenStore
  /** The stack without `authorize`. */
  send: Send
  seal: Seal
  clock: Clock
  random?: () => number
  /** Told of a refresh in the background that failed, and of a token that could not be stored. */
  onTrouble(connection: Connection, error: GatewayError): void
}

export function createTokens({ store, send, seal, clock, random = Math.random, onTrouble }: TokensOptions): Tokens {
  const owner = randomUUID()
  const states = new Map<string, State>()

  const stateOf = ({ login }: Connection) =>
    remembered(
      states,
      login,
      (): State => ({ held: undefined, unsaved: undefined, refreshing: undefined, refusedUntil: 0, refusal: undefined }),
    )

  const about = (connection: Connection, version: number) => `${connection.vendor.id}|${connection.login}|${version}`
  const isUsable = (held: Pick<Held, 'expiresAt'>) => clock.wall() < held.expiresAt

  async function stored(connection: Connection): Promise<Held | undefined> {
    const record = await store.read(connection.login)
    const text = record && seal.open(record.sealed, about(connection, record.version))
    if (!text) return undefined
    const { accessToken, refreshToken, expiresAt, refreshAt } = JSON.parse(text)
    return { accessToken, refreshToken, expiresAt, refreshAt, version: record.version }
  }

  /** The version in the store, also of a record that cannot be opened: the next one must be higher. */
  const storedVersion = async (connection: Connection) => (await store.read(connection.login))?.version ?? 0

  async function fetched(connection: Connection, refreshToken: string | null): Promise<Omit<Held, 'version'>> {
    const { vendor, credentials, settings } = connection
    const request = vendor.auth.tokenRequest(credentials, settings, refreshToken)
    if (!request) {
      throw new GatewayError('connection_unauthorized', {
        message: `The connection has to be authorised at the vendor by a person.${howToAuthorize(connection)}`,
      })
    }
    const asked = clock.wall()
    const answer = await sent(connection, request).catch((thrown) => {
      // A refresh token that is no longer taken is no reason to give up where the credentials themselves log in.
      const login = refreshToken !== null && !vendor.auth.rotates(credentials) && vendor.auth.tokenRequest(credentials, settings, null)
      if (!login || refusalOf(thrown, connection).kind !== 'connection_unauthorized' || isDeepStrictEqual(login, request)) throw thrown
      return sent(connection, login)
    })
    return timed(readGrant(connection, answer.body), asked, refreshToken)
  }

  function timed(grant: Grant, asked: number, refreshToken: string | null): Omit<Held, 'version'> {
    const lifeMs = grant.expiresInSeconds * 1_000
    return {
      accessToken: grant.accessToken,
      refreshToken: grant.refreshToken ?? refreshToken,
      expiresAt: asked + Math.max(lifeMs * USABLE_UNTIL, lifeMs - LAST_PART_MS),
      refreshAt: asked + lifeMs * (REFRESH_AT + random() * REFRESH_SPREAD),
    }
  }

  const sent = (connection: Connection, request: VendorRequest): Promise<Answer> =>
    send({
      connection,
      operation: 'token',
      request,
      // A login can be repeated; a refresh token that rotates is spent by the first sending.
      idempotent: !connection.vendor.auth.rotates(connection.credentials),
      headers: request.headers ?? {},
      deadline: clock.now() + TOKEN_CALL_MS,
      signal: undefined,
      trace: newTrace(),
    })

  function readGrant({ vendor, settings }: Connection, body: unknown): Grant {
    try {
      return vendor.auth.readGrant(body, settings)
    } catch (thrown) {
      throw unreadable(thrown)
    }
  }

  async function kept(connection: Connection, version: number, grant: Omit<Held, 'version'>): Promise<Held> {
    const record = { version, sealed: seal.seal(JSON.stringify(grant), about(connection, version)) }
    if (await store.write(connection.login, record)) return { ...grant, version }
    const newer = await stored(connection)
    if (newer && newer.version >= version) return newer
    throw new GatewayError('vendor_unavailable', { message: "The connection's token could not be stored." })
  }

  const isNewer = (held: Held, than: number) => held.version > than && isUsable(held)

  /** Until there is a token newer than `than`: ours to fetch, or another process's. */
  async function obtained(connection: Connection, than: number): Promise<Held> {
    const giveUpAt = clock.now() + LEASE_MS + TOKEN_CALL_MS
    for (;;) {
      const other = await stored(connection)
      if (other && isNewer(other, than)) return other
      if (await store.lease(connection.login, owner, LEASE_MS)) break
      if (clock.now() > giveUpAt) throw new GatewayError('vendor_unavailable', { message: 'Another process is still fetching a token.' })
      await clock.sleep(POLL_MS)
    }
    try {
      const current = await stored(connection)
      if (current && isNewer(current, than)) return current
      const state = stateOf(connection)
      if (!state.unsaved || !isUsable(state.unsaved)) {
        state.unsaved = await fetched(connection, state.unsaved?.refreshToken ?? current?.refreshToken ?? null)
      }
      return await kept(connection, (await storedVersion(connection)) + 1, state.unsaved)
    } finally {
      // A lease that cannot be given back ends by itself.
      await store.release(connection.login, owner).catch(() => {})
    }
  }

  /** What the vendor said about the credentials, as the problem of the connection. */
  function refusalOf(thrown: unknown, connection: Connection): GatewayError {
    const error = asGatewayError(thrown)
    const status = error.upstream?.status ?? 0
    if (error.kind === 'connection_unauthorized' || status === 400 || status === 401 || status === 403 || status === 422) {
      return new GatewayError('connection_unauthorized', {
        origin: 'vendor',
        message: error.upstream ? `The vendor does not take this connection's credentials.${howToAuthorize(connection)}` : error.message,
        upstream: error.upstream,
        cause: error,
      })
    }
    // Any other refusal is no answer to what the client asked: a 404 here is not a record that is missing.
    return ABOUT_THE_VENDOR.has(error.kind)
      ? error
      : new GatewayError('vendor_error', {
          origin: 'vendor',
          message: 'The vendor refused to log in.',
          upstream: error.upstream,
          cause: error,
        })
  }

  /** One refresh at a time for each login in this process. Nobody's going away ends it. */
  function refresh(connection: Connection, than: number): Promise<Held> {
    const state = stateOf(connection)
    state.refreshing ??= obtained(connection, than)
      .then((held) => {
        state.held = held
        state.unsaved = undefined
        state.refusal = undefined
        return held
      })
      .catch((thrown) => {
        const error = refusalOf(thrown, connection)
        if (error.kind === 'connection_unauthorized') {
          state.refusal = error
          state.refusedUntil = clock.now() + REFUSED_FOR_MS
        }
        throw error
      })
      .finally(() => {
        state.refreshing = undefined
      })
    return state.refreshing
  }

  function refreshUnlessRefused(connection: Connection, than: number): Promise<Held> {
    const state = stateOf(connection)
    if (state.refusal && clock.now() < state.refusedUntil) return Promise.reject(state.refusal)
    return refresh(connection, than)
  }

  return {
    async get(connection, signal) {
      const fixed = connection.vendor.auth.fixedToken?.(connection.credentials)
      if (fixed) return { accessToken: fixed, version: 0 }
      const state = stateOf(connection)
      const { held } = state
      if (!held || !isUsable(held)) return abandonable(refreshUnlessRefused(connection, held?.version ?? 0), signal)
      if (clock.wall() >= held.refreshAt) {
        held.refreshAt = clock.wall() + AGAIN_AFTER_MS
        refreshUnlessRefused(connection, held.version).catch((error) => onTrouble(connection, asGatewayError(error)))
      }
      return held
    },
    async renewed(connection, refused, signal) {
      const { held } = stateOf(connection)
      if (connection.vendor.auth.fixedToken?.(connection.credentials)) {
        throw new GatewayError('connection_unauthorized', {
          origin: 'vendor',
          message: 'The vendor does not take the token of this connection.',
        })
      }
      if (held && isNewer(held, refused.version)) return held
      return abandonable(refreshUnlessRefused(connection, refused.version), signal)
    },
    async adopt(connection, grant) {
      const state = stateOf(connection)
      const mine = timed(grant, clock.wall(), null)
      for (;;) {
        const held = await kept(connection, (await storedVersion(connection)) + 1, mine)
        if (held.accessToken !== mine.accessToken) continue
        state.held = held
        state.unsaved = undefined
        state.refusal = undefined
        return held
      }
    },
    async state(connection) {
      const { vendor, credentials, settings } = connection
      if (vendor.auth.fixedToken?.(credentials)) return 'ok'
      const { held, refreshing, refusal, refusedUntil } = stateOf(connection)
      if (refusal && clock.now() < refusedUntil) return 'needs_authorization'
      if (refreshing && !(held && isUsable(held))) return 'refreshing'
      const hasLogin = held ?? (await stored(connection).catch(() => undefined)) ?? vendor.auth.tokenRequest(credentials, settings, null)
      return hasLogin ? 'ok' : 'needs_authorization'
    },
    async forget({ login }) {
      states.delete(login)
      await store.remove(login)
    },
  }
}

/** The caller may leave; the work goes on for the others. */
function abandonable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason)
    signal.addEventListener('abort', leave, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}
