import type { OnceStore } from '../kernel/authorization.ts'
import type { Clock } from '../kernel/clock.ts'
import type { IdempotencyStore } from '../kernel/idempotency.ts'
import type { ConnectionStore } from '../kernel/made.ts'
import type { PermitStore } from '../kernel/permits.ts'
import type { Journal, TokenStore } from '../kernel/tokens/store.ts'
import { fileConnections, fileTokens } from './file.ts'
import { memoryConnections } from './memory/connections.ts'
import { memoryIdempotency } from './memory/idempotency.ts'
import { memoryOnce } from './memory/once.ts'
import { memoryPermits } from './memory/permits.ts'
import { memoryTokens } from './memory/tokens.ts'

export interface Stores {
  permits: PermitStore
  tokens: TokenStore
  idempotency: IdempotencyStore
  connections: ConnectionStore
  once: OnceStore
  /** Beside Redis. */
  journal?: Journal | undefined
  /** Calls back each time that what was away is there again, or was emptied. */
  onBack(listener: () => void): void
  isUp(): boolean
  /** Whether what outlives the process beside the store is on the disk, as far as there is anything. */
  isStateWritable(): boolean
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

/** Redis where it is configured; else memory, with tokens and connections kept in files where they can be opened again. */
export async function openStores({ redisUrl, stateDir, process, clock, onTrouble }: StoreOptions): Promise<Stores> {
  if (redisUrl) {
    const { openRedis } = await import('./redis/open.ts')
    return openRedis({ url: redisUrl, stateDir, process, clock, onTrouble })
  }
  const tokens = stateDir ? await fileTokens(stateDir, process, clock, onTrouble) : { ...memoryTokens(clock), isWritable: () => true }
  const connections = stateDir ? await fileConnections(stateDir, process, onTrouble) : { ...memoryConnections(), isWritable: () => true }
  return {
    permits: memoryPermits(clock),
    tokens,
    connections,
    isStateWritable: () => tokens.isWritable() && connections.isWritable(),
    once: memoryOnce(clock),
    idempotency: memoryIdempotency(clock),
    onBack() {},
    isUp: () => true,
    mayEvict: false,
    close: async () => {},
  }
}
