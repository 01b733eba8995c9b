import { afterEach, expect, it } from 'vitest'
import type { OnceStore } from '../../src/kernel/authorization.ts'
import { memoryOnce } from '../../src/store/memory/once.ts'
import { redisOnce } from '../../src/store/redis/once.ts'
import { testClock } from '../support/clock.ts'
import { startRedis } from '../support/redis.ts'
import { connected } from '../support/stores.ts'

let close = async () => {}
afterEach(async () => {
  await close()
  close = async () => {}
})

async function inRedis(): Promise<OnceStore[]> {
  const server = await startRedis()
  const clients = await Promise.all([connected(server.url), connected(server.url)])
  close = async () => {
    for (const client of clients) client.disconnect()
    await server.stop()
  }
  return clients.map(redisOnce)
}

it.each([
  ['memory', async () => [memoryOnce(testClock())]],
  ['Redis, two processes', inRedis],
] as const)('a key can be spent once, whoever asks first: %s', async (_name, open) => {
  const stores = await open()
  const spent = await Promise.all([...stores, ...stores, ...stores].map((store) => store.spend('a', 60_000)))
  expect(spent.filter(Boolean)).toHaveLength(1)
  expect(await stores[0]!.spend('b', 60_000)).toBe(true)
})

it('memory keeps no key beyond its time', async () => {
  const clock = testClock()
  const once = memoryOnce(clock)
  await once.spend('a', 1_000)
  await clock.advance(1_000)
  expect(await once.spend('a', 1_000)).toBe(true)
})
