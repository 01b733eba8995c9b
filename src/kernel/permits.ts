import type { Limits, Vendor } from './adapter.ts'
import type { Connection } from './connection.ts'
import { remembered } from './remembered.ts'

/** A rate limit that several callers share: at most `requests` in any `windowMs`. */
export interface Budget {
  /** Same login, same budget. Safe as a key. */
  key: string
  requests: number
  /** The vendor's window and the margin against jitter. */
  windowMs: number
}

export type Permit =
  | {
      granted: true
      waitMs: number
      /** Left in the window after this one. */
      remaining: number
      /** After the wait: whether another has to be taken, since those who gave it cannot keep to it. Absent: never. */
      isVoid?(): boolean
    }
  | { granted: false /** Until one could be had. */; waitMs: number }

/** A permit that somebody has: it is good for as long after its moment as the vendor's margin goes. */
export interface Taken {
  /** Of the clock; never later than what the store counted. */
  at: number
  /** Left in the window after this one. */
  remaining: number
}

/**
 * Grants permits in an exact sliding window: no window ever holds more than the budget. A permit is for a moment, now or after `waitMs`;
 * the caller waits once and then sends. Whoever gives up waiting loses the permit, which is safe.
 */
export interface PermitStore {
  /** Refuses at once, with the exact wait, when none comes within `maxWaitMs`. */
  take(budget: Budget, maxWaitMs: number): Promise<Permit>
  /** The vendor says that only `remaining` are left: others use the account too. Never raises the budget. */
  lower(budget: Budget, remaining: number): Promise<void>
  /** The vendor refused: nothing goes before `retryAfterMs`, or a whole window where it did not say. Answers with the wait. */
  close(budget: Budget, retryAfterMs: number | undefined): Promise<number>
  /** What could be had at once, when it is all there again, and how long the gate stays closed; whether the vendor refused lately. */
  status(budget: Budget): Promise<{ remaining: number; resetsInMs: number; closedForMs: number; isWidened: boolean }>
}

/** What a block by the vendor closes: everything that goes to it from here. Only its gate counts. */
export const blockOf = (vendor: Vendor): Budget => ({ key: `vendor-${vendor.id}`, requests: 1, windowMs: 1 })

/** After a refusal the window is wider by this factor for a while: our idea of the limit was wrong. */
export const WIDENING = 1.25
export const WIDENED_MS = 10 * 60_000

const budgets = new WeakMap<Connection, Budget>()

const budgetFor = ({ limits, login, vendor }: Connection): Budget => ({
  key: login,
  requests: limits.requests,
  windowMs: limits.perMs + vendor.limits.marginMs,
})

export const budgetOf = (connection: Connection): Budget => remembered(budgets, connection, budgetFor)

type Account = Pick<Connection, 'login' | 'limits'>

/** Those who share a login share its budget, which cannot keep to two limits: the first one's count. */
export function limitsByLogin(accounts: readonly Account[]): Map<string, Limits> {
  const limits = new Map<string, Limits>()
  for (const account of accounts) remembered(limits, account.login, () => account.limits)
  return limits
}

/** What is wrong with limits that are not those of their login. */
export function limitsFlaw({ login, limits }: Account, byLogin: ReadonlyMap<string, Limits>): string | null {
  const { requests, perMs } = byLogin.get(login) ?? limits
  if (requests === limits.requests && perMs === limits.perMs) return null
  return `must be ${requests} requests in ${perMs} ms, as other connections with the same credentials have`
}
