import { DONE_MS, type Found, type IdempotencyStore, LEASE_MS, UNKNOWN_MS } from '../../kernel/idempotency.ts'
import { type Client, guarded, keyOf, run, script } from './script.ts'

// The record is a hash: state, owner, fingerprint, lease (until when, in Redis' time), answer. A claim that was not sent ends with its lease.

// ARGV: owner, fingerprint, lease, whether it may be sent again, how long an unknown one is kept. Answers {state, fingerprint, answer}.
const CLAIM = `local record = redis.call('HMGET', KEYS[1], 'state', 'fingerprint', 'lease', 'answer')
local lease = now + tonumber(ARGV[3])
local isLive = record[1] and tonumber(record[3]) > now
if not record[1] or (record[1] == 'claimed' and not isLive) then
  redis.call('HSET', KEYS[1], 'state', 'claimed', 'owner', ARGV[1], 'fingerprint', ARGV[2], 'lease', lease)
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return {'free'}
end
if record[1] == 'done' then return {'done', record[2], record[4]} end
if isLive then return {'busy', record[2]} end
if ARGV[4] == '0' or record[2] ~= ARGV[2] then return {'unknown', record[2]} end
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'lease', lease)
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return {'again'}`

const OWNED = `if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return 0 end`

// ARGV: owner, lease.
const RENEW = `${OWNED}
redis.call('HSET', KEYS[1], 'lease', now + tonumber(ARGV[2]))
if redis.call('HGET', KEYS[1], 'state') == 'claimed' then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1`

// ARGV: owner, lease, how long an unknown one is kept.
const MARK_SENT = `${OWNED}
redis.call('HSET', KEYS[1], 'state', 'sent', 'lease', now + tonumber(ARGV[2]))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`

// ARGV: owner, state, answer, how long it is kept.
const SETTLE = `${OWNED}
redis.call('HSET', KEYS[1], 'state', ARGV[2], 'lease', 0, 'answer', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1`

const RELEASE = `${OWNED}
return redis.call('DEL', KEYS[1])`

const SCRIPTS = {
  claim: script(CLAIM, 1),
  renew: script(RENEW, 1),
  markSent: script(MARK_SENT, 1),
  settle: script(SETTLE, 1),
  release: script(RELEASE, 1),
}

/** Keyed writes that all processes on one Redis share. */
export function redisIdempotency(client: Client): IdempotencyStore {
  const key = (name: string) => keyOf('idempotency', name)
  return {
    async claim(name, { owner, fingerprint, sendsAgain }) {
      const again = sendsAgain ? 1 : 0
      const found = await run<string[]>(client, SCRIPTS.claim, key(name), owner, fingerprint, LEASE_MS, again, UNKNOWN_MS)
      const [state, theirs, answer] = found
      return (theirs === undefined ? { state } : { state, fingerprint: theirs, answer }) as Found
    },
    async has(name) {
      return (await guarded(client.exists(key(name)))) === 1
    },
    async renew(name, owner) {
      return (await run<number>(client, SCRIPTS.renew, key(name), owner, LEASE_MS)) === 1
    },
    async markSent(name, owner) {
      return (await run<number>(client, SCRIPTS.markSent, key(name), owner, LEASE_MS, UNKNOWN_MS)) === 1
    },
    async settle(name, owner, answer) {
      const kept = answer === null ? (['sent', '', UNKNOWN_MS] as const) : (['done', answer, DONE_MS] as const)
      await run(client, SCRIPTS.settle, key(name), owner, ...kept)
    },
    async release(name, owner) {
      await run(client, SCRIPTS.release, key(name), owner)
    },
  }
}
