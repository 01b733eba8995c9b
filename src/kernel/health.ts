import type { ConnectionView } from '../contract/coverage.ts'
import type { Clock } from './clock.ts'
import type { Connection } from './connection.ts'
import type { GatewayError } from './errors.ts'
import type { CallEvent } from './layers/observe.ts'
import { budgetOf, type PermitStore } from './permits.ts'
import { problemOf } from './problem.ts'
import { remembered } from './remembered.ts'

type Status = ConnectionView['status']

interface State {
  status: Status
  sinceMs: number
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

/** How connections are doing, from the calls this process made. */
export interface Health {
  note(event: CallEvent): void
  view(connection: Connection): Promise<ConnectionView>
}

export function createHealth(permits: PermitStore, clock: Clock): Health {
  // By the object, so that a connection that was changed begins anew.
  const states = new WeakMap<Connection, State>()

  const stateOf = (connection: Connection) =>
    remembered(states, connection, (): State => ({ status: 'ok', sinceMs: clock.wall(), lastProblem: undefined }))

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
      if (error) state.lastProblem = error
      if (state.status === status) return
      state.status = status
      state.sinceMs = clock.wall()
    },
    async view(connection) {
      const { status, sinceMs, lastProblem } = stateOf(connection)
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
