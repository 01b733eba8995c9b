import type { Signal } from './abort.ts'
import type { Grant } from './adapter.ts'
import type { Send } from './call.ts'
import { type Clock, every } from './clock.ts'
import type { Connection } from './connection.ts'
import { asGatewayError, GatewayError } from './errors.ts'
import { remembered } from './remembered.ts'
import type { Seal } from './seal.ts'
import { type Held, isUsable } from './tokens/record.ts'
import { createRefresh } from './tokens/refresh.ts'
import { refusalOf } from './tokens/refusal.ts'
import type { Journal, TokenStore } from './tokens/store.ts'
import { REFUSED_FOR_MS, TOKEN_TIMES, type TokenTimes } from './tokens/times.ts'
import { createVault, type KeepingTrouble } from './tokens/vault.ts'

export interface Token {
  accessToken: string
  version: number
}

export type TokenState = 'ok' | 'refreshing' | 'needs_authorization'

export interface Tokens {
  /** A token that is good now; it may have to be fetched first. */
  get(connection: Connection, signal?: Signal): Promise<Token>
  /** A token other than `refused`: one refresh for any number of callers. */
  renewed(connection: Connection, refused: Token, signal?: Signal): Promise<Token>
  /** Takes what a person's consent gave, in place of whatever is there; what was refused before counts no more. */
  adopt(connection: Connection, grant: Grant): Promise<Token>
  /** How the credential stands, over all processes; by what this one knows where the store cannot be reached. */
  state(connection: Connection): Promise<TokenState>
  /** Removes the token of a login that nobody has any more, wherever it is kept. */
  forget(connection: Connection): Promise<void>
  /** Gives the store what it lacks or lost. For the start, and for when a store is back. */
  replay(): Promise<void>
  /** Renews, once an hour and until `settled`, what nobody uses and would end of that: tokens that are over, of vendors who say so. */
  keepUsed(connections: () => readonly Connection[]): void
  /** Resolves when no token call is on its way and all that vendors gave is stored, or time is over. Then nothing is tried any more. */
  settled(withinMs: number): Promise<void>
}

export interface TokenTrouble {
  reason: KeepingTrouble | 'refresh_failed'
  login: string
  error?: GatewayError
}

export interface TokensOptions {
  store: TokenStore
  /** What outlives this process beside the store, where there is anything. */
  journal?: Journal | undefined
  /** The stack without `authorize`. */
  send: Send
  seal: Seal
  clock: Clock
  times?: TokenTimes | undefined
  random?: () => number
  /** Told of what no caller may notice, and of records that cannot be right. */
  onTrouble(trouble: TokenTrouble): void
}

/** A renewal in the background that failed is not tried again sooner: it would use up the calls that requests need. */
const AGAIN_AFTER_MS = 30_000
/** Between two looks for tokens that nobody uses. */
const LOOK_EVERY_MS = 3_600_000
/** Consents and removals that meet a refresh which is faster. */
const MOST_ATTEMPTS = 5

interface Flight {
  refreshing: Promise<Held> | undefined
  refusedUntil: number
  refusal: GatewayError | undefined
}

/** Tokens of all connections: at hand in this process, shared through the store, renewed by one process at a time. */
export function createTokens(options: TokensOptions): Tokens {
  const { store, journal, send, seal, clock, times = TOKEN_TIMES, random = Math.random, onTrouble } = options
  const vault = createVault({ store, journal, seal, clock, random, onTrouble: (reason, login) => onTrouble({ reason, login }) })
  const refreshToken = createRefresh({ store, vault, send, clock, times, random })
  const flights = new Map<string, Flight>()
  const stopped = new AbortController()

  const flightOf = ({ login }: Connection) =>
    remembered(flights, login, (): Flight => ({ refreshing: undefined, refusedUntil: 0, refusal: undefined }))

  /** One refresh at a time for each login in this process. Nobody's going away ends it. */
  function refresh(connection: Connection, than: number, isEarly = false): Promise<Held> {
    const flight = flightOf(connection)
    if (flight.refusal && clock.now() < flight.refusedUntil) return Promise.reject(flight.refusal)
    flight.refreshing ??= refreshToken(connection, than, isEarly)
      .then((held) => {
        flight.refusal = undefined
        return held
      })
      .catch((thrown) => {
        const error = refusalOf(thrown, connection)
        if (error.kind === 'connection_unauthorized') {
          flight.refusal = error
          flight.refusedUntil = clock.now() + REFUSED_FOR_MS
        }
        throw error
      })
      .finally(() => {
        flight.refreshing = undefined
      })
    return flight.refreshing
  }

  /** While the old token serves. */
  async function renewAhead(connection: Connection, held: Held): Promise<void> {
    held.refreshAt = clock.now() + AGAIN_AFTER_MS
    try {
      // The same one again: its only try that is left is for when it is needed.
      if ((await refresh(connection, held.version, true)).version === held.version) held.refreshAt = held.usableUntil
    } catch (thrown) {
      onTrouble({ reason: 'refresh_failed', login: connection.login, error: asGatewayError(thrown) })
    }
  }

  /** Only what a vendor gave: a refresh token of the configuration that was never used may be in use elsewhere. */
  async function useIdle(connection: Connection): Promise<void> {
    if (!connection.vendor.auth.refreshTokenEndsUnused) return
    try {
      const { held } = await vault.look(connection.login)
      if (held?.refreshToken && !isUsable(held, clock)) await refresh(connection, held.version)
    } catch (thrown) {
      onTrouble({ reason: 'refresh_failed', login: connection.login, error: asGatewayError(thrown) })
    }
  }

  const fixedOf = ({ vendor, credentials }: Connection) => vendor.auth.fixedToken?.(credentials)

  return {
    async get(connection, signal) {
      const fixed = fixedOf(connection)
      if (fixed) return { accessToken: fixed, version: 0 }
      const held = vault.held(connection.login)
      if (!held || !isUsable(held, clock)) return abandonable(refresh(connection, held?.version ?? 0), signal)
      if (clock.now() >= held.refreshAt) void renewAhead(connection, held)
      return held
    },

    async renewed(connection, refused, signal) {
      if (fixedOf(connection)) {
        throw new GatewayError('connection_unauthorized', {
          origin: 'vendor',
          message: 'The vendor does not take the token of this connection.',
        })
      }
      const held = vault.held(connection.login)
      if (held && held.version > refused.version && isUsable(held, clock)) return held
      const renewal = refresh(connection, refused.version)
      // One that was begun ahead may have left the token as it is.
      const other = renewal.then((found) => (found.version > refused.version ? found : refresh(connection, refused.version)))
      return abandonable(other, signal)
    },

    async adopt(connection, grant) {
      const askedAt = clock.now()
      for (let attempt = 1; ; attempt += 1) {
        // A store that is away is given it later.
        const after = await vault.look(connection.login).then(
          ({ version }) => version,
          () => vault.held(connection.login)?.version ?? 0,
        )
        const held = await vault.keep(connection, grant, { askedAt, after })
        if (held.accessToken === grant.accessToken) {
          flightOf(connection).refusal = undefined
          return held
        }
        if (attempt >= MOST_ATTEMPTS) throw notStored()
      }
    },

    async state(connection) {
      if (fixedOf(connection)) return 'ok'
      const { login, vendor, credentials, settings } = connection
      const seen = await vault.look(login).catch(() => undefined)
      const held = seen?.held ?? vault.held(login)
      const { refusal, refusedUntil, refreshing } = flightOf(connection)
      if (seen ? seen.standing.state === 'needs_reauth' : refusal && clock.now() < refusedUntil) return 'needs_authorization'
      if (seen?.standing.state === 'refreshing' || (refreshing && !(held && isUsable(held, clock)))) return 'refreshing'
      return held || vendor.auth.tokenRequest(credentials, settings, null) ? 'ok' : 'needs_authorization'
    },

    async forget(connection) {
      for (let attempt = 1; ; attempt += 1) {
        const { version, held, flaw } = await vault.look(connection.login)
        if (!held && !flaw) break
        if (attempt > MOST_ATTEMPTS) throw notStored()
        await vault.remove(connection, version)
      }
      flights.delete(connection.login)
    },

    replay: vault.replay,

    keepUsed(connections) {
      void every(clock, LOOK_EVERY_MS, stopped.signal, async () => {
        for (const connection of connections()) await useIdle(connection)
      })
    },

    async settled(withinMs) {
      stopped.abort()
      const isOver = new AbortController()
      const inFlight = [...flights.values()].map(({ refreshing }) => refreshing)
      const done = Promise.allSettled(inFlight).then(vault.saved)
      await Promise.race([done, clock.sleep(withinMs, isOver.signal).catch(() => {})])
      isOver.abort()
      vault.close()
    },
  }
}

const notStored = () => new GatewayError('vendor_unavailable', { message: "The connection's token could not be stored." })

/** The caller may leave; the work goes on for the others. */
function abandonable<T>(work: Promise<T>, signal: Signal | undefined): Promise<T> {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason)
    signal.addEventListener('abort', leave)
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}
