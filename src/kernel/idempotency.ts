import { createHash, randomUUID } from 'node:crypto'
import type { OperationId } from '../contract/operations.ts'
import { type Clock, every } from './clock.ts'
import type { Connection } from './connection.ts'
import { placed } from './directory.ts'
import { GatewayError } from './errors.ts'
import type { Digests, Seal } from './seal.ts'

/** What a client is answered, and is answered again. */
export interface StoredAnswer {
  status: number
  headers: Readonly<Record<string, string>>
  body: string
}

/**
 * What stands under a name. `free`: nothing did, and the asker has it now. `again`: nobody knows what became of it, and the asker, who may send it
 * again, has it now. `busy`: somebody is at it. `unknown`: it was sent, and nobody knows what became of it.
 */
export type Found =
  | { state: 'free' | 'again' }
  | { state: 'busy' | 'unknown'; fingerprint: string }
  | { state: 'done'; fingerprint: string; answer: string }

export interface Claim {
  owner: string
  fingerprint: string
  /** A write whose outcome is unknown may be taken over, to be sent again. */
  sendsAgain: boolean
}

/**
 * Writes by name, kept for all processes: claimed → sent → done, or unknown. A claim that is not renewed for LEASE_MS is nobody's: one that was not
 * sent is forgotten, one that was sent is unknown. Only the owner changes a record. Throws GatewayError when the store cannot be reached.
 */
export interface IdempotencyStore {
  claim(name: string, claim: Claim): Promise<Found>
  has(name: string): Promise<boolean>
  /** False where the claim is no longer the owner's. */
  renew(name: string, owner: string): Promise<boolean>
  /** From now on it counts as sent. False where the claim is no longer the owner's: then nothing may be sent. */
  markSent(name: string, owner: string): Promise<boolean>
  /** Done, with its sealed answer; or, with null, unknown. */
  settle(name: string, owner: string, answer: string | null): Promise<void>
  /** As if it had never been. */
  release(name: string, owner: string): Promise<void>
}

export const LEASE_MS = 5_000
export const DONE_MS = 24 * 3_600_000
export const UNKNOWN_MS = 48 * 3_600_000

/** One write that a client gave a key. */
export interface KeyedWrite {
  /** Whose key it is, and for what: client, connection, method, route, key. */
  scope: readonly string[]
  /** All that makes the request what it is. */
  content: unknown
  destination: Destination
}

/** Where a write goes, and how somebody who does not know its outcome can learn it there. */
export interface Destination {
  connection: Connection
  operation: OperationId
  lookUp(): string
}

/** The write as the kernel sees it on its way. */
export interface Journal {
  /** A UUID that is the same whenever the client repeats its key with the same request. */
  readonly writeKey: string
  /** It may have been done when it was sent before: no failure of this sending proves that it was not. */
  readonly isRepeat: boolean
  /** Resolves once it is written down that the write may have left. Called before each sending that writes. */
  sending(): Promise<void>
}

/** A write that was claimed and has to be finished. */
export interface Claimed extends Journal {
  /** Notes what became of it. Never throws: the answer is true all the same. */
  finish(answer: StoredAnswer, problem: GatewayError | undefined): Promise<void>
}

export interface Idempotency {
  /** Claims a write, or finds the answer that it got before. Throws what a client has to be told instead. */
  open(write: KeyedWrite): Promise<Claimed | StoredAnswer>
}

export const isStored = (opened: Claimed | StoredAnswer): opened is StoredAnswer => 'body' in opened

/** What the vendor says of the request itself, and would say again. */
const VERDICTS = new Set(['vendor_rejected', 'conflict', 'not_found', 'gone'])

/** What is to be kept of a write. A failure that proves that nothing was done, and may pass, leaves nothing. */
function fateOf(problem: GatewayError | undefined, { isSent, isRepeat }: { isSent: boolean; isRepeat: boolean }) {
  if (!problem || problem.outcome === 'applied') return 'done'
  if (isRepeat) return 'unknown'
  if (!isSent) return 'released'
  if (problem.outcome === 'unknown') return 'unknown'
  return VERDICTS.has(problem.kind) ? 'done' : 'released'
}

/** The caller may repeat it with its key, and nothing is done twice. */
const inProgress = (message: string) => new GatewayError('idempotency_in_progress', { message, outcome: 'unknown', retryAfterMs: 1_000 })

/** JSON with members in one order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, member) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
}

/** A UUID (version 8: of our own making) that follows from a text. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-')
}

export interface IdempotencyOptions {
  store: IdempotencyStore
  /** Names and fingerprints: the key may be guessable, and so may a short body. */
  digests: Digests
  seal: Seal
  clock: Clock
  onTrouble(message: string): void
}

/** A name and a fingerprint, as one key of the ring makes them. */
interface Entry {
  name: string
  fingerprint: string
}

/** Writes that come with a key: each is done at most once, and its answer given again. */
export function createIdempotency({ store, digests, seal, clock, onTrouble }: IdempotencyOptions): Idempotency {
  /** Claims under the first key of the ring. What was begun before the keys were rotated stands under an older one. */
  async function claim(entries: readonly Entry[], owner: string, sendsAgain: boolean): Promise<{ entry: Entry; found: Found }> {
    const [first, ...older] = entries as [Entry, ...Entry[]]
    const take = ({ name, fingerprint }: Entry) => store.claim(name, { owner, fingerprint, sendsAgain })
    const found = await take(first)
    if (found.state !== 'free') return { entry: first, found }
    // Claimed before looking: of two processes that have the keys in another order at least one sees the other.
    for (const entry of older) {
      if (!(await store.has(entry.name))) continue
      await store.release(first.name, owner)
      const theirs = await take(entry)
      if (theirs.state !== 'free') return { entry, found: theirs }
      // The other one stepped back too: neither goes on.
      await store.release(entry.name, owner)
      throw inProgress('Another request with this Idempotency-Key came at the same time.')
    }
    return { entry: first, found }
  }

  function answerIn(found: Extract<Found, { fingerprint: string }>, { name, fingerprint }: Entry, lookUp: () => string): StoredAnswer {
    if (found.fingerprint !== fingerprint) {
      throw new GatewayError('idempotency_mismatch', {
        message: 'This Idempotency-Key came with another request before.',
        errors: [{ parameter: 'idempotency-key', detail: 'belongs to another request' }],
      })
    }
    if (found.state === 'busy') throw inProgress('The request with this Idempotency-Key has not ended yet.')
    const answer = found.state === 'done' ? seal.open(found.answer, name) : null
    if (answer !== null) return JSON.parse(answer) as StoredAnswer
    throw new GatewayError('outcome_unknown', {
      outcome: 'unknown',
      message: `Nobody knows whether the vendor did it, and it is not sent again. ${lookUp()}`,
    })
  }

  function keepLease(name: string, owner: string): AbortController {
    const stop = new AbortController()
    void every(clock, LEASE_MS / 3, stop.signal, async () => {
      // Until the next time the lease lasts.
      await store.renew(name, owner).catch(() => onTrouble('a key could not be renewed'))
    })
    return stop
  }

  function begun({ name, fingerprint }: Entry, owner: string, isRepeat: boolean): Claimed {
    const lease = keepLease(name, owner)
    let marked: Promise<boolean> | undefined
    return {
      writeKey: uuidOf(`${name} ${fingerprint}`),
      isRepeat,
      async sending() {
        marked ??= store.markSent(name, owner)
        if (!(await marked)) throw inProgress('Another request with this Idempotency-Key was faster.')
      },
      async finish(answer, problem) {
        lease.abort()
        const fate = fateOf(problem, { isSent: marked !== undefined, isRepeat })
        try {
          if (fate === 'released') await store.release(name, owner)
          else await store.settle(name, owner, fate === 'done' ? seal.seal(JSON.stringify(answer), name) : null)
        } catch {
          onTrouble(`a key could not be noted as ${fate}`)
        }
      },
    }
  }

  return {
    async open({ scope, content, destination: { connection, operation, lookUp } }) {
      const owner = randomUUID()
      const fingerprints = digests(canonical(content))
      const entries = digests(JSON.stringify(scope)).map((name, index) => ({ name, fingerprint: fingerprints[index]! }))
      try {
        const { entry, found } = await claim(entries, owner, connection.vendor.writesOncePerKey ?? false)
        return 'fingerprint' in found ? answerIn(found, entry, lookUp) : begun(entry, owner, found.state === 'again')
      } catch (thrown) {
        throw placed(thrown, connection, operation)
      }
    },
  }
}
