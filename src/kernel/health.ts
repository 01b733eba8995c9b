import type { ConnectionView } from '../contract/coverage.ts'
import type { Clock } from './clock.ts'
import type { Connection } from './connection.ts'
import type { GatewayError } from './errors.ts'
import type { CallEvent } from './layers/observe.ts'
import { budgetOf, type PermitStore } from './permits.ts'
import { problemOf } from './problem.ts'
import { remembered } from './remembered.ts'
import type { TokenState } from './tokens.ts'

type Status = ConnectionView['status']

/** What holds, and since when. */
interface Standing<S> {
  status: S
  sinceMs: number
}

interface State {
  calls: Standing<Status>
  login: Standing<TokenState>
  lastProblem: GatewayError | undefined
}

/** Failures that say something about the connection itself; others are about one request. */
const STATUS_OF: Partial<Record<GatewayError['kind'], Status>> = {
  connection_unauthorized: 'needs_authorization',
  vendor_rate_limited: 'limited',
  connection_forbidden: 'failing',
  connection_misconfigured: 'failing',
  vendor_error: 'failing',
  bad_vendor_response: 'failing',
  vendor_unavailable: 'failing',
  vendor_timeout: 'failing',
}

/** How connections are doing, from the calls this process made and how the login stands. */
export interface Health {
  note(event: CallEvent): void
  view(connection: Connection): Promise<ConnectionView>
}

export function createHealth(permits: PermitStore, loginState: (connection: Connection) => Promise<TokenState>, clock: Clock): Health {
  // By the object, so that a connection that was changed begins anew.
  const states = new WeakMap<Connection, State>()

  function beginning(): State {
    const sinceMs = clock.wall()
    return { calls: { status: 'ok', sinceMs }, login: { status: 'ok', sinceMs }, lastProblem: undefined }
  }

  const stateOf = (connection: Connection) => remembered(states, connection, beginning)

  function turn<S>(standing: Standing<S>, status: S): void {
    if (standing.status === status) return
    standing.status = status
    standing.sinceMs = clock.wall()
  }

  async function budget(connection: Connection): Promise<ConnectionView['budget']> {
    const limit = connection.limits.requests
    try {
      const { remaining, resetsInMs } = await permits.status(budgetOf(connection))
      return { limit, remaining, resetsAt: resetsInMs > 0 ? new Date(clock.wall() + resetsInMs).toISOString() : null }
    } catch {
      return { limit, remaining: null, resetsAt: null }
    }
  }

  return {
    note({ call, error }) {
      const status = error ? STATUS_OF[error.kind] : 'ok'
      if (!status) return
      const state = stateOf(call.connection)
      // What the vendor did tells more than that it is left alone for it.
      if (error && (error.origin === 'vendor' || state.calls.status !== status)) state.lastProblem = error
      turn(state.calls, status)
    },
    async view(connection) {
      const { calls, login, lastProblem } = stateOf(connection)
      turn(login, await loginState(connection))
      // Without a login no call tells anything.
      const { status, sinceMs } = login.status === 'ok' ? calls : login
      return {
        id: connection.id,
        vendor: connection.vendor.id,
        label: connection.label,
        status,
        since: new Date(sinceMs).toISOString(),
        lastProblem: lastProblem ? problemOf(lastProblem) : null,
        budget: await budget(connection),
      }
    },
  }
}
