import { STANDS_WELL, type Standing, type TokenStore } from '../../kernel/tokens/store.ts'
import { type Client, guarded, keyOf, run, type Script, script } from './script.ts'

// KEYS: record. Redis' time, version, sealed, standing.
const READ = `local kept = redis.call('HMGET', KEYS[1], 'version', 'sealed', 'standing')
return {now, kept[1], kept[2], kept[3]}`

// KEYS: record. ARGV: version, sealed, version now. Compare and set on the version.
const WRITE = `if (redis.call('HGET', KEYS[1], 'version') or '0') ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], 'version', ARGV[1], 'sealed', ARGV[2])
redis.call('HDEL', KEYS[1], 'standing')
return 1`

// KEYS: record, lease. ARGV: version, standing, owner. Only for who has the lease, about the version it was begun with.
const NOTE = `if redis.call('GET', KEYS[2]) ~= ARGV[3] or (redis.call('HGET', KEYS[1], 'version') or '0') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'standing', ARGV[2])
return 1`

// KEYS: lease. ARGV: owner, life. The same owner may ask again: its first answer may have been lost.
const LEASE = `local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`

const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`

// KEYS: record. ARGV: sealed now, sealed anew.
const RESEAL = `if redis.call('HGET', KEYS[1], 'sealed') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'sealed', ARGV[2])
return 1`

const SCRIPTS = {
  read: script(READ, 1),
  write: script(WRITE, 1),
  note: script(NOTE, 2),
  lease: script(LEASE, 1),
  release: script(RELEASE, 1),
  reseal: script(RESEAL, 1),
}

const tokenOf = (login: string) => keyOf('token', login)
const leaseOf = (login: string) => keyOf('lease', login)

/** Keys by pattern, each at least once, on every node that has some. */
async function* keysLike(client: Client, pattern: string): AsyncIterable<string> {
  for (const node of 'nodes' in client ? client.nodes('master') : [client]) {
    let cursor = '0'
    do {
      const [next, keys] = await guarded(node.scan(cursor, 'MATCH', pattern, 'COUNT', 500))
      yield* keys
      cursor = next
    } while (cursor !== '0')
  }
}

/** Tokens that all processes on one Redis share. */
export function redisTokens(client: Client): TokenStore {
  const isDone = async (command: Script, keys: string[], ...values: (string | number)[]) =>
    (await run<number>(client, command, ...keys, ...values)) === 1

  return {
    async read(login) {
      const [now, version, sealed, standing] = await run<[number, ...(string | null)[]]>(client, SCRIPTS.read, tokenOf(login))
      return {
        now,
        record: version && sealed ? { version: Number(version), sealed } : null,
        standing: standing ? (JSON.parse(standing) as Standing) : STANDS_WELL,
      }
    },
    write: (login, { version, sealed }, after) => isDone(SCRIPTS.write, [tokenOf(login)], version, sealed, after),
    note: (login, version, standing, owner) =>
      isDone(SCRIPTS.note, [tokenOf(login), leaseOf(login)], version, JSON.stringify(standing), owner),
    lease: (login, owner, ttlMs) => isDone(SCRIPTS.lease, [leaseOf(login)], owner, ttlMs),
    async release(login, owner) {
      await run(client, SCRIPTS.release, leaseOf(login), owner)
    },
    async *all() {
      for await (const key of keysLike(client, tokenOf('*'))) {
        const [version, sealed] = await guarded(client.hmget(key, 'version', 'sealed'))
        if (version && sealed) yield [key.slice(key.indexOf('{') + 1, key.indexOf('}')), { version: Number(version), sealed }]
      }
    },
    reseal: (login, { sealed }, anew) => isDone(SCRIPTS.reseal, [tokenOf(login)], sealed, anew),
  }
}
