import type { Clock } from './clock.ts'
import type { Connection } from './connection.ts'
import { type Budget, blockOf, budgetOf, type PermitStore, type Taken } from './permits.ts'

/** Of budgets above this size a share is left to whoever cannot wait: of small ones the next permit is never far. */
const LARGE = 20
const SHARE_LEFT = 0.06

/** What those who can wait may use of a connection's budget. */
function patientBudget(connection: Connection): Budget {
  const budget = budgetOf(connection)
  const left = budget.requests > LARGE ? Math.floor(budget.requests * SHARE_LEFT) : 0
  return { ...budget, requests: budget.requests - left }
}

/** Looked at again after this, whatever the wait: the budget may have been given back. */
const MOST_WAIT_MS = 15_000

/**
 * A permit, however long it takes. It is taken only when it can be had at once, never reserved ahead, so that requests with a deadline go first.
 * Rejects when the signal is aborted.
 */
export async function patientPermit(
  permits: PermitStore,
  clock: Clock,
  connection: Connection,
  signal: AbortSignal | undefined,
): Promise<Taken> {
  const budget = patientBudget(connection)
  const block = connection.vendor.limits.block && blockOf(connection.vendor)
  for (;;) {
    signal?.throwIfAborted()
    const blockedForMs = block ? (await permits.status(block)).closedForMs : 0
    const at = clock.now()
    const permit = blockedForMs > 0 ? { granted: false as const, waitMs: blockedForMs } : await permits.take(budget, 0)
    if (permit.granted) return { at, remaining: permit.remaining }
    await clock.sleep(Math.min(Math.max(1, permit.waitMs), MOST_WAIT_MS), signal)
  }
}
