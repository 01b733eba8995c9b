import { GatewayError } from '../../kernel/errors.ts'
import { STANDS_WELL, type Standing, type TokenStore } from '../../kernel/tokens/store.ts'
import { type Client, guarded, keyOf, NOW, run, type Script, script } from './script.ts'

/** The client gives a command up after 200 ms; a Redis that was frozen meanwhile must not do it later. */
const GIVEN_UP_MS = 200

// Each answers with Redis' time and what it did; ARGV[1] is the moment after which nothing may be done any more. -1: it came too late.
const TIMELY = `${NOW} if now > tonumber(ARGV[1]) then return {now, -1} end`

// KEYS: record. Redis' time, version, sealed, standing.
const READ = `${NOW} local kept = redis.call('HMGET', KEYS[1], 'version', 'sealed', 'standing')
return {now, kept[1], kept[2], kept[3]}`

// KEYS: record. ARGV: not after, version, sealed, version now. Compare and set on the version.
const WRITE = `${TIMELY}
if (redis.call('HGET', KEYS[1], 'version') or '0') ~= ARGV[4] then return {now, 0} end
redis.call('HSET', KEYS[1], 'version', ARGV[2], 'sealed', ARGV[3])
redis.call('HDEL', KEYS[1], 'standing')
return {now, 1}`

// KEYS: record, lease. ARGV: not after, version, standing, owner. Only for who has the lease, about the version it was begun with.
const NOTE = `${TIMELY}
if redis.call('GET', KEYS[2]) ~= ARGV[4] or (redis.call('HGET', KEYS[1], 'version') or '0') ~= ARGV[2] then return {now, 0} end
redis.call('HSET', KEYS[1], 'standing', ARGV[3])
return {now, 1}`

// KEYS: lease. ARGV: not after, owner, life. The same owner may ask again: its first answer may have been lost.
const LEASE = `${TIMELY}
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[2] then return {now, 0} end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return {now, 1}`

const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`

// KEYS: record. ARGV: not after, sealed now, sealed anew.
const RESEAL = `${TIMELY}
if redis.call('HGET', KEYS[1], 'sealed') ~= ARGV[2] then return {now, 0} end
redis.call('HSET', KEYS[1], 'sealed', ARGV[3])
return {now, 1}`

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
  /** Redis' clock beyond ours. Ahead by the way there at most, so that what is in time never counts as late. */
  let ahead: number | undefined

  async function timed<T extends unknown[]>(command: Script, keys: string[], values: (string | number)[]): Promise<[number, ...T]> {
    const askedAt = performance.now()
    const answer = await run<[number, ...T]>(client, command, ...keys, ...values)
    ahead = answer[0] - askedAt
    return answer
  }

  /** Runs what must be done soon or not at all. */
  async function timely(command: Script, keys: string[], values: (string | number)[]): Promise<boolean> {
    if (ahead === undefined) {
      const askedAt = performance.now()
      const [seconds = 0, microseconds = 0] = await guarded(client.time())
      ahead = Number(seconds) * 1_000 + Number(microseconds) / 1_000 - askedAt
    }
    const notAfter = Math.ceil(performance.now() + ahead + GIVEN_UP_MS)
    const [, done] = await timed<[number]>(command, keys, [notAfter, ...values])
    if (done >= 0) return done === 1
    throw new GatewayError('vendor_unavailable', { retryAfterMs: 1_000, message: 'The store that instances share answers too late.' })
  }

  return {
    async read(login) {
      const [now, version, sealed, standing] = await timed<(string | null)[]>(SCRIPTS.read, [tokenOf(login)], [])
      return {
        now,
        record: version && sealed ? { version: Number(version), sealed } : null,
        standing: standing ? (JSON.parse(standing) as Standing) : STANDS_WELL,
      }
    },
    write: (login, { version, sealed }, after) => timely(SCRIPTS.write, [tokenOf(login)], [version, sealed, after]),
    note: (login, version, standing, owner) =>
      timely(SCRIPTS.note, [tokenOf(login), leaseOf(login)], [version, JSON.stringify(standing), owner]),
    lease: (login, owner, ttlMs) => timely(SCRIPTS.lease, [leaseOf(login)], [owner, ttlMs]),
    async release(login, owner) {
      await run(client, SCRIPTS.release, leaseOf(login), owner)
    },
    async *all() {
      for await (const key of keysLike(client, tokenOf('*'))) {
        const [version, sealed] = await guarded(client.hmget(key, 'version', 'sealed'))
        if (version && sealed) yield [key.slice(key.indexOf('{') + 1, key.indexOf('}')), { version: Number(version), sealed }]
      }
    },
    reseal: (login, { sealed }, anew) => timely(SCRIPTS.reseal, [tokenOf(login)], [sealed, anew]),
  }
}
