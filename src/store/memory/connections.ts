import type { ConnectionRecord, ConnectionStore } from '../../kernel/made.ts'

/** Connections of one process. `onWrite` may make them last; what it could not keep was not written. */
export function memoryConnections(
  records = new Map<string, ConnectionRecord>(),
  onWrite = async (_id: string, _record: ConnectionRecord) => {},
): ConnectionStore {
  let changes = 0

  async function put(id: string, record: ConnectionRecord): Promise<true> {
    const before = records.get(id)
    records.set(id, record)
    try {
      await onWrite(id, record)
    } catch (error) {
      if (before) records.set(id, before)
      else records.delete(id)
      throw error
    }
    return true
  }

  return {
    isShared: false,
    revision: async () => String(changes),
    readAll: async () => new Map(records),
    async write(id, record) {
      if ((records.get(id)?.version ?? 0) !== record.version - 1) return false
      await put(id, record)
      changes += 1
      return true
    },
    async reseal(id, record, sealed) {
      return records.get(id)?.sealed === record.sealed && put(id, { ...record, sealed })
    },
  }
}
