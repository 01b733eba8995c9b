import { createHash } from 'node:crypto'
import type { Cluster, Redis } from 'ioredis'
import { GatewayError } from '../../kernel/errors.ts'

export type Client = Redis | Cluster

/** All keys of one thing share a hash tag, and so a slot of a cluster. */
export const keyOf = (kind: string, key: string) => `gw:{${key}}:${kind}`

// Times are Redis' own, in milliseconds, so that processes with other clocks agree.
export const NOW = `local t = redis.call('TIME'); local now = t[1] * 1000 + math.floor(t[2] / 1000);`

export interface Script {
  sha: string
  text: string
  keys: number
}
export const script = (text: string, keys: number): Script => ({ text, keys, sha: createHash('sha1').update(text).digest('hex') })

/** Runs a script by its digest; a Redis that does not know it yet is given the text. What Redis could not do is `vendor_unavailable`. */
export async function run<T>(client: Client, { sha, text, keys }: Script, ...keysAndArguments: (string | number)[]): Promise<T> {
  try {
    return (await client.evalsha(sha, keys, ...keysAndArguments)) as T
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('NOSCRIPT')) {
      return guarded(client.eval(text, keys, ...keysAndArguments)) as Promise<T>
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
