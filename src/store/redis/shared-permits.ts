import type { Clock } from '../../kernel/clock.ts'
import { inTurns } from '../../kernel/in-turns.ts'
import { type Budget, type Permit, type PermitStore, WIDENING } from '../../kernel/permits.ts'
import { remembered } from '../../kernel/remembered.ts'
import { memoryPermits } from '../memory/permits.ts'
import type { Instances, Listener } from './instances.ts'
import { type RedisPermits, StateLost } from './permits.ts'

/** What a process counts alone it counts in a window that is so much longer. */
const CAUTION = 1.2
/** One process may see so much later than another that Redis is gone, or there again. */
const UNSEEN_MS = 1_000
/** Redis is back after longer: by then every process has entered what it gave without it. */
const SETTLE_MS = 3_000
/** Of a budget that was not used for so long nothing is held. */
const UNUSED_MS = 10 * 60_000

interface State {
  budget: Budget
  usedAt: number
  /** Something is held of it, from its first use on. */
  isHeld: boolean
  /** What it held when Redis went away: all there is until the shares begin. */
  allowance: number
}

/**
 * Permits that processes share, with or without Redis. Together, Redis decides. Alone, a process gives what it held back in Redis, and once all
 * that Redis gave is out of the window its share. Back again it enters what it gave, and after a longer absence asks both for a moment.
 * DESIGN.md has why no window ever holds more than the budget.
 */
export function sharedPermits(
  shared: RedisPermits,
  instances: Instances,
  clock: Clock,
  onTrouble: (message: string) => void,
): PermitStore & Listener {
  const own = memoryPermits(clock)
  /** What Redis gave to this process, should Redis forget it. */
  const given = memoryPermits(clock)
  const states = new Map<string, State>()
  let aloneSince: number | undefined
  let settledAt = Number.POSITIVE_INFINITY
  let hasLostState = false
  /** Changes whenever permits come from elsewhere: those that wait are then taken again. */
  let turns = 0

  function isAlone(): boolean {
    if (clock.now() >= settledAt) {
      aloneSince = undefined
      settledAt = Number.POSITIVE_INFINITY
    }
    return aloneSince !== undefined
  }
  const isSettling = () => isAlone() && settledAt < Number.POSITIVE_INFINITY

  function goAlone(isStateLost: boolean): void {
    hasLostState ||= isStateLost
    if (isAlone() && !isSettling()) return
    settledAt = Number.POSITIVE_INFINITY
    turns += 1
    if (aloneSince !== undefined) return
    aloneSince = clock.now()
    for (const state of states.values()) state.allowance = shared.held(state.budget)
    onTrouble('Redis cannot be used: this process keeps to its share of the limits')
  }

  function used(budget: Budget): State {
    const state = remembered(states, budget.key, (): State => ({ budget, usedAt: 0, isHeld: false, allowance: 0 }))
    state.usedAt = clock.now()
    return state
  }

  const narrow = (budget: Budget, requests = budget.requests): Budget => ({ ...budget, requests, windowMs: budget.windowMs * CAUTION })
  // Twice: whoever saw it late and is back before has to find that nobody has begun.
  const sharesFrom = (budget: Budget) => aloneSince! + budget.windowMs * CAUTION + 2 * UNSEEN_MS
  const shareOf = (budget: Budget) => Math.max(1, Math.floor(budget.requests / instances.count()))

  function allowanceOf(budget: Budget): number {
    const share = shareOf(budget)
    return clock.now() >= sharesFrom(budget) ? share : Math.min(share, used(budget).allowance)
  }

  /** A moment that has just passed is one to wait for too: nothing was counted for now. */
  const until = (moment: number) => Math.max(1, moment - clock.now())

  async function takeAlone(budget: Budget, maxWaitMs: number): Promise<Permit> {
    const allowance = allowanceOf(budget)
    if (allowance > 0) return forNow(await own.take(narrow(budget, allowance), maxWaitMs))
    return { granted: false, waitMs: until(sharesFrom(budget)) }
  }

  function forNow(permit: Permit): Permit {
    const turn = turns
    return permit.granted ? { ...permit, isVoid: () => turn !== turns } : permit
  }

  /** What Redis answers; undefined where it cannot, or where this process has left it meanwhile. */
  async function asked<T>(question: () => Promise<T>): Promise<T | undefined> {
    const turn = turns
    try {
      const answer = await question()
      return turn === turns ? answer : undefined
    } catch (error) {
      goAlone(error instanceof StateLost)
      return undefined
    }
  }

  async function takeTogether(budget: Budget, maxWaitMs: number): Promise<Permit> {
    const permit = await asked(() => shared.take(budget, maxWaitMs))
    if (!permit) return takeAlone(budget, maxWaitMs)
    if (permit.granted) given.note(narrow(budget), clock.now() + permit.waitMs)
    return forNow(permit)
  }

  /** Both have to know the moment: who has to wait for the own share asks again then. */
  async function takeBoth(budget: Budget, maxWaitMs: number): Promise<Permit> {
    const ours = await takeAlone(budget, 0)
    if (ours.granted) return (await asked(() => shared.take(budget, maxWaitMs).then(forNow))) ?? ours
    const waitMs = Math.min(ours.waitMs, until(settledAt))
    return waitMs > maxWaitMs ? { granted: false, waitMs } : { granted: true, waitMs, remaining: 0, isVoid: () => true }
  }

  const budgets = () => [...states.values()].map(({ budget }) => budget)

  async function enter(budget: Budget): Promise<void> {
    const since = clock.now() - budget.windowMs * WIDENING
    const { closedForMs } = await own.status(narrow(budget))
    const alone = own.countSince(budget, Math.max(aloneSince!, since))
    if (!hasLostState && (await shared.enter(budget, alone, closedForMs))) return
    hasLostState = true
    shared.forget(budget)
    await shared.enter(budget, alone + given.countSince(budget, since), closedForMs)
  }

  async function comeBack(): Promise<void> {
    const awayMs = clock.now() - aloneSince!
    turns += 1
    const turn = turns
    // What is given while the rest is entered counts here and there.
    settledAt = Number.MAX_VALUE
    for (const state of states.values()) {
      state.isHeld = false
      if (hasLostState) shared.forget(state.budget)
    }
    await inTurns(budgets(), enter)
    // Redis went away again.
    if (turn !== turns) return
    // Where everyone only gave what is held in Redis anyway, Redis knows enough.
    const isShort = !hasLostState && awayMs < UNSEEN_MS
    settledAt = clock.now() + (isShort ? 0 : SETTLE_MS)
    hasLostState = false
    onTrouble('Redis can be used again')
  }

  async function hold(budget: Budget): Promise<void> {
    const closedForMs = await shared.hold(budget, shareOf(budget), instances.count() === 1)
    if (closedForMs > 0) await own.close(budget, closedForMs)
  }

  function forgetUnused(): void {
    const now = clock.now()
    for (const [key, { budget, usedAt }] of states) {
      if (usedAt > now - Math.max(UNUSED_MS, budget.windowMs * 2)) continue
      states.delete(key)
      shared.forget(budget)
    }
  }

  return {
    async take(budget, maxWaitMs) {
      const state = used(budget)
      // Before the permit: that is for a moment, and must not wait for an answer.
      if (!isAlone() && !state.isHeld) {
        state.isHeld = true
        await asked(() => hold(budget))
      }
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
      return status ?? own.status(narrow(budget, allowanceOf(budget)))
    },
    async onBeat(isFlushed) {
      if (isFlushed) goAlone(true)
      if (isSettling()) return
      if (isAlone()) return comeBack()
      forgetUnused()
      await inTurns(budgets(), hold)
    },
    onMissedBeat: () => goAlone(false),
  }
}
