import { fileJournal } from '../file.ts'
import type { StoreOptions, Stores } from '../open.ts'
import { connectRedis, type RedisClient, redisReady } from './client.ts'
import { redisConnections } from './connections.ts'
import { redisIdempotency } from './idempotency.ts'
import { watchInstances } from './instances.ts'
import { redisOnce } from './once.ts'
import { redisPermits } from './permits.ts'
import { sharedPermits } from './shared-permits.ts'
import { redisTokens } from './tokens.ts'

const START_MS = 5_000
const NO_EVICTION = 'noeviction'

interface RedisOptions extends Omit<StoreOptions, 'redisUrl'> {
  url: string
}

/** The stores of several processes. Redis has to be there at the start; later they do without it as far as is safe. */
export async function openRedis({ url, stateDir, process, clock, onTrouble }: RedisOptions): Promise<Stores> {
  const client = connectRedis(url, (error) => onTrouble(`Redis: ${error.name}`))
  await redisReady(client, START_MS)
  const policy = await evictionPolicy(client)
  if (policy !== NO_EVICTION) onTrouble(`Redis: maxmemory-policy is ${policy}, which may drop tokens; it has to be ${NO_EVICTION}`)
  const journal = stateDir ? await fileJournal(stateDir, process, onTrouble) : undefined
  const instances = watchInstances(client)
  const permits = sharedPermits(redisPermits(client, instances.id), instances, clock, onTrouble)
  await instances.start(permits)
  return {
    permits,
    tokens: redisTokens(client),
    journal,
    onBack: instances.onBack,
    connections: redisConnections(client),
    once: redisOnce(client),
    idempotency: redisIdempotency(client),
    isUp: instances.isUp,
    isStateWritable: () => journal?.isWritable() ?? true,
    mayEvict: policy !== NO_EVICTION,
    async close() {
      await instances.stop()
      client.disconnect()
    },
  }
}

/** A Redis that evicts may drop a refresh token that nobody can get again. One that does not tell is taken for well set. */
async function evictionPolicy(client: RedisClient): Promise<string> {
  const memory = await client.info('memory').catch(() => '')
  return /^maxmemory_policy:([a-z-]+)/m.exec(memory)?.[1] ?? NO_EVICTION
}
