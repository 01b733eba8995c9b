import type { OnceStore } from '../kernel/authorization.ts'
import type { Clock } from '../kernel/clock.ts'
import type { ConnectionStore } from '../kernel/made.ts'
import type { PermitStore } from '../kernel/permits.ts'
import type { TokenStore } from '../kernel/tokens.ts'
import { fileConnections, fileTokens } from './file.ts'
import { memoryConnections } from './memory/connections.ts'
import { memoryOnce } from './memory/once.ts'
import { memoryPermits } from './memory/permits.ts'
import { memoryTokens } from './memory/tokens.ts'

export interface Stores {
  permits: PermitStore
  tokens: TokenStore
  connections: ConnectionStore
  once: OnceStore
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
    const { redisConnections } = await import('./redis/connections.ts')
    const { redisOnce } = await import('./redis/once.ts')
    const { redisPermits } = await import('./redis/permits.ts')
    const { redisTokens } = await import('./redis/tokens.ts')
    const client = connectRedis(redisUrl, (error) => onTrouble(`Redis: ${error.name}`))
    await redisReady(client, START_MS)
    return {
      permits: redisPermits(client),
      tokens: redisTokens(client),
      connections: redisConnections(client),
      once: redisOnce(client),
      isUp: () => client.status === 'ready',
      close: async () => client.disconnect(),
    }
  }
  const tokens = stateDir ? await fileTokens(stateDir, process, clock, onTrouble) : memoryTokens(clock)
  const connections = stateDir ? await fileConnections(stateDir, process, onTrouble) : memoryConnections()
  return { permits: memoryPermits(clock), tokens, connections, once: memoryOnce(clock), isUp: () => true, close: async () => {} }
}
