import { createHash } from 'node:crypto'
import type { Cluster, Redis } from 'ioredis'
import { GatewayError } from '../../kernel/errors.ts'

export type Client = Redis | Cluster

/** All keys of one thing share a hash tag, and so a slot of a cluster. */
export const keyOf = (kind: string, key: string) => `gw:{${key}}:${kind}`

export interface Script {
  sha: string
  text: string
  keys: number
}

// The last argument, which a script never sees, is the moment until which its caller waits: a Redis that was frozen must not do it later.
const IN_TIME = `local seconds_and_micros = redis.call('TIME')
local now = seconds_and_micros[1] * 1000 + math.floor(seconds_and_micros[2] / 1000)
if now > tonumber(table.remove(ARGV)) then return redis.error_reply('LATE nobody waits for it') end
`

/** A script knows `now`: Redis' own time in milliseconds, so that processes with other clocks agree. */
export function script(text: string, keys: number): Script {
  const whole = IN_TIME + text
  return { text: whole, keys, sha: createHash('sha1').update(whole).digest('hex') }
}

/** Beyond the client's commandTimeout: what the way there may differ from the way back. */
const WAITED_FOR_MS = 300
const FOR_EVER = Number.MAX_SAFE_INTEGER

/** What Redis' clock is ahead of `performance.now()`, once a heartbeat has told it. */
const clocks = new WeakMap<Client, number>()

export function setRedisClock(client: Client, redisMs: number, now: number): void {
  clocks.set(client, redisMs - now)
}

/** Runs a script that is good at any time; for all others there is `run`. */
export async function runEvenLate<T>(client: Client, script: Script, ...keysAndArguments: (string | number)[]): Promise<T> {
  return evaluate(client, script, FOR_EVER, keysAndArguments)
}

/** Runs a script by its digest; a Redis that does not know it yet is given the text. What Redis could not do is `vendor_unavailable`. */
export async function run<T>(client: Client, script: Script, ...keysAndArguments: (string | number)[]): Promise<T> {
  const ahead = clocks.get(client)
  const notAfter = ahead === undefined ? FOR_EVER : Math.ceil(performance.now() + ahead + WAITED_FOR_MS)
  return evaluate(client, script, notAfter, keysAndArguments)
}

async function evaluate<T>(client: Client, { sha, text, keys }: Script, notAfter: number, rest: (string | number)[]): Promise<T> {
  try {
    return (await client.evalsha(sha, keys, ...rest, notAfter)) as T
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('NOSCRIPT')) {
      return guarded(client.eval(text, keys, ...rest, notAfter)) as Promise<T>
    }
    throw storeDown(error)
  }
}

export const guarded = <T>(work: Promise<T>): Promise<T> => work.catch((error) => Promise.reject(storeDown(error)))

/** The cause is left out on purpose: an error of the client carries the command with its arguments. */
const storeDown = (error: unknown) =>
  new GatewayError('vendor_unavailable', {
    retryAfterMs: 1_000,
    message: 'The store that instances share cannot be reached.',
    cause: new Error(error instanceof Error ? error.name : 'unknown'),
  })
