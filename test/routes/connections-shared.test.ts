import { readdir } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { KeyRing } from '../../src/kernel/seal.ts'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { connectionTo, type GatewayOptions, json, startGateway, startStore, type TestGateway } from '../support/gateway.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'
import { temporaryFolder } from '../support/stores.ts'

const K1 = { id: 'k1', secret: Buffer.alloc(32, 7) }
const K2 = { id: 'k2', secret: Buffer.alloc(32, 8) }
const keyRing: KeyRing = { keys: [K1] }

let store: EgestorSandbox
const running: TestGateway[] = []
beforeEach(async () => {
  store = await startStore({ store: 'norte', limit: null })
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((gateway) => gateway.close()))
  await store.close()
})

/** An instance with another connection in its file: what is asked here is made over the API. */
async function start(options: GatewayOptions): Promise<TestGateway> {
  const gateway = await startGateway([connectionTo('outra', store)], { allowedVendorHosts: [new URL(store.url).host], ...options })
  running.push(gateway)
  return gateway
}

const create = (gateway: TestGateway, id = 'norte') => gateway.fetch('/connections', json('POST', connectionTo(id, store)))
const remove = (gateway: TestGateway, id = 'norte') => gateway.fetch(`/connections/${id}`, { method: 'DELETE' })
const statusOf = async (gateway: TestGateway, id = 'norte') => (await gateway.fetch(`/customers/${id}:1`)).status
/** Changes are seen within a second; a slow machine is no failure. */
const seen = (gateway: TestGateway, status: number) =>
  vi.waitFor(async () => expect(await statusOf(gateway)).toBe(status), { timeout: 10_000, interval: 50 })

describe('connections of two instances on one Redis', () => {
  let redis: RedisServer
  let one: TestGateway
  let two: TestGateway
  beforeEach(async () => {
    redis = await startRedis()
    one = await start({ redisUrl: redis.url, keyRing })
    two = await start({ redisUrl: redis.url, keyRing })
  })
  afterEach(() => redis.stop())

  it('are made once for each id, whoever asks', async () => {
    // A busy machine may keep Redis from answering in time: that is a 503, and nothing was made.
    async function insisted(gateway: TestGateway): Promise<number> {
      for (;;) {
        const { status } = await create(gateway)
        if (status !== 503) return status
      }
    }
    const statuses = await Promise.all([one, two, one, two].map(insisted))
    expect(statuses.sort()).toEqual([201, 409, 409, 409])
    await Promise.all([seen(one, 200), seen(two, 200)])
  })

  it('are seen although the instance lost its connection to Redis meanwhile', async () => {
    await create(one)
    await seen(two, 200)
    await redis.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await vi.waitFor(async () => expect((await remove(one)).status).toBe(204), { timeout: 10_000 })
    await seen(two, 404)
  })

  it('are refused while Redis is away, and those that are there still work', async () => {
    await create(one)
    await statusOf(one)
    redis.process.kill('SIGSTOP')
    const { status, headers, body } = await create(one, 'terceira')
    redis.process.kill('SIGCONT')
    expect([status, headers.get('retry-after'), body.code]).toEqual([503, '1', 'vendor_unavailable'])
    expect((await one.fetch('/connections')).body.data).toHaveLength(2)
  })

  it('are sealed, open with the second key, and are there after a restart', async () => {
    await create(one)
    const text = JSON.stringify(await redis.client.hgetall('gw:{connections}:made'))
    expect(text).toContain('norte')
    expect(text).not.toContain(store.personalToken)
    expect(await statusOf(await start({ redisUrl: redis.url, keyRing: { keys: [K2, K1] } }))).toBe(200)
  })

  it('are not taken from a record that was swapped or rolled back', async () => {
    await create(one)
    await create(one, 'terceira')
    const old = (await redis.client.hget('gw:{connections}:made', 'norte'))!
    await remove(one)
    await redis.client.hset('gw:{connections}:made', 'terceira', old)
    await redis.client.hset('gw:{connections}:made', 'norte', old.replace('"version":1', '"version":3'))
    const three = await start({ redisUrl: redis.url, keyRing })
    expect([await statusOf(three), await statusOf(three, 'terceira')]).toEqual([404, 404])
    expect(three.lines.filter(({ trouble }) => String(trouble).includes('cannot be opened'))).toHaveLength(2)
  })
})

describe('connections without Redis', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  beforeEach(async () => {
    folder = await temporaryFolder()
  })
  afterEach(() => folder.remove())

  it('stay removed after a restart', async () => {
    const first = await start({ keyRing, stateDir: folder.path })
    await create(first)
    await create(first, 'terceira')
    await remove(first)
    const second = await start({ keyRing, stateDir: folder.path })
    expect([await statusOf(second), await statusOf(second, 'terceira')]).toEqual([404, 200])
  })

  it('keep their id where no key opens them, and the others work', async () => {
    await create(await start({ keyRing, stateDir: folder.path }))
    const second = await start({ keyRing: { keys: [K2] }, stateDir: folder.path })
    expect([await statusOf(second), await statusOf(second, 'outra'), (await create(second)).status]).toEqual([404, 200, 409])
  })

  it('die with a process that has no keys, and leave no file', async () => {
    const first = await start({ stateDir: folder.path })
    await create(first)
    expect(await statusOf(first)).toBe(200)
    expect(await statusOf(await start({ stateDir: folder.path }))).toBe(404)
    expect(await readdir(folder.path)).toEqual([])
  })
})
