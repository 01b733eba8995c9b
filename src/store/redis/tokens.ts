import type { TokenStore } from '../../kernel/tokens.ts'
import { type Client, guarded, keyOf, run, script } from './script.ts'

// KEYS: record. ARGV: version, sealed. Compare and set on the version.
const WRITE = `local version = tonumber(redis.call('HGET', KEYS[1], 'version') or 0)
if version ~= tonumber(ARGV[1]) - 1 then return 0 end
redis.call('HSET', KEYS[1], 'version', ARGV[1], 'sealed', ARGV[2])
return 1`

// KEYS: lease. ARGV: owner, life. The same owner may ask again: its first answer may have been lost.
const LEASE = `local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`

const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`

const SCRIPTS = {
  write: script(WRITE, 1),
  lease: script(LEASE, 1),
  release: script(RELEASE, 1),
}

/** Tokens that all processes on one Redis share. */
export function redisTokens(client: Client): TokenStore {
  return {
    async read(key) {
      const [version, sealed] = await guarded(client.hmget(keyOf('token', key), 'version', 'sealed'))
      return version && sealed ? { version: Number(version), sealed } : null
    },
    async write(key, { version, sealed }) {
      return (await run<number>(client, SCRIPTS.write, keyOf('token', key), version, sealed)) === 1
    },
    async lease(key, owner, ttlMs) {
      return (await run<number>(client, SCRIPTS.lease, keyOf('lease', key), owner, ttlMs)) === 1
    },
    async release(key, owner) {
      await run(client, SCRIPTS.release, keyOf('lease', key), owner)
    },
    async remove(key) {
      await guarded(client.del(keyOf('token', key)))
    },
  }
}
