import type { Clock } from '../kernel/clock.ts'
import type { PermitStore } from '../kernel/permits.ts'
import type { TokenStore } from '../kernel/tokens.ts'
import { fileTokens } from './file.ts'
import { memoryPermits } from './memory/permits.ts'
import { memoryTokens } from './memory/tokens.ts'

export interface Stores {
  permits: PermitStore
  tokens: TokenStore
  isUp(): boolean
  /** It may drop what it holds when its memory is full. */
  mayEvict: boolean
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

/** Redis where it is configured; else memory, with tokens kept in a file where they can be opened again. */
export async function openStores({ redisUrl, stateDir, process, clock, onTrouble }: StoreOptions): Promise<Stores> {
  if (redisUrl) {
    const { openRedis } = await import('./redis/open.ts')
    return openRedis({ url: redisUrl, clock, onTrouble })
  }
  const tokens = stateDir ? await fileTokens(stateDir, process, clock, onTrouble) : memoryTokens(clock)
  return { permits: memoryPermits(clock), tokens, isUp: () => true, mayEvict: false, close: async () => {} }
}
