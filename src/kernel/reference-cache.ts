import type { Answer } from './call.ts'
import type { Clock } from './clock.ts'
import { asGatewayError } from './errors.ts'

/** What will do for whoever asks. */
export interface Wanted {
  /** How old an answer may be. */
  forMs: number
  /** Something was named that the answers before this moment lack: an older one will not do. */
  after?: number | undefined
}

/** Answers of vendors that hardly change, over all connections. */
export interface ReferenceCache {
  /**
   * The answer kept under the key, or that of one call, which all share who ask meanwhile. What fails is not kept, and each gets a failure of
   * their own; where only a newer answer was wanted, the older one serves on.
   */
  read(key: string, wanted: Wanted, call: () => Promise<Answer>): Promise<Answer>
}

interface Entry {
  answer: Promise<Answer>
  /** When it was asked for. */
  at: number
  until: number
  /** When it was last asked for because of something unknown. */
  renewedAt: number
}

const MOST_ENTRIES = 1_000

/** What stays unknown is not looked for again sooner: a record may name what the account has long deleted. */
const RENEWED_EVERY_MS = 30_000

export function createReferenceCache(clock: Clock): ReferenceCache {
  /** Those that were asked for first come first. */
  const entries = new Map<string, Entry>()

  const isYoung = ({ at }: Entry, { forMs }: Wanted) => clock.now() - at < forMs
  const isRecent = ({ at, renewedAt }: Entry, { after }: Wanted) =>
    after === undefined || at >= after || clock.now() - renewedAt < RENEWED_EVERY_MS

  function put(key: string, entry: Entry): void {
    entries.delete(key)
    for (const [oldest, { until }] of entries) {
      if (entries.size < MOST_ENTRIES && until > clock.now()) break
      entries.delete(oldest)
    }
    entries.set(key, entry)
  }

  function asked(older: Entry | undefined, { forMs }: Wanted, call: () => Promise<Answer>): Entry {
    const at = clock.now()
    const entry: Entry = { answer: call(), at, until: at + forMs, renewedAt: older ? at : Number.NEGATIVE_INFINITY }
    if (older) {
      entry.answer = entry.answer.catch(() => {
        entry.at = older.at
        return older.answer
      })
    }
    return entry
  }

  return {
    async read(key, wanted, call) {
      const known = entries.get(key)
      const young = known && isYoung(known, wanted) ? known : undefined
      const entry = young && isRecent(young, wanted) ? young : asked(young, wanted, call)
      if (entry !== young) put(key, entry)
      return entry.answer.catch((thrown) => {
        if (entries.get(key) === entry) entries.delete(key)
        // One call fails for all who wait for it: what is noted on one's failure must not show on another's.
        throw asGatewayError(thrown).copy()
      })
    },
  }
}
