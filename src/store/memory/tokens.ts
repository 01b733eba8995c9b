import type { Clock } from '../../kernel/clock.ts'
import { type Credential, STANDS_WELL, type TokenStore } from '../../kernel/tokens/store.ts'

const NOTHING: Credential = { record: null, standing: STANDS_WELL }

/** Tokens of one process. `onWrite` is told of each change and may make it last; it is durable once that is done. */
export function memoryTokens(
  clock: Clock,
  credentials = new Map<string, Credential>(),
  onWrite = async (_login: string, _credential: Credential) => {},
): TokenStore {
  const leases = new Map<string, { owner: string; until: number }>()
  // Set once: a machine whose time is put right must not end tokens, or make them live longer.
  const startedAt = clock.wall() - clock.now()
  const of = (login: string) => credentials.get(login) ?? NOTHING
  const versionOf = (login: string) => of(login).record?.version ?? 0
  const isLeased = (login: string, owner: string) => leases.get(login)?.owner === owner && leases.get(login)!.until > clock.now()

  async function put(login: string, credential: Credential): Promise<true> {
    credentials.set(login, credential)
    await onWrite(login, credential)
    return true
  }

  return {
    async read(login) {
      return { ...of(login), now: startedAt + clock.now() }
    },
    async write(login, record, after) {
      return versionOf(login) === after && put(login, { record, standing: STANDS_WELL })
    },
    async note(login, version, standing, owner) {
      return versionOf(login) === version && isLeased(login, owner) && put(login, { ...of(login), standing })
    },
    async lease(login, owner, ttlMs) {
      const held = leases.get(login)
      if (held && held.owner !== owner && held.until > clock.now()) return false
      leases.set(login, { owner, until: clock.now() + ttlMs })
      return true
    },
    async release(login, owner) {
      if (leases.get(login)?.owner === owner) leases.delete(login)
    },
    async *all() {
      for (const [login, { record }] of [...credentials]) if (record) yield [login, record]
    },
    async reseal(login, record, sealed) {
      if (of(login).record?.sealed !== record.sealed) return false
      return put(login, { ...of(login), record: { ...record, sealed } })
    },
  }
}
