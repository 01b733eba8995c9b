import { type ConnectionStore, connectionIsAbout } from './made.ts'
import { keyIdOf, type Seal } from './seal.ts'
import { recordIsAbout } from './tokens/record.ts'
import type { Journal, TokenStore } from './tokens/store.ts'

export interface SealedRecord {
  about: string
  sealed: string
  /** Compare and set: false where somebody wrote meanwhile, and so sealed it with the first key. */
  replace(sealed: string): Promise<boolean>
}

/** Records of one kind that are kept sealed; each kind that is added here is sealed anew like the others. */
export interface SealedRecords {
  kind: string
  seal: Seal
  all(): AsyncIterable<SealedRecord>
}

export interface Resealed {
  kind: string
  /** Records found, by the id of the key that had sealed them. */
  byKey: Record<string, number>
  resealed: number
  /** Their key is in the ring, and they do not open: they were changed. */
  tampered: number
  /** Their key is not in the ring. */
  missing: number
}

export const sealedTokens = (store: TokenStore, seal: Seal): SealedRecords => ({
  kind: 'tokens',
  seal,
  async *all() {
    for await (const [login, record] of store.all()) {
      const replace = (sealed: string) => store.reseal(login, record, sealed)
      yield { about: recordIsAbout(login, record.version), sealed: record.sealed, replace }
    }
  },
})

export const sealedConnections = (store: ConnectionStore, seal: Seal): SealedRecords => ({
  kind: 'connections',
  seal,
  async *all() {
    for (const [id, record] of await store.readAll()) {
      const replace = (sealed: string) => store.reseal(id, record, sealed)
      yield { about: connectionIsAbout(id, record.version), sealed: record.sealed, replace }
    }
  },
})

/** A process' own, and so only for that process to seal anew. */
export const sealedJournal = (journal: Journal, seal: Seal): SealedRecords => ({
  kind: 'journal',
  seal,
  async *all() {
    for (const login of [...journal.logins()]) {
      const record = journal.newest(login)
      if (!record) continue
      const replace = async (sealed: string) => {
        if (journal.newest(login)?.sealed !== record.sealed) return false
        await journal.append(login, { ...record, sealed })
        return true
      }
      yield { about: recordIsAbout(login, record.version), sealed: record.sealed, replace }
    }
  },
})

/** Seals anew with the first key what another one sealed, and counts; `replaces: false` only counts. */
export async function reseal({ kind, seal, all }: SealedRecords, { replaces }: { replaces: boolean }): Promise<Resealed> {
  const result: Resealed = { kind, byKey: {}, resealed: 0, tampered: 0, missing: 0 }
  for await (const { about, sealed, replace } of all()) {
    const id = keyIdOf(sealed)
    result.byKey[id] = (result.byKey[id] ?? 0) + 1
    if (!seal.knows(sealed)) {
      result.missing += 1
      continue
    }
    const text = seal.open(sealed, about)
    if (text === null) result.tampered += 1
    else if (replaces && !seal.isCurrent(sealed) && (await replace(seal.seal(text, about)))) result.resealed += 1
  }
  return result
}
