import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { GatewayError } from '../../src/kernel/errors.ts'
import { connectRedis, redisReady } from '../../src/store/redis/client.ts'
import { redisPermits } from '../../src/store/redis/permits.ts'
import { redisTokens } from '../../src/store/redis/tokens.ts'
import { startInstance } from '../support/instances.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'
import { connected } from '../support/stores.ts'

const WINDOW_MS = 600_000
const budget = { key: 'login', requests: 50, windowMs: WINDOW_MS }

let server: RedisServer
let one: Redis
let other: Redis
beforeAll(async () => {
  server = await startRedis()
  one = await connected(server.url)
  other = await connected(server.url)
})
beforeEach(() => server.client.flushall())
afterAll(async () => {
  one.disconnect()
  other.disconnect()
  await server.stop()
})

/** How many scripts Redis ran since the last look. */
async function scriptsRun(): Promise<number> {
  const calls = /cmdstat_evalsha:calls=(\d+)/.exec(await server.client.info('commandstats'))?.[1]
  await server.client.config('RESETSTAT')
  return Number(calls ?? 0)
}

describe('permits that processes share through Redis', () => {
  it('are one budget for two clients', async () => {
    const stores = [redisPermits(one), redisPermits(other)]
    const permits = await Promise.all(Array.from({ length: 80 }, (_, index) => stores[index % 2]!.take(budget, 0)))
    expect(permits.filter(({ granted }) => granted)).toHaveLength(50)
  })

  it('close for all clients at once', async () => {
    await redisPermits(one).close(budget, 60_000)
    const permit = await redisPermits(other).take(budget, 0)
    expect(permit.granted).toBe(false)
    expect(await redisPermits(other).status(budget)).toMatchObject({ remaining: 0 })
  })

  it('are reserved together by callers who come while a reservation is on its way', async () => {
    const permits = redisPermits(one)
    await permits.take(budget, 0)
    await scriptsRun()
    const granted = await Promise.all(Array.from({ length: 500 }, () => permits.take(budget, WINDOW_MS * 20)))
    expect(await scriptsRun()).toBeLessThanOrEqual(2)
    const waits = granted.map(({ waitMs }) => waitMs)
    expect(waits).toEqual([...waits].sort((a, b) => a - b))
    expect(granted.every((permit) => permit.granted)).toBe(true)
  })

  it('hold a smaller budget to its own figure where connections of one login differ', async () => {
    const permits = redisPermits(one)
    for (let taken = 0; taken < 20; taken += 1) await permits.take(budget, 0)
    const small = { ...budget, requests: 10 }
    expect(await permits.take(small, 0)).toMatchObject({ granted: false })
    expect(await permits.take(small, WINDOW_MS * 2)).toMatchObject({ granted: true })
    expect(await permits.status(small)).toMatchObject({ remaining: 0 })
  })

  it('are given although Redis forgot the scripts', async () => {
    const permits = redisPermits(one)
    await permits.take(budget, 0)
    await server.client.script('FLUSH')
    expect(await permits.take(budget, 0)).toMatchObject({ granted: true, remaining: 48 })
  })

  it('leave nothing behind for ever', async () => {
    const permits = redisPermits(one)
    await permits.take(budget, 0)
    await permits.lower(budget, 3)
    await permits.close(budget, undefined)
    for (const key of await server.client.keys('*')) expect(await server.client.pttl(key)).toBeGreaterThan(0)
  })
})

describe('tokens in Redis', () => {
  it("are read with Redis' own time", async () => {
    const { now } = await redisTokens(one).read('login')
    const [seconds = 0] = await server.client.time()
    expect(Math.abs(now - Number(seconds) * 1_000)).toBeLessThan(60_000)
  })
})

describe('a lease in Redis', () => {
  it('ends by itself when its owner dies', async () => {
    const tokens = redisTokens(one)
    await tokens.lease('login', 'dead', 20)
    await expect.poll(() => redisTokens(other).lease('login', 'heir', 60_000), { timeout: 10_000 }).toBe(true)
  })
})

describe('Redis that was frozen', () => {
  it('does not do later what its client gave up: no lease is left that nobody has', async () => {
    const frozen = await startRedis()
    const { tokens, close } = await startInstance(frozen.url)
    frozen.process.kill('SIGSTOP')
    await expect(tokens.lease('first', 'me', 60_000)).rejects.toBeInstanceOf(GatewayError)
    // The deadline has to be over before Redis goes on.
    await new Promise((resolve) => setTimeout(resolve, 200))
    frozen.process.kill('SIGCONT')
    await frozen.client.ping()
    expect(await frozen.client.exists('gw:{first}:lease')).toBe(0)
    await expect.poll(() => tokens.lease('first', 'you', 60_000).catch(() => false), { timeout: 10_000 }).toBe(true)
    await close()
    await frozen.stop()
  })
})

describe('Redis that cannot be reached', () => {
  it('is told as vendor_unavailable, soon, without the command and its arguments', async () => {
    const away = await startRedis()
    const client = await connected(away.url)
    await away.stop()
    const tokens = redisTokens(client)
    const started = performance.now()
    for (const work of [() => tokens.write('login', { version: 1, sealed: 'SECRET' }, 0), () => tokens.read('SECRET')]) {
      const error = await work().catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(GatewayError)
      expect(error).toMatchObject({ kind: 'vendor_unavailable', retryable: true })
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('SECRET')
      expect(JSON.stringify((error as GatewayError).cause, ['message', 'command', 'args'])).not.toContain('SECRET')
    }
    expect(performance.now() - started).toBeLessThan(5_000)
    client.disconnect()
  })

  it('fails each of those who wait for permits with an error of its own', async () => {
    const away = await startRedis()
    const client = await connected(away.url)
    await away.stop()
    const permits = redisPermits(client)
    const taken = await Promise.allSettled([1, 2, 3].map(() => permits.take(budget, 0)))
    const errors = taken.map((one) => (one as PromiseRejectedResult).reason)
    expect(new Set(errors).size).toBe(3)
    for (const error of errors) expect(error).toMatchObject({ kind: 'vendor_unavailable', retryable: true, retryAfterMs: 1_000 })
    client.disconnect()
  })

  it('fails the start within its time', async () => {
    const client = connectRedis('redis://127.0.0.1:1', () => {})
    await expect(redisReady(client, 50)).rejects.toThrow('Redis cannot be reached')
    client.disconnect()
  })
})
