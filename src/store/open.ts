import type { Clock } from '../kernel/clock.ts'
import type { IdempotencyStore } from '../kernel/idempotency.ts'
import type { PermitStore } from '../kernel/permits.ts'
import type { TokenStore } from '../kernel/tokens.ts'
import { fileTokens } from './file.ts'
import { memoryIdempotency } from './memory/idempotency.ts'
import { memoryPermits } from './memory/permits.ts'
import { memoryTokens } from './memory/tokens.ts'

export interface Stores {
  permits: PermitStore
  tokens: TokenStore
  idempotency: IdempotencyStore
  isUp(): boolean
  close(): Promise<void>
}

export interface StoreOptions {
  redisUrl: string | undefined
  /** Where sealed tokens outlive the process without Redis; undefined where its keys die with it. */
  stateDir: string | undefined
  /** Names this process' own file there. */
  process: string
  clock: Clock
  onTrouble(message: string): void
}

const START_MS = 5_000

/** Redis where it is configured; else memory, with tokens kept in a file where they can be opened again. */
export async function openStores({ redisUrl, stateDir, process, clock, onTrouble }: StoreOptions): Promise<Stores> {
  if (redisUrl) {
    const { connectRedis, redisReady } = await import('./redis/client.ts')
    const { redisIdempotency } = await import('./redis/idempotency.ts')
    const { redisPermits } = await import('./redis/permits.ts')
    const { redisTokens } = await import('./redis/tokens.ts')
    const client = connectRedis(redisUrl, (error) => onTrouble(`Redis: ${error.name}`))
    await redisReady(client, START_MS)
    return {
      permits: redisPermits(client),
      tokens: redisTokens(client),
      idempotency: redisIdempotency(client),
      isUp: () => client.status === 'ready',
      close: async () => client.disconnect(),
    }
  }
  const tokens = stateDir ? await fileTokens(stateDir, process, clock, onTrouble) : memoryTokens(clock)
  return { permits: memoryPermits(clock), tokens, idempotency: memoryIdempotency(clock), isUp: () => true, close: async () => {} }
}
