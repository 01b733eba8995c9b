import { type Bulkhead, createBulkhead } from '../bulkhead.ts'
import type { Answer, Call, Layer } from '../call.ts'
import type { Clock } from '../clock.ts'
import { asGatewayError, GatewayError } from '../errors.ts'
import { type Budget, blockOf, budgetOf, type Permit, type PermitStore } from '../permits.ts'

function remainingOf(call: Call, answer: Answer): number | undefined {
  const name = call.connection.vendor.limits.remainingHeader
  const value = name && answer.headers[name]
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : undefined
}

/** A timer may wake so early; a gate that opens this soon is our own permit's. */
const EARLY_MS = 25

const refusal = (message: string, retryAfterMs: number) =>
  new GatewayError('vendor_rate_limited', { origin: 'vendor', retryAfterMs, message })

/**
 * Takes a slot and a permit for every attempt, waits for them as long as the deadline allows, and lets what the vendor says lower the budget.
 * The slot comes first: a permit is for a moment, and who waited for a slot past it would be one too many in the vendor's window.
 */
export function limit(permits: PermitStore, clock: Clock, bulkhead: Bulkhead = createBulkhead(clock)): Layer {
  async function pause(call: Call, ms: number): Promise<void> {
    call.trace.waitedMs += ms
    await clock.sleep(ms, call.signal).catch(() => Promise.reject(call.signal?.reason))
  }

  /** Until the call holds a slot and a permit for this very moment. */
  async function wait(call: Call, budget: Budget): Promise<number> {
    for (;;) {
      if (!bulkhead.tryEnter(call)) await bulkhead.enter(call)
      let permit: Permit
      try {
        permit = await permits.take(budget, call.deadline - clock.now())
      } catch (error) {
        bulkhead.leave(call)
        throw error
      }
      if (permit.granted && permit.waitMs === 0) return permit.remaining
      bulkhead.leave(call)
      if (!permit.granted) throw refusal("The vendor's rate limit leaves no room within this request's time.", permit.waitMs)
      const dueAt = clock.now() + permit.waitMs
      await pause(call, permit.waitMs)
      // The vendor may have refused somebody meanwhile: a permit is no way round a closed gate.
      const { closedForMs } = await permits.status(budget)
      // A process that slept past its moment would send into a window that others fill.
      const isLate = clock.now() > dueAt + call.connection.vendor.limits.marginMs
      if (closedForMs > EARLY_MS || isLate || permit.isVoid?.()) continue
      if (closedForMs > 0) await pause(call, closedForMs)
      if (bulkhead.tryEnter(call)) return permit.remaining
    }
  }

  /** A vendor that blocks everything from here is left alone by every connection until the block is over. */
  async function assertNotBlocked({ connection: { vendor } }: Call): Promise<void> {
    const { closedForMs } = await permits.status(blockOf(vendor))
    if (closedForMs > 0) throw refusal('The vendor blocks all calls from here for now.', closedForMs)
  }

  /** How long the vendor is to be left alone after this error; undefined where it is no refusal for coming too often. */
  async function refusedFor(call: Call, budget: Budget, error: GatewayError): Promise<number | undefined> {
    if (error.kind === 'vendor_rate_limited') return permits.close(budget, error.retryAfterMs)
    const { vendor } = call.connection
    const { block } = vendor.limits
    if (block?.status !== error.upstream?.status || !block || !(await permits.status(budget)).isWidened) return undefined
    return permits.close(blockOf(vendor), block.forMs)
  }

  return (next) => async (call) => {
    const budget = budgetOf(call.connection)
    if (call.connection.vendor.limits.block) await assertNotBlocked(call)
    // A permit that was taken ahead is for now: where no slot is free now, it is lost.
    const { permit } = call.trace
    call.trace.permit = undefined
    const ours = permit !== undefined && bulkhead.tryEnter(call) ? permit : await wait(call, budget)
    try {
      const answer = await next(call)
      const theirs = remainingOf(call, answer)
      // What the vendor did is done: a store that fails now must not make it a failure.
      if (theirs !== undefined && theirs < ours) await permits.lower(budget, theirs).catch(() => {})
      return answer
    } catch (thrown) {
      const error = asGatewayError(thrown)
      const waitMs = await refusedFor(call, budget, error)
      if (waitMs === undefined) throw error
      throw new GatewayError('vendor_rate_limited', {
        origin: 'vendor',
        message: error.message,
        upstream: error.upstream,
        retryAfterMs: waitMs,
        cause: error,
      })
    } finally {
      bulkhead.leave(call)
    }
  }
}
