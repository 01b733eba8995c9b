import type { ConnectionRecord, ConnectionStore } from '../../kernel/made.ts'

/** Connections of one process. `onWrite` may make them last; what it could not keep was not written. */
export function memoryConnections(
  records = new Map<string, ConnectionRecord>(),
  onWrite = async (_records: Map<string, ConnectionRecord>) => {},
): ConnectionStore {
  let changes = 0
  return {
    revision: async () => String(changes),
    readAll: async () => new Map(records),
    async write(id, record) {
      const before = records.get(id)
      if ((before?.version ?? 0) !== record.version - 1) return false
      records.set(id, record)
      try {
        await onWrite(records)
      } catch (error) {
        if (before) records.set(id, before)
        else records.delete(id)
        throw error
      }
      changes += 1
      return true
    },
  }
}
