import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import type { IdempotencyStore } from '../../src/kernel/idempotency.ts'
import type { PermitStore } from '../../src/kernel/permits.ts'
import type { TokenStore } from '../../src/kernel/tokens/store.ts'
import { fileTokens } from '../../src/store/file.ts'
import { memoryIdempotency } from '../../src/store/memory/idempotency.ts'
import { memoryPermits } from '../../src/store/memory/permits.ts'
import { memoryTokens } from '../../src/store/memory/tokens.ts'
import { connectRedis, redisReady } from '../../src/store/redis/client.ts'
import { redisIdempotency } from '../../src/store/redis/idempotency.ts'
import { redisPermits } from '../../src/store/redis/permits.ts'
import { redisTokens } from '../../src/store/redis/tokens.ts'
import { testClock } from './clock.ts'
import { startRedis } from './redis.ts'

/** Permits under test, with a way to see for which moment the newest one is. */
export interface PermitsUnderTest {
  permits: PermitStore
  /** Milliseconds on the store's own clock. */
  lastSlot(key: string): Promise<number>
  /** Lets a little time pass, where it can be made to. */
  pass(ms: number): Promise<void>
  close(): Promise<void>
}

async function memory(): Promise<PermitsUnderTest> {
  const clock = testClock()
  const permits = memoryPermits(clock)
  const slots = new Map<string, number>()
  return {
    lastSlot: async (key) => slots.get(key) ?? 0,
    pass: (ms) => clock.advance(ms),
    close: async () => {},
    permits: {
      ...permits,
      async take(budget, maxWaitMs) {
        const permit = await permits.take(budget, maxWaitMs)
        if (permit.granted) slots.set(budget.key, clock.now() + permit.waitMs)
        return permit
      },
    },
  }
}

async function redis(): Promise<PermitsUnderTest> {
  const server = await startRedis()
  const client = await connected(server.url)
  return {
    permits: redisPermits(client),
    lastSlot: async (key) => Number(await server.client.lindex(`gw:{${key}}:permits`, 0)),
    // Redis has a clock of its own; only schedules vary by it, nothing is right because of it.
    pass: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 5))),
    async close() {
      client.disconnect()
      await server.stop()
    },
  }
}

/** A client as the gateway makes it, ready to be used. */
export async function connected(url: string): Promise<Redis> {
  const client = connectRedis(url, () => {})
  await redisReady(client, 10_000)
  return client as Redis
}

export const PERMIT_STORES = [
  ['memory', memory],
  ['Redis', redis],
] as const

/** Tokens under test. */
export interface TokensUnderTest {
  tokens: TokenStore
  close(): Promise<void>
}

async function inRedis(): Promise<TokensUnderTest> {
  const server = await startRedis()
  const client = await connected(server.url)
  return {
    tokens: redisTokens(client),
    async close() {
      client.disconnect()
      await server.stop()
    },
  }
}

async function inFiles(): Promise<TokensUnderTest> {
  const folder = await temporaryFolder()
  return { tokens: await fileTokens(folder.path, 'one', testClock(), () => {}), close: folder.remove }
}

export const TOKEN_STORES = [
  ['memory', async (): Promise<TokensUnderTest> => ({ tokens: memoryTokens(testClock()), close: async () => {} })],
  ['files', inFiles],
  ['Redis', inRedis],
] as const

/** Keyed writes under test, with a way to let time pass for them. */
export interface IdempotencyUnderTest {
  idempotency: IdempotencyStore
  pass(ms: number): Promise<void>
  close(): Promise<void>
}

/** Redis has a clock of its own: instead of it every keyed write, and every lease of a login, is made older. */
export async function age(client: Redis, ms: number): Promise<void> {
  for (const key of await client.keys('*:idempotency')) {
    await client.hincrby(key, 'lease', -ms)
    await client.pexpire(key, (await client.pttl(key)) - ms)
  }
  for (const key of await client.keys('*:lease')) await client.pexpire(key, (await client.pttl(key)) - ms)
}

async function idempotencyInRedis(): Promise<IdempotencyUnderTest> {
  const server = await startRedis()
  const client = await connected(server.url)
  return {
    idempotency: redisIdempotency(client),
    pass: (ms) => age(server.client, ms),
    async close() {
      client.disconnect()
      await server.stop()
    },
  }
}

async function idempotencyInMemory(): Promise<IdempotencyUnderTest> {
  const clock = testClock()
  return { idempotency: memoryIdempotency(clock), pass: (ms) => clock.advance(ms), close: async () => {} }
}

export const IDEMPOTENCY_STORES = [
  ['memory', idempotencyInMemory],
  ['Redis', idempotencyInRedis],
] as const

export async function temporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'fachada-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}
