import type { Clock } from '../clock.ts'
import type { Seal } from '../seal.ts'
import type { TokenRecord } from './store.ts'

/** What a vendor gave, as it is sealed. */
export interface Pair {
  accessToken: string
  refreshToken: string | null
  /** Milliseconds of the store's clock. */
  endsAt: number
  lifeMs: number
}

/** A token as this process uses it. Times are milliseconds of `Clock.now`, which no one sets back. */
export interface Held {
  accessToken: string
  refreshToken: string | null
  version: number
  usableUntil: number
  /** When it is renewed in the background while it still serves. */
  refreshAt: number
}

/** Why a stored record cannot be used. */
export type Flaw = 'tampered' | 'missing_key'

/** Shares of a token's life: renewed in the background from here, and not used any more in the last part. */
const REFRESH_AT = 0.7
const REFRESH_SPREAD = 0.1
const USABLE_UNTIL = 0.98
const LAST_PART_MS = 10_000

/** What takes the place of a pair that was removed: versions go on, so that an older pair found elsewhere does not come back. */
export const REMOVED = null

/** A login is a digest of vendor, host and credentials: a record opens for its own, in its own version, and for no other. */
export const recordIsAbout = (login: string, version: number) => `${login}|${version}`

export const sealRecord = (seal: Seal, login: string, version: number, pair: Pair | typeof REMOVED): TokenRecord => ({
  version,
  sealed: seal.seal(JSON.stringify(pair), recordIsAbout(login, version)),
})

export function openRecord(seal: Seal, login: string, { version, sealed }: TokenRecord): Pair | typeof REMOVED | Flaw {
  const text = seal.open(sealed, recordIsAbout(login, version))
  if (text !== null) return JSON.parse(text)
  return seal.knows(sealed) ? 'tampered' : 'missing_key'
}

/** `ahead` is the store's clock beyond ours. */
export function heldOf({ accessToken, refreshToken, endsAt, lifeMs }: Pair, version: number, ahead: number, random: () => number): Held {
  const begunAt = endsAt - lifeMs - ahead
  return {
    accessToken,
    refreshToken,
    version,
    usableUntil: begunAt + Math.max(lifeMs * USABLE_UNTIL, lifeMs - LAST_PART_MS),
    refreshAt: begunAt + lifeMs * (REFRESH_AT + random() * REFRESH_SPREAD),
  }
}

export const isUsable = (held: Held, clock: Clock) => clock.now() < held.usableUntil
