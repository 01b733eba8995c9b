import type { Grant } from '../adapter.ts'
import type { Clock } from '../clock.ts'
import type { Connection } from '../connection.ts'
import { GatewayError } from '../errors.ts'
import { remembered } from '../remembered.ts'
import type { Seal } from '../seal.ts'
import { type Flaw, type Held, heldOf, openRecord, type Pair, REMOVED, sealRecord } from './record.ts'
import { type Journal, STANDS_WELL, type Standing, type TokenRecord, type TokenStore } from './store.ts'

/** What went wrong with what is kept. */
export type KeepingTrouble = Flaw | 'rolled_back' | 'not_stored' | 'not_journaled'

export interface Seen {
  /** The stored one, whether it could be opened or not. */
  version: number
  held: Held | undefined
  standing: Standing
  flaw: Flaw | undefined
}

/** The newest token of each login, in this process, its journal and the store: whichever has an older one is given the newer. */
export interface Vault {
  /** What this process has, without asking anybody. */
  held(login: string): Held | undefined
  look(login: string): Promise<Seen>
  /** Keeps what a vendor gave, after version `after`. Fails only where another is in its place that cannot be opened. */
  keep(connection: Connection, grant: Grant, times: { askedAt: number; after: number }): Promise<Held>
  /** Puts a record that says nothing after version `after`. */
  remove(connection: Connection, after: number): Promise<void>
  /** The store's clock now, as far as it is known. */
  now(): number
  /** Gives the store what it does not have yet, or lost. */
  replay(): Promise<void>
  /** Resolves when nothing is left that only this process' memory has. */
  saved(): Promise<unknown>
  close(): void
}

export interface VaultOptions {
  store: TokenStore
  journal: Journal | undefined
  seal: Seal
  clock: Clock
  random: () => number
  onTrouble(reason: KeepingTrouble, login: string): void
}

interface Known {
  record: TokenRecord | undefined
  held: Held | undefined
  storedVersion: number
  isJournalRead: boolean
  saving: Promise<void> | undefined
}

const FIRST_RETRY_MS = 50
const MOST_RETRY_MS = 1_000

export function createVault({ store, journal, seal, clock, random, onTrouble }: VaultOptions): Vault {
  const logins = new Map<string, Known>()
  const closed = new AbortController()
  /** The store's clock beyond ours. */
  let ahead = clock.wall() - clock.now()

  const knownOf = (login: string) =>
    remembered(
      logins,
      login,
      (): Known => ({ record: undefined, held: undefined, storedVersion: 0, isJournalRead: false, saving: undefined }),
    )

  /** Takes over what is newer than what is known, where it opens. */
  function take(login: string, record: TokenRecord): Flaw | undefined {
    const known = knownOf(login)
    if (record.version < (known.record?.version ?? 0) || record.sealed === known.record?.sealed) return undefined
    const opened = openRecord(seal, login, record)
    if (typeof opened !== 'string') {
      known.record = record
      known.held = opened === REMOVED ? undefined : heldOf(opened, record.version, ahead, random)
      return undefined
    }
    onTrouble(opened, login)
    // Our own copy of the same version serves as well.
    return record.version === known.record?.version ? undefined : opened
  }

  async function look(login: string): Promise<Seen> {
    const known = knownOf(login)
    const storedBefore = known.storedVersion
    const { record, standing, now } = await store.read(login)
    ahead = now - clock.now()
    const version = record?.version ?? 0
    if (version < storedBefore) onTrouble('rolled_back', login)
    known.storedVersion = version
    const journaled = known.isJournalRead ? undefined : journal?.newest(login)
    known.isJournalRead = true
    if (journaled) take(login, journaled)
    const flaw = record ? take(login, record) : undefined
    if (known.record && known.record.version > version && (await store.write(login, known.record, version))) {
      known.storedVersion = known.record.version
      return { version: known.storedVersion, held: known.held, standing: STANDS_WELL, flaw }
    }
    return { version, held: known.held, standing, flaw }
  }

  async function save(login: string, known: Known): Promise<void> {
    for (let waitMs = FIRST_RETRY_MS; known.storedVersion < known.record!.version; waitMs = Math.min(waitMs * 2, MOST_RETRY_MS)) {
      await clock.sleep(waitMs, closed.signal)
      // Told when it began; what the store lacks it is given by looking.
      await look(login).catch(() => {})
    }
  }

  /** Goes on until the store has it, or the process ends. */
  function saveLater(login: string): void {
    const known = knownOf(login)
    known.saving ??= save(login, known)
      .catch(() => {})
      .finally(() => {
        known.saving = undefined
      })
  }

  async function put({ login, vendor, credentials }: Connection, after: number, pair: Pair | typeof REMOVED): Promise<void> {
    const known = knownOf(login)
    const record = sealRecord(seal, login, after + 1, pair)
    // What can be had again by logging in need not outlive the store. Nobody has the token before this.
    if (vendor.auth.rotates(credentials)) {
      await journal?.append(login, record).catch(() => onTrouble('not_journaled', login))
    }
    known.record = record
    known.held = pair === REMOVED ? undefined : heldOf(pair, record.version, ahead, random)
    try {
      if (await store.write(login, record, after)) known.storedVersion = record.version
      else await look(login)
    } catch {
      onTrouble('not_stored', login)
      saveLater(login)
    }
  }

  return {
    held: (login) => logins.get(login)?.held,
    look,
    now: () => clock.now() + ahead,

    async keep(connection, grant, { askedAt, after }) {
      const known = knownOf(connection.login)
      const lifeMs = grant.expiresInSeconds * 1_000
      const refreshToken = grant.refreshToken ?? known.held?.refreshToken ?? null
      await put(connection, after, { accessToken: grant.accessToken, refreshToken, endsAt: askedAt + ahead + lifeMs, lifeMs })
      if (known.held) return known.held
      throw new GatewayError('vendor_unavailable', { message: "The connection's token was removed meanwhile." })
    },

    remove: (connection, after) => put(connection, after, REMOVED),

    async replay() {
      for (const login of new Set([...(journal?.logins() ?? []), ...logins.keys()])) {
        await look(login)
      }
    },

    saved: () => Promise.all([...logins.values()].map(({ saving }) => saving)),
    close: () => closed.abort(),
  }
}
