import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { isLogin } from '../support/faulty.ts'
import { connectionTo, startStore } from '../support/gateway.ts'
import { killAll, type Run, run } from '../support/process.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'
import { temporaryFolder } from '../support/stores.ts'

const ENCRYPTION_KEYS = `k1:${Buffer.alloc(32, 7).toString('base64')}`
const OTHER_KEYS = `k2:${Buffer.alloc(32, 8).toString('base64')}`

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let store: EgestorSandbox
beforeEach(async () => {
  folder = await temporaryFolder()
  store = await startStore({ limit: null })
})
afterEach(async () => {
  await killAll()
  await store.close()
  await folder.remove()
})

const logins = () => store.requests.filter(isLogin).length

/** Starts the gateway, reads one record and leaves it running. */
async function start(environment: Record<string, string>): Promise<Run> {
  const server = await run({ folder: folder.path, environment, config: { connections: [connectionTo('centro', store)] } })
  const answered = await fetch(`${server.url}/products/centro:1`)
  expect([answered.status, await answered.text()]).toEqual([200, expect.any(String)])
  return server
}

describe('a token without Redis', () => {
  it('survives a restart, sealed in STATE_DIR', async () => {
    const environment = { ENCRYPTION_KEYS, STATE_DIR: join(folder.path, 'estado') }
    await (await start(environment)).stop()
    await (await start(environment)).stop('SIGKILL')
    await start(environment)
    expect(logins()).toBe(1)
    expect(await readdir(environment.STATE_DIR)).toEqual([expect.stringMatching(/\.tokens\.jsonl$/)])
  })

  it('is opened by the second key, and sealed anew by the first', async () => {
    await (await start({ ENCRYPTION_KEYS })).stop('SIGKILL')
    await (await start({ ENCRYPTION_KEYS: `${OTHER_KEYS},${ENCRYPTION_KEYS}` })).stop('SIGKILL')
    expect(logins()).toBe(1)
    await start({ ENCRYPTION_KEYS: OTHER_KEYS })
    expect(logins()).toBe(1)
  })

  it('dies with a process that has no keys, and leaves no file', async () => {
    await (await start({})).stop()
    await start({})
    expect(logins()).toBe(2)
    expect(await readdir(folder.path)).toEqual(['gateway.config.json'])
  })
})

describe('with Redis', () => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.stop())

  it('a token survives a restart, and other processes use it too', async () => {
    const environment = { ENCRYPTION_KEYS, REDIS_URL: redis.url }
    await (await start(environment)).stop('SIGKILL')
    await Promise.all([start(environment), start(environment)])
    expect(logins()).toBe(1)
  })

  it('two processes share one budget', async () => {
    const environment = { ENCRYPTION_KEYS, REDIS_URL: redis.url, LOG_LEVEL: 'silent' }
    const limited = connectionTo('centro', store, { limits: { requests: 12, perMs: 600_000 }, timeoutMs: 5_000 })
    const config = { connections: [limited] }
    const instances = await Promise.all([0, 1].map(() => run({ folder: folder.path, environment, config })))
    const before = store.requests.length
    const statuses = await Promise.all(
      // Each another record: equal reads at the same time are one call.
      Array.from({ length: 40 }, async (_, index) => (await fetch(`${instances[index % 2]!.url}/products/centro:${index + 1}`)).status),
    )
    // The budget counts the login too.
    expect(store.requests.length - before).toBe(12)
    expect(statuses.filter((status) => status === 200)).toHaveLength(12 - logins())
    expect(new Set(statuses)).toEqual(new Set([200, 429]))
  })
})
