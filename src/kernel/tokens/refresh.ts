import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Grant } from '../adapter.ts'
import { newTrace, type Send, type Trace, type VendorRequest } from '../call.ts'
import type { Clock } from '../clock.ts'
import type { Connection } from '../connection.ts'
import { asGatewayError, GatewayError } from '../errors.ts'
import { unreadable } from '../unreadable.ts'
import { type Lease, underLease } from './lease.ts'
import { type Held, isUsable } from './record.ts'
import { isRefusal, needsPerson, notTaken } from './refusal.ts'
import { begun, digestOf, isSpent, standingAfter, triedBefore } from './spend.ts'
import type { TokenStore } from './store.ts'
import { REFUSED_FOR_MS, type TokenTimes } from './times.ts'
import { tokenCall } from './token-call.ts'
import type { Seen, Vault } from './vault.ts'

/** After a refusal up to so much longer, so that processes do not come together. */
const REFUSED_SPREAD = 0.1

export interface RefreshOptions {
  store: TokenStore
  vault: Vault
  /** The stack without `authorize`. */
  send: Send
  clock: Clock
  times: TokenTimes
  random: () => number
}

/** Until there is a token newer than `than`: ours to fetch, or another process's. An early one leaves a last try for when it is needed. */
export type Refresh = (connection: Connection, than: number, isEarly: boolean) => Promise<Held>

export function createRefresh({ store, vault, send, clock, times, random }: RefreshOptions): Refresh {
  const owner = randomUUID()

  const newer = (held: Held | undefined, than: number) => (held && held.version > than && isUsable(held, clock) ? held : undefined)
  const refusedUntil = () => vault.now() + REFUSED_FOR_MS * (1 + random() * REFUSED_SPREAD)

  async function look(connection: Connection): Promise<Seen> {
    const seen = await vault.look(connection.login)
    const canLogIn = !connection.vendor.auth.rotates(connection.credentials)
    if (seen.flaw === undefined || (seen.flaw === 'missing_key' && canLogIn)) return seen
    throw new GatewayError('vendor_unavailable', {
      retryable: false,
      message: "The connection's stored token cannot be opened: it was changed, or its key is missing.",
    })
  }

  /**
   * Whoever began a refresh and has no lease any more may live, and its call may be on its way: a token is not sent again before that can no longer
   * be. A vendor that sees one twice may take away all that came of it.
   */
  async function lookAfterOthers(connection: Connection, than: number): Promise<Seen> {
    const longestMs = times.rotatingCallMs + times.persistMs
    const giveUpAt = clock.now() + longestMs
    for (;;) {
      const seen = await look(connection)
      const { state, attempt } = seen.standing
      const isOnItsWay = state === 'refreshing' && vault.now() < (attempt?.startedAt ?? 0) + longestMs
      if (!isOnItsWay || newer(seen.held, than) || clock.now() >= giveUpAt) return seen
      await clock.sleep(times.pollMs)
    }
  }

  /** Another process was refused, or met a vendor in trouble: it is not asked again so soon. */
  function assertMayAsk(connection: Connection, { standing }: Seen): void {
    const retryAfterMs = standing.notBefore - vault.now()
    if (retryAfterMs <= 0) return
    throw standing.state === 'needs_reauth'
      ? new GatewayError('connection_unauthorized', {
          origin: 'vendor',
          message: notTaken(connection),
        })
      : new GatewayError('vendor_unavailable', { origin: 'vendor', retryAfterMs, message: 'The vendor could not log in a moment ago.' })
  }

  async function granted(connection: Connection, request: VendorRequest, lease: Lease, trace: Trace): Promise<Grant> {
    const { vendor, credentials, settings } = connection
    const rotates = vendor.auth.rotates(credentials)
    const { body } = await send(
      tokenCall(connection, request, {
        // A login can be repeated; a refresh token that rotates is spent by the first sending.
        idempotent: !rotates,
        deadline: clock.now() + (rotates ? times.rotatingCallMs : times.callMs),
        mayLeave: lease.isFresh,
        trace,
      }),
    )
    try {
      return vendor.auth.readGrant(body, settings)
    } catch (thrown) {
      trace.unsettled = true
      throw unreadable(thrown)
    }
  }

  /** By credentials, which serve any number of times. */
  async function loggedIn(connection: Connection, request: VendorRequest, seen: Seen, lease: Lease): Promise<Grant> {
    const { vendor, credentials, settings } = connection
    try {
      return await granted(connection, request, lease, newTrace()).catch((thrown) => {
        // A refresh token that is no longer taken is no reason to give up where the credentials themselves log in.
        const login = vendor.auth.tokenRequest(credentials, settings, null)
        if (!login || !isRefusal(asGatewayError(thrown)) || isDeepStrictEqual(login, request)) throw thrown
        return granted(connection, login, lease, newTrace())
      })
    } catch (thrown) {
      if (isRefusal(asGatewayError(thrown))) {
        const refused = { state: 'needs_reauth', attempt: null, notBefore: refusedUntil() } as const
        // Without the note other processes ask for themselves.
        await store.note(connection.login, seen.version, refused, owner).catch(() => false)
      }
      throw thrown
    }
  }

  /** By a refresh token that this spends: at most once, and once more where nobody knows what became of it. */
  async function rotated(connection: Connection, request: VendorRequest, seen: Seen, lease: Lease): Promise<Grant> {
    const { login } = connection
    const spends = digestOf(request)
    const before = triedBefore(seen.standing, spends)
    if (before && isSpent(before)) {
      if (before.state !== 'needs_reauth') await store.note(login, seen.version, { ...before, state: 'needs_reauth' }, owner)
      throw needsPerson(
        connection,
        'A person has to authorise this connection again: the vendor refused its refresh token, or took it in a call whose answer was lost.',
      )
    }
    const attempt = { spends, startedAt: vault.now(), isLast: before !== undefined }
    if (!(await store.note(login, seen.version, begun(attempt), owner))) throw lostLease()
    const trace = newTrace()
    try {
      return await granted(connection, request, lease, trace)
    } catch (thrown) {
      const standing = standingAfter(asGatewayError(thrown), trace, attempt, before, refusedUntil())
      // Without the note the attempt stands as begun, which is treated as unknown.
      await store.note(login, seen.version, standing, owner).catch(() => false)
      throw thrown
    }
  }

  async function fetched(connection: Connection, than: number, isEarly: boolean, lease: Lease): Promise<Held> {
    const { vendor, credentials, settings } = connection
    const rotates = vendor.auth.rotates(credentials)
    const seen = await (rotates ? lookAfterOthers(connection, than) : look(connection))
    const current = newer(seen.held, than)
    if (current) return current
    assertMayAsk(connection, seen)
    const request = vendor.auth.tokenRequest(credentials, settings, seen.held?.refreshToken ?? null)
    if (!request) throw needsPerson(connection, 'The connection has to be authorised at the vendor by a person.')
    if (isEarly && rotates && seen.held && isUsable(seen.held, clock) && triedBefore(seen.standing, digestOf(request))) return seen.held
    const askedAt = clock.now()
    const grant = await (rotates ? rotated : loggedIn)(connection, request, seen, lease)
    return vault.keep(connection, grant, { askedAt, after: seen.version })
  }

  const lostLease = () => new GatewayError('vendor_unavailable', { retryAfterMs: 1_000, message: 'Another process fetches the token.' })

  return async (connection, than, isEarly) => {
    const giveUpAt = clock.now() + times.leaseMs + times.rotatingCallMs
    for (;;) {
      const seen = await look(connection)
      const current = newer(seen.held, than)
      if (current) return current
      assertMayAsk(connection, seen)
      const since = clock.now()
      if (await store.lease(connection.login, owner, times.leaseMs)) {
        const held = await underLease({ store, clock, times, owner }, connection.login, since, (lease) =>
          fetched(connection, than, isEarly, lease).catch((thrown) => {
            // A call that came too late to leave is no answer: it begins again under a new lease.
            if (asGatewayError(thrown).unsent && !lease.isFresh() && clock.now() < giveUpAt) return undefined
            throw thrown
          }),
        )
        if (held) return held
        continue
      }
      if (since > giveUpAt) throw lostLease()
      await clock.sleep(times.pollMs)
    }
  }
}
