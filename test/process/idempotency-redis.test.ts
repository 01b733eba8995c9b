import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { randomKeyRing } from '../../src/kernel/seal.ts'
import { answer } from '../../src/sandbox/faults.ts'
import { type Faulty, isData, startFaulty } from '../support/faulty.ts'
import { json } from '../support/gateway.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'

const CUSTOMER = { name: 'Várzea Ótica', taxId: { value: '52998224725' } }

let redis: RedisServer
let faulty: Faulty
beforeEach(async () => {
  redis = await startRedis()
  faulty = await startFaulty({ redisUrl: redis.url, keyRing: randomKeyRing() })
})
afterEach(async () => {
  await faulty.gateway.close()
  await faulty.store.close()
  await redis.stop()
})

const send = (key: string) => faulty.gateway.fetch('/customers', json('POST', CUSTOMER, { 'idempotency-key': key }))

it('refuses a write with a key while Redis is away: nothing is sent, and it may come again', async () => {
  await faulty.read()
  await redis.stop()
  redis = await startRedis()
  await expect.poll(async () => (await faulty.gateway.fetch('/readyz')).body.status, { timeout: 10_000 }).toBe('degraded')
  const { status, body, headers } = await send(randomUUID())
  expect([status, body.code, body.outcome, body.retryable]).toEqual([503, 'vendor_unavailable', 'not_applied', true])
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  expect(faulty.creates()).toBe(0)
})

describe('what is kept in Redis of a write with a key', () => {
  it('names neither key nor customer, has one hash tag, and ends by itself', async () => {
    const key = `pedido-${randomUUID()}`
    await send(key)
    faulty.breaks(answer(500), { when: (request) => isData(request) && request.method === 'POST' })
    await send(`${key}-2`)
    const names = await redis.client.keys('*:idempotency')
    expect(names).toHaveLength(2)
    for (const name of names) {
      expect(name).toMatch(/^gw:\{[0-9a-f]{64}\}:idempotency$/)
      expect(await redis.client.pttl(name)).toBeGreaterThan(23 * 3_600_000)
      const kept = JSON.stringify(await redis.client.hgetall(name))
      for (const word of [key, CUSTOMER.name, CUSTOMER.taxId.value, 'centro', 'customers']) expect(kept).not.toContain(word)
    }
  })
})
