import { type Call, isRead, type Layer } from '../call.ts'
import type { Clock } from '../clock.ts'
import type { GatewayError } from '../errors.ts'
import { asGatewayError } from '../errors.ts'
import { remembered } from '../remembered.ts'

const FIRST_BACKOFF_MS = 100
const BUDGET_SHARE = 0.1
const BUDGET_PER_MS = 1 / 10_000
const BUDGET_MOST = 10

/** Failures after which a read may work when it is asked again. */
const WORTH_REPEATING = new Set(['vendor_error', 'vendor_unavailable', 'vendor_timeout', 'bad_vendor_response', 'vendor_rate_limited'])

function repeatable(call: Call, error: GatewayError): boolean {
  if (error.exhausted || !error.retryable || !WORTH_REPEATING.has(error.kind)) return false
  if (error.unsent) return true
  if (error.kind === 'vendor_rate_limited') {
    // Without `upstream` it was our own limiter, which already knows that no permit comes in time.
    return error.upstream !== undefined && (isRead(call) || call.connection.vendor.limits.refusedBeforeExecution)
  }
  return isRead(call)
}

/**
 * Sends a second time where that is safe, once, within a budget of a tenth of the calls and one each 10 s for every connection.
 * The only place that decides to repeat; a POST whose bytes left is never repeated.
 */
export function retry(clock: Clock, random: () => number = Math.random): Layer {
  const budgets = new Map<string, { left: number; at: number }>()

  function budgetOf(call: Call) {
    const now = clock.now()
    const budget = remembered(budgets, call.connection.id, () => ({ left: 1, at: now }))
    budget.left = Math.min(BUDGET_MOST, budget.left + (now - budget.at) * BUDGET_PER_MS)
    budget.at = now
    return budget
  }

  return (next) => async (call) => {
    const budget = budgetOf(call)
    budget.left = Math.min(BUDGET_MOST, budget.left + BUDGET_SHARE)
    try {
      return await next(call)
    } catch (thrown) {
      const error = asGatewayError(thrown)
      if (!repeatable(call, error) || budget.left < 1) throw error
      // After a 429 the limiter closed the gate and waits or refuses by itself.
      const waitMs = error.kind === 'vendor_rate_limited' ? 0 : Math.max(error.retryAfterMs ?? 0, random() * FIRST_BACKOFF_MS)
      if (clock.now() + waitMs >= call.deadline) throw error
      budget.left -= 1
      if (waitMs > 0) await clock.sleep(waitMs, call.signal).catch(() => Promise.reject(error))
      return next(call)
    }
  }
}
