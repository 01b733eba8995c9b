import { randomUUID } from 'node:crypto'
import type { ConnectionRecord, ConnectionStore } from '../../kernel/made.ts'
import { type Client, guarded, keyOf, run, script } from './script.ts'

// KEYS: records, revision. ARGV: id, version, record, new revision. Compare and set on the version.
const WRITE = script(
  `local known = redis.call('HGET', KEYS[1], ARGV[1])
local version = known and cjson.decode(known).version or 0
if version ~= tonumber(ARGV[2]) - 1 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('SET', KEYS[2], ARGV[4])
return 1`,
  2,
)

// KEYS: records. ARGV: id, sealed now, record sealed anew. No new revision: nothing that anybody knows has changed.
const RESEAL = script(
  `local known = redis.call('HGET', KEYS[1], ARGV[1])
if not known or cjson.decode(known).sealed ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`,
  1,
)

const RECORDS = keyOf('made', 'connections')
const REVISION = keyOf('revision', 'connections')

/** Connections that all processes on one Redis share. */
export function redisConnections(client: Client): ConnectionStore {
  return {
    isShared: true,
    // Made up for each change: a counter could come to the same number again in a Redis that was emptied.
    revision: async () => (await guarded(client.get(REVISION))) ?? '',
    async readAll() {
      const all = await guarded(client.hgetall(RECORDS))
      return new Map(Object.entries(all).map(([id, text]) => [id, JSON.parse(text) as ConnectionRecord]))
    },
    async write(id, record) {
      return (await run<number>(client, WRITE, RECORDS, REVISION, id, record.version, JSON.stringify(record), randomUUID())) === 1
    },
    async reseal(id, record, sealed) {
      return (await run<number>(client, RESEAL, RECORDS, id, record.sealed, JSON.stringify({ ...record, sealed }))) === 1
    },
  }
}
