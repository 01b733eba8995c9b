import type { Clock } from '../../kernel/clock.ts'
import { type Budget, type Permit, type PermitStore, WIDENING } from '../../kernel/permits.ts'
import { remembered } from '../../kernel/remembered.ts'
import { memoryPermits } from '../memory/permits.ts'
import type { Instances, Listener } from './instances.ts'
import { type RedisPermits, StateLost } from './permits.ts'

/** What a process counts alone it counts in a window that is so much longer. */
const CAUTION = 1.2
/** No permit is given for a moment further ahead: no request may wait longer. */
const LONGEST_WAIT_MS = 30_000
/** Redis is back: by then every process has entered what it gave without it. */
const SETTLE_MS = 3_000
/** A permit that others lent is taken again for so long after its moment, should Redis be gone. */
const LENT_SLACK_MS = 200
/** What a process holds back of a budget that it does not use is free after this. */
const UNUSED_MS = 10 * 60_000
const AT_ONCE = 100

interface State {
  budget: Budget
  usedAt: number
  /** Permits in any window from the moment Redis went away, until the shares begin. */
  allowance: number
}

/**
 * Permits that processes share, with or without Redis. Together, Redis decides, and every permit is noted here too. Alone, a process goes on
 * with the permits it has in the window and those it holds, and once all that Redis gave is past with its share. Back again it enters what
 * it gave meanwhile, and for a moment asks both. DESIGN.md has why no window ever holds more than the budget.
 */
export function sharedPermits(
  shared: RedisPermits,
  instances: Instances,
  clock: Clock,
  onTrouble: (message: string) => void,
): PermitStore & Listener {
  const own = memoryPermits(clock)
  const states = new Map<string, State>()
  let aloneSince: number | undefined
  let settledAt = Number.POSITIVE_INFINITY
  /** What was given for later moments may not be in Redis. */
  let notEnteredSince = 0

  function isAlone(): boolean {
    if (clock.now() >= settledAt) {
      aloneSince = undefined
      settledAt = Number.POSITIVE_INFINITY
    }
    return aloneSince !== undefined
  }
  const isSettling = () => isAlone() && settledAt < Number.POSITIVE_INFINITY

  function goAlone(hasLostAll: boolean): void {
    const now = clock.now()
    settledAt = Number.POSITIVE_INFINITY
    if (hasLostAll) notEnteredSince = Number.NEGATIVE_INFINITY
    if (aloneSince !== undefined) return
    aloneSince = now
    if (!hasLostAll) notEnteredSince = now
    for (const state of states.values()) {
      state.allowance = own.countSince(state.budget, now - state.budget.windowMs) + shared.held(state.budget)
    }
    onTrouble('Redis cannot be used: this process keeps to its share of the limits')
  }

  const used = (budget: Budget): State => {
    const state = remembered(states, budget.key, (): State => ({ budget, usedAt: 0, allowance: 0 }))
    state.usedAt = clock.now()
    return state
  }

  const narrow = (budget: Budget, requests = budget.requests): Budget => ({ ...budget, requests, windowMs: budget.windowMs * CAUTION })
  const sharesFrom = (budget: Budget) => aloneSince! + budget.windowMs * CAUTION + LONGEST_WAIT_MS

  /** Who is the only one knows all that was given. */
  function allowanceOf(budget: Budget): number {
    const share = Math.max(1, Math.floor(budget.requests / instances.count()))
    const hasShare = instances.count() === 1 || clock.now() >= sharesFrom(budget)
    return hasShare ? share : Math.min(share, used(budget).allowance)
  }

  async function takeAlone(budget: Budget, maxWaitMs: number): Promise<Permit> {
    const allowance = allowanceOf(budget)
    if (allowance === 0) return { granted: false, waitMs: sharesFrom(budget) - clock.now() }
    return own.take(narrow(budget, allowance), maxWaitMs)
  }

  /** What Redis answers; undefined where it could not, or this process does not go by Redis any more. */
  async function asked<T>(question: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await question()
      return isAlone() && !isSettling() ? undefined : answer
    } catch (error) {
      goAlone(error instanceof StateLost)
      return undefined
    }
  }

  async function takeTogether(budget: Budget, maxWaitMs: number): Promise<Permit> {
    const permit = await asked(() => shared.take(budget, maxWaitMs))
    if (!permit || isAlone()) return takeAlone(budget, maxWaitMs)
    if (permit.granted) own.note(narrow(budget), clock.now() + permit.waitMs)
    return permit
  }

  async function takeBoth(budget: Budget, maxWaitMs: number): Promise<Permit> {
    const ours = await takeAlone(budget, maxWaitMs)
    if (!ours.granted) return ours
    const permit = await asked(() => shared.take(budget, maxWaitMs))
    if (!permit?.granted) return permit ?? ours
    return { granted: true, waitMs: Math.max(ours.waitMs, permit.waitMs), remaining: Math.min(ours.remaining, permit.remaining) }
  }

  async function statusAlone(budget: Budget): Promise<Awaited<ReturnType<PermitStore['status']>>> {
    const status = await own.status(narrow(budget, allowanceOf(budget)))
    const lentFor = shared.lentUntil(budget) + LENT_SLACK_MS - performance.now()
    return { ...status, closedForMs: Math.max(status.closedForMs, lentFor) }
  }

  async function enterAll(): Promise<void> {
    const now = clock.now()
    await inTurns(async ({ budget }) => {
      const permits = own.countSince(budget, Math.max(notEnteredSince, now - budget.windowMs * WIDENING))
      const { closedForMs } = await own.status(narrow(budget))
      await shared.enter(budget, permits, closedForMs)
    })
  }

  /** Each budget that is in use, not all at once. */
  async function inTurns(work: (state: State) => Promise<void>): Promise<void> {
    const all = [...states.values()]
    for (let first = 0; first < all.length; first += AT_ONCE) await Promise.all(all.slice(first, first + AT_ONCE).map(work))
  }

  return {
    async take(budget, maxWaitMs) {
      used(budget)
      if (!isAlone()) return takeTogether(budget, maxWaitMs)
      return isSettling() ? takeBoth(budget, maxWaitMs) : takeAlone(budget, maxWaitMs)
    },
    async lower(budget, remaining) {
      const isByUs = isAlone()
      if (!isByUs || isSettling()) await asked(() => shared.lower(budget, remaining))
      if (isByUs) await own.lower(narrow(budget, allowanceOf(budget)), remaining)
    },
    async close(budget, retryAfterMs) {
      used(budget)
      const waitMs = !isAlone() || isSettling() ? await asked(() => shared.close(budget, retryAfterMs)) : undefined
      return own.close(budget, waitMs ?? retryAfterMs)
    },
    async status(budget) {
      used(budget)
      const status = isAlone() ? undefined : await asked(() => shared.status(budget))
      return status ?? statusAlone(budget)
    },
    async onBeat(isFlushed) {
      if (isFlushed) goAlone(true)
      if (isSettling()) return
      if (isAlone()) {
        await enterAll()
        settledAt = clock.now() + SETTLE_MS
        onTrouble('Redis can be used again')
        return
      }
      const now = clock.now()
      for (const [key, { budget, usedAt }] of states) {
        if (usedAt > now - Math.max(UNUSED_MS, budget.windowMs * 2)) continue
        states.delete(key)
        shared.forget(budget)
      }
      await inTurns(async ({ budget }) => {
        const closedForMs = await shared.hold(budget, Math.floor(budget.requests / instances.count()))
        if (closedForMs > 0) await own.close(budget, closedForMs)
      })
    },
    onMissedBeat: () => goAlone(false),
  }
}
