import { type Bulkhead, createBulkhead } from '../bulkhead.ts'
import type { Answer, Call, Layer } from '../call.ts'
import type { Clock } from '../clock.ts'
import { asGatewayError, GatewayError } from '../errors.ts'
import { type Budget, blockOf, budgetOf, type Permit, type PermitStore, type Taken } from '../permits.ts'

function remainingOf(call: Call, answer: Answer): number | undefined {
  const name = call.connection.vendor.limits.remainingHeader
  const value = name && answer.headers[name]
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : undefined
}

/** A timer may wake so early; a gate that opens this soon is our own permit's. */
const EARLY_MS = 25

/** A permit is for a moment, and the window is longer than the vendor's by what this allows it to be used late. */
const isPast = ({ connection: { vendor } }: Call, { at }: Taken, now: number) => now > at + vendor.limits.marginMs

const refusal = (message: string, retryAfterMs: number) =>
  new GatewayError('vendor_rate_limited', { origin: 'vendor', retryAfterMs, message })

/**
 * Takes a slot and a permit for every attempt, waits for them as long as the deadline allows, and lets what the vendor says lower the budget.
 * The slot comes first: a permit is for a moment, and who waited for a slot past it would be one too many in the vendor's window. So would who
 * waited for a socket: the permit is looked at again when the first byte is about to leave, and one that is too old by then is taken anew.
 */
export function limit(permits: PermitStore, clock: Clock, bulkhead: Bulkhead = createBulkhead(clock)): Layer {
  async function pause(call: Call, ms: number): Promise<void> {
    call.trace.waitedMs += ms
    await clock.sleep(ms, call.signal).catch(() => Promise.reject(call.signal?.reason))
  }

  /** Until the call holds a slot and a permit for this very moment. */
  async function wait(call: Call, budget: Budget): Promise<Taken> {
    for (;;) {
      if (!bulkhead.tryEnter(call)) await bulkhead.enter(call)
      const askedAt = clock.now()
      let permit: Permit
      try {
        permit = await permits.take(budget, call.deadline - askedAt)
      } catch (error) {
        bulkhead.leave(call)
        throw error
      }
      const at = askedAt + permit.waitMs
      if (permit.granted && permit.waitMs === 0) return { at, remaining: permit.remaining }
      bulkhead.leave(call)
      if (!permit.granted) throw refusal("The vendor's rate limit leaves no room within this request's time.", permit.waitMs)
      const taken = { at, remaining: permit.remaining }
      await pause(call, permit.waitMs)
      // The vendor may have refused somebody meanwhile: a permit is no way round a closed gate.
      const { closedForMs } = await permits.status(budget)
      // A process that slept past its moment would send into a window that others fill.
      if (closedForMs > EARLY_MS || isPast(call, taken, clock.now()) || permit.isVoid?.()) continue
      if (closedForMs > 0) await pause(call, closedForMs)
      if (bulkhead.tryEnter(call)) return taken
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

  /** The error as the client has it; the gate is closed where it says so. */
  async function judged(call: Call, budget: Budget, thrown: unknown): Promise<GatewayError> {
    const error = asGatewayError(thrown)
    const waitMs = await refusedFor(call, budget, error)
    if (waitMs === undefined) return error
    return new GatewayError('vendor_rate_limited', {
      origin: 'vendor',
      message: error.message,
      upstream: error.upstream,
      retryAfterMs: waitMs,
      cause: error,
    })
  }

  return (next) => async (call) => {
    const budget = budgetOf(call.connection)
    if (call.connection.vendor.limits.block) await assertNotBlocked(call)
    // A permit that was taken ahead is for now: where it is too old, or no slot is free, it is lost.
    const ahead = call.trace.permit
    call.trace.permit = undefined
    const isGood = ahead !== undefined && !isPast(call, ahead, clock.now()) && bulkhead.tryEnter(call)
    let ours = isGood ? ahead : await wait(call, budget)
    let isTooLate = false
    const leaving: Call = {
      ...call,
      mayLeave() {
        if (call.mayLeave?.() === false) return false
        isTooLate = isPast(call, ours, clock.now())
        return !isTooLate
      },
    }
    for (;;) {
      try {
        const answer = await next(leaving)
        const theirs = remainingOf(call, answer)
        // What the vendor did is done: a store that fails now must not make it a failure.
        if (theirs !== undefined && theirs < ours.remaining) await permits.lower(budget, theirs).catch(() => {})
        return answer
      } catch (thrown) {
        if (!isTooLate || call.signal?.aborted) throw await judged(call, budget, thrown)
      } finally {
        bulkhead.leave(call)
      }
      // It did not leave. The socket that it waited for is there now.
      isTooLate = false
      ours = await wait(call, budget)
    }
  }
}
