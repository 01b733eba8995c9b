/** A stored credential. `sealed` is bound to its login and version: a swapped or rolled-back one does not open. */
export interface TokenRecord {
  /** Only grows. */
  version: number
  sealed: string
}

/** A refresh that was begun with a token that its use spends. It holds no secret. */
export interface Attempt {
  /** SHA-256 of what it posts: tells whether a later one would post the same. */
  spends: string
  /** Milliseconds of the store's clock. */
  startedAt: number
  /** It repeats one whose outcome nobody knows; there is no third. */
  isLast: boolean
}

/** How a credential stands, told beside it so that every process knows what others began. */
export interface Standing {
  /** `refreshing` with nobody's lease: whoever began it died. `unknown`: nobody knows whether the vendor did it. */
  state: 'ok' | 'refreshing' | 'unknown' | 'needs_reauth'
  attempt: Attempt | null
  /** Nobody asks the vendor before this, in milliseconds of the store's clock. */
  notBefore: number
}

export const STANDS_WELL: Standing = { state: 'ok', attempt: null, notBefore: 0 }

export interface Credential {
  record: TokenRecord | null
  standing: Standing
}

export interface Stored extends Credential {
  /** The store's clock, in milliseconds: one for all processes, whatever their own say. */
  now: number
}

/** Keeps sealed tokens for all processes that share it. It never sees a token. Fails with `vendor_unavailable` where it cannot be reached. */
export interface TokenStore {
  read(login: string): Promise<Stored>
  /** Where the stored version is `after` (0: none), whoever has the lease: what a vendor gave is not lost for a lease. The credential stands well then. */
  write(login: string, record: TokenRecord, after: number): Promise<boolean>
  /** Says how the credential stands; false where its version is another, or `owner` has the lease no more. */
  note(login: string, version: number, standing: Standing, owner: string): Promise<boolean>
  /** True when `owner` holds the right to refresh, until `ttlMs` or `release`. The same owner may ask again, and has it for longer. */
  lease(login: string, owner: string, ttlMs: number): Promise<boolean>
  release(login: string, owner: string): Promise<void>
  /** Every record, by login. */
  all(): AsyncIterable<[login: string, record: TokenRecord]>
  /** The same version under another seal; false where somebody wrote meanwhile. */
  reseal(login: string, record: TokenRecord, sealed: string): Promise<boolean>
}

/** What outlives this process beside the store. */
export interface Journal {
  logins(): Iterable<string>
  /** The newest that processes left here, this one included. */
  newest(login: string): TokenRecord | undefined
  /** Durable once it answers; rejects where it cannot be. */
  append(login: string, record: TokenRecord): Promise<void>
}
