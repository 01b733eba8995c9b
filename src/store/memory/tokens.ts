import type { Clock } from '../../kernel/clock.ts'
import type { TokenRecord, TokenStore } from '../../kernel/tokens.ts'

/** Tokens of one process. `onWrite` is told of each record and may make it last; it is durable once that is done. */
export function memoryTokens(
  clock: Clock,
  records = new Map<string, TokenRecord>(),
  onWrite = async (_records: Map<string, TokenRecord>) => {},
): TokenStore {
  const leases = new Map<string, { owner: string; until: number }>()
  return {
    async read(key) {
      return records.get(key) ?? null
    },
    async write(key, record) {
      if ((records.get(key)?.version ?? 0) !== record.version - 1) return false
      records.set(key, record)
      await onWrite(records)
      return true
    },
    async lease(key, owner, ttlMs) {
      const held = leases.get(key)
      if (held && held.owner !== owner && held.until > clock.now()) return false
      leases.set(key, { owner, until: clock.now() + ttlMs })
      return true
    },
    async release(key, owner) {
      if (leases.get(key)?.owner === owner) leases.delete(key)
    },
    async remove(key) {
      records.delete(key)
      await onWrite(records)
    },
  }
}
