import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { connectionTo, json, startStore } from '../support/gateway.ts'
import { killAll, type Run, run } from '../support/process.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'
import { temporaryFolder } from '../support/stores.ts'

const ENCRYPTION_KEYS = `k1:${Buffer.alloc(32, 7).toString('base64')}`

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let store: EgestorSandbox
let redis: RedisServer | undefined
beforeEach(async () => {
  folder = await temporaryFolder()
  store = await startStore({ store: 'norte', limit: null })
})
afterEach(async () => {
  await killAll()
  await store.close()
  await redis?.stop()
  redis = undefined
  await folder.remove()
})

/** The gateway with another connection in its file: what is asked here is made over the API. */
const start = (environment: Record<string, string>): Promise<Run> =>
  run({
    folder: folder.path,
    environment: { ALLOWED_VENDOR_HOSTS: new URL(store.url).host, ...environment },
    config: { connections: [connectionTo('outra', store)] },
  })

const create = (server: Run, id = 'norte') => fetch(`${server.url}/connections`, json('POST', connectionTo(id, store)))
const statusOf = async (server: Run, id = 'norte') => (await fetch(`${server.url}/customers/${id}:1`)).status
/** Changes are seen within a second; a slow machine is no failure. */
const seen = (server: Run, status: number, id = 'norte') =>
  vi.waitFor(async () => expect(await statusOf(server, id)).toBe(status), { timeout: 10_000, interval: 50 })

describe('two processes on one Redis', () => {
  async function startTwo(): Promise<[Run, Run]> {
    redis = await startRedis()
    const environment = { REDIS_URL: redis.url, ENCRYPTION_KEYS }
    return Promise.all([start(environment), start(environment)])
  }

  it('see what the other made, changed and removed', async () => {
    const [one, two] = await startTwo()
    expect((await create(one)).status).toBe(201)
    await seen(two, 200)
    await fetch(`${two.url}/connections/norte`, json('PATCH', { credentials: { grant: 'personal', personalToken: 'errado' } }))
    await seen(one, 424)
    expect((await fetch(`${one.url}/connections/norte`, { method: 'DELETE' })).status).toBe(204)
    await seen(two, 404)
  })
})

describe('without Redis', () => {
  it('they survive a restart, sealed in STATE_DIR, and stay removed', async () => {
    const environment = { ENCRYPTION_KEYS, STATE_DIR: join(folder.path, 'estado') }
    const first = await start(environment)
    await create(first)
    await create(first, 'terceira')
    await fetch(`${first.url}/connections/terceira`, { method: 'DELETE' })
    await first.stop('SIGKILL')
    const second = await start(environment)
    expect([await statusOf(second), await statusOf(second, 'terceira')]).toEqual([200, 404])
  })
})
