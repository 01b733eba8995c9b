import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { answer } from '../../src/sandbox/faults.ts'
import { isData } from '../support/faulty.ts'
import { connectionTo, startStore } from '../support/gateway.ts'
import { mostInAnyWindow, until } from '../support/instances.ts'
import { killAll, type Run, run } from '../support/process.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'
import { temporaryFolder } from '../support/stores.ts'

// Rows 4, 32 and 33 of the fault matrix, with whole processes on one Redis, and how much of a budget can be used.

const environment = { ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`, LOG_LEVEL: 'warn' }
const PATH = '/products/centro:1'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let redis: RedisServer
let store: EgestorSandbox
beforeEach(async () => {
  ;[folder, redis, store] = await Promise.all([temporaryFolder(), startRedis(), startStore({ limit: null })])
})
afterEach(async () => {
  await killAll()
  redis.process.kill('SIGCONT')
  await redis.stop()
  await store.close()
  await folder.remove()
})

/** Gateways that hold a token and know of each other. */
async function startGateways(howMany: number, settings: Record<string, unknown>): Promise<Run[]> {
  const options = { folder: folder.path, environment: { ...environment, REDIS_URL: redis.url } }
  const config = { connections: [connectionTo('centro', store, settings)] }
  const gateways = await Promise.all(Array.from({ length: howMany }, () => run({ ...options, config })))
  for (const { url } of gateways) expect((await fetch(url + PATH)).status).toBe(200)
  return gateways
}

const ready = async ({ url }: Run) => ((await (await fetch(`${url}/readyz`)).json()) as { status: string }).status

describe('Redis that is gone', () => {
  it.each(['SIGKILL', 'SIGSTOP'] as const)(
    'by %s leaves reads going on, readiness degraded and the process alive, until it is back',
    async (signal) => {
      const [gateway] = (await startGateways(1, { limits: { requests: 60, perMs: 60_000 } })) as [Run]
      redis.process.kill(signal)
      for (let call = 0; call < 10; call += 1) expect((await fetch(gateway.url + PATH)).status).toBe(200)
      await expect.poll(() => ready(gateway), { timeout: 10_000 }).toBe('degraded')
      expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200)
      expect(await (await fetch(`${gateway.url}/metrics`)).text()).toContain('fachada_store_up 0')
      if (signal === 'SIGKILL') redis = await startRedis(redis.port)
      else redis.process.kill('SIGCONT')
      await expect.poll(() => ready(gateway), { timeout: 10_000 }).toBe('ready')
      expect((await fetch(gateway.url + PATH)).status).toBe(200)
    },
  )
})

describe('three gateways on one Redis', () => {
  it('use up a budget together and never more, also when Redis is killed meanwhile', async () => {
    const limit = { requests: 15, perMs: 1_000 }
    const gateways = await startGateways(3, { limits: limit, timeoutMs: 6_000 })
    const before = store.requests.length
    let isOver = false
    const callers = gateways.flatMap(({ url }) =>
      Array.from({ length: 10 }, async () => {
        while (!isOver) {
          const { status } = await fetch(url + PATH).catch(() => ({ status: 0 }))
          if (status !== 200) await new Promise((resolve) => setTimeout(resolve, 50))
        }
      }),
    )
    const arrivals = () => store.requests.slice(before).map(({ at }) => at)
    await until(() => arrivals().length > limit.requests * 2)
    await redis.stop()
    const then = arrivals().length
    await until(() => arrivals().length > then + limit.requests, 15_000).finally(() => {
      isOver = true
    })
    await Promise.all(callers)
    expect(mostInAnyWindow(arrivals(), limit.perMs)).toBeLessThanOrEqual(limit.requests)
  }, 90_000)

  it('all obey the Retry-After that one of them was given, and none asks before', async () => {
    const gateways = await startGateways(3, { limits: { requests: 60, perMs: 60_000 } })
    store.faults.add({ when: isData, do: answer(429, { 'content-type': 'application/json', 'retry-after': '600' }, '{}') })
    expect((await fetch(gateways[0]!.url + PATH)).status).toBe(429)
    const before = store.requests.length
    const answers = await Promise.all(gateways.map(({ url }) => fetch(url + PATH)))
    expect(answers.map(({ status }) => status)).toEqual([429, 429, 429])
    for (const { headers } of answers) expect(Number(headers.get('retry-after'))).toBeGreaterThan(590)
    // The gate is known to all within a beat, and stays closed without Redis.
    await new Promise((resolve) => setTimeout(resolve, 700))
    await redis.stop()
    const alone = await Promise.all(gateways.map(({ url }) => fetch(url + PATH)))
    expect(alone.map(({ status }) => status)).toEqual([429, 429, 429])
    expect(store.requests).toHaveLength(before)
  }, 90_000)
})
