import { afterEach, describe, expect, it } from 'vitest'
import { connectRedis, type RedisClient, redisReady } from '../../src/store/redis/client.ts'
import { redisPermits } from '../../src/store/redis/permits.ts'
import { redisTokens } from '../../src/store/redis/tokens.ts'
import { startInstance } from '../support/instances.ts'
import type { RedisServer } from '../support/redis.ts'
import { startCluster, startRelay, startSentinels } from '../support/topologies.ts'

let toStop: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of toStop.reverse()) await stop()
  toStop = []
})

async function clientOf(url: string): Promise<RedisClient> {
  const client = connectRedis(url, () => {})
  toStop.push(async () => client.disconnect())
  await redisReady(client, 10_000)
  return client
}

describe('a master behind Sentinel (row 35)', () => {
  it.each([
    ['killed', 'SIGKILL'],
    ['frozen', 'SIGSTOP'],
  ] as const)(
    '%s is followed to the one that takes its place, which is sent the scripts that it does not know, and the version of a token never goes back',
    async (_how, signal) => {
      const sentinels = await startSentinels()
      toStop.push(sentinels.stop)
      const client = await clientOf(sentinels.url)
      const tokens = redisTokens(client)
      const replicated = () => sentinels.replica.client.hget('gw:{login}:token', 'version')
      let version = 0
      const write = async () => {
        const isWritten = await tokens
          .write('login', { version: version + 1, sealed: `sealed ${version + 1}` }, version)
          .catch(() => undefined)
        if (isWritten) version += 1
        return isWritten
      }
      for (let count = 0; count < 20; count += 1) expect(await write()).toBe(true)
      // WAIT would only wait for what its own connection wrote.
      await expect.poll(replicated, { timeout: 10_000 }).toBe('20')
      sentinels.master.process.kill(signal)
      // What the replica had not yet is refused by its version; a reader then goes on from what is there.
      await expect
        .poll(
          async () => {
            const stored = await tokens.read('login').catch(() => null)
            if (stored) expect(stored.record?.version).toBeGreaterThanOrEqual(20)
            // A write may have been done although its answer never came, and one that the replica did not have is gone.
            version = stored?.record?.version ?? version
            return (await write()) === true && (await replicated()) === String(version)
          },
          { timeout: 60_000 },
        )
        .toBe(true)
      expect((await tokens.read('login')).record?.version).toBe(version)
      const budget = { key: 'login', requests: 2, windowMs: 600_000 }
      expect(await redisPermits(client).take(budget, 0)).toMatchObject({ granted: true })
      expect(await sentinels.replica.client.info('errorstats')).toContain('errorstat_NOSCRIPT')
    },
    90_000,
  )

  it('that is switched while the client asks who it is, is found all the same', async () => {
    const sentinels = await startSentinels()
    toStop.push(sentinels.stop)
    const relay = await startRelay(sentinels.port)
    toStop.push(relay.stop)
    const client = await clientOf(`redis+sentinel://127.0.0.1:${relay.port}/mymaster`)
    await expect.poll(() => relay.passed.up, { timeout: 10_000 }).toContain('subscribe')
    relay.answers = false
    sentinels.master.process.kill('SIGKILL')
    await expect.poll(() => relay.passed.down, { timeout: 20_000 }).toContain(`127.0.0.1 ${sentinels.replica.port}`)
    relay.answers = true
    await expect.poll(() => client.set('a', '1').catch(() => 'not yet'), { timeout: 20_000 }).toBe('OK')
    expect(await sentinels.replica.client.get('a')).toBe('1')
  }, 60_000)
})

describe('a cluster of three', () => {
  it('gives permits and tokens of every login, wherever its keys lie, also where a node sends the client elsewhere', async () => {
    const cluster = await startCluster()
    toStop.push(cluster.stop)
    // Only one node is named: the others are found.
    const client = await clientOf(cluster.url.split(',')[0]!)
    const permits = redisPermits(client)
    const tokens = redisTokens(client)
    const logins = Array.from({ length: 30 }, (_, index) => `login-${index}`)
    for (const key of logins) {
      const budget = { key, requests: 2, windowMs: 600_000 }
      expect(await permits.take(budget, 0)).toMatchObject({ granted: true, remaining: 1 })
      expect(await tokens.write(key, { version: 1, sealed: 'sealed' }, 0)).toBe(true)
      expect(await tokens.lease(key, 'me', 60_000)).toBe(true)
    }
    const sizes = await Promise.all(cluster.nodes.map((node) => node.client.dbsize()))
    expect(sizes.every((size) => size > 0)).toBe(true)
    expect(sizes.reduce((sum, size) => sum + size)).toBe(logins.length * 4)
  })

  it('that loses a node goes on with the logins of the others, and alone with those of the lost one', async () => {
    const cluster = await startCluster()
    toStop.push(cluster.stop)
    const instance = await startInstance(cluster.url)
    toStop.push(instance.close)
    const budgets = Array.from({ length: 12 }, (_, index) => ({ key: `login-${index}`, requests: 50, windowMs: 600_000 }))
    // On a machine that is slow now it may lose sight of a node and find it again: until it holds some of each.
    for (const budget of budgets) {
      await expect.poll(() => instance.permits.take(budget, 0), { timeout: 15_000 }).toMatchObject({ granted: true })
    }
    const held = async ({ client }: RedisServer) => Promise.all((await client.keys('*:held')).map((key) => client.hvals(key)))
    const isHeld = (values: string[]) => values.some((value) => /^[1-9]\d* /.test(value))
    const holds = async () => (await Promise.all(cluster.nodes.map(held))).flat().filter(isHeld).length
    await expect.poll(holds, { timeout: 15_000 }).toBe(budgets.length)
    await cluster.nodes[2]!.stop()
    const started = performance.now()
    for (const budget of budgets) expect(await instance.permits.take(budget, 0)).toMatchObject({ granted: true })
    expect(performance.now() - started).toBeLessThan(5_000)
  }, 60_000)
})
