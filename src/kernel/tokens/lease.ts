import { type Clock, every } from '../clock.ts'
import type { TokenStore } from './store.ts'
import type { TokenTimes } from './times.ts'

export interface Lease {
  /** False once it may have ended before a call that leaves now is answered and stored. */
  isFresh(): boolean
}

export interface LeaseOptions {
  store: TokenStore
  clock: Clock
  times: TokenTimes
  owner: string
}

/** Runs `work` under a lease that was had at `since`: renewed for as long as it takes, given back at its end. */
export async function underLease<T>(
  { store, clock, times, owner }: LeaseOptions,
  login: string,
  since: number,
  work: (lease: Lease) => Promise<T>,
): Promise<T> {
  const ended = new AbortController()
  let hadAt = since

  const renewing = every(clock, times.renewEveryMs, ended.signal, async () => {
    const askedAt = clock.now()
    // One that could not be renewed is not fresh for much longer: nothing else needs to know.
    if (await store.lease(login, owner, times.leaseMs).catch(() => false)) hadAt = askedAt
  })
  try {
    return await work({ isFresh: () => clock.now() < hadAt + times.marginMs })
  } finally {
    ended.abort()
    await renewing
    // A lease that cannot be given back ends by itself.
    await store.release(login, owner).catch(() => {})
  }
}
