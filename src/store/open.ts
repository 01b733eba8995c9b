import type { Clock } from '../kernel/clock.ts'
import type { PermitStore } from '../kernel/permits.ts'
import type { Journal, TokenStore } from '../kernel/tokens/store.ts'
import { fileTokens } from './file.ts'
import { memoryPermits } from './memory/permits.ts'
import { memoryTokens } from './memory/tokens.ts'

export interface Stores {
  permits: PermitStore
  tokens: TokenStore
  /** Beside Redis. */
  journal?: Journal | undefined
  /** Calls back each time that what was away is there again, or was emptied. */
  onBack(listener: () => void): void
  isUp(): boolean
  /** It may drop what it holds when its memory is full. */
  mayEvict: boolean
  close(): Promise<void>
}

export interface StoreOptions {
  redisUrl: string | undefined
  /** Where sealed tokens outlive the process beside Redis or without; undefined where its keys die with it. */
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
    return openRedis({ url: redisUrl, stateDir, process, clock, onTrouble })
  }
  const tokens = stateDir ? await fileTokens(stateDir, process, clock, onTrouble) : memoryTokens(clock)
  return { permits: memoryPermits(clock), tokens, onBack() {}, isUp: () => true, mayEvict: false, close: async () => {} }
}
