import type { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { watchInstances } from '../../src/store/redis/instances.ts'
import { redisPermits } from '../../src/store/redis/permits.ts'
import { redisTokens } from '../../src/store/redis/tokens.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'
import { REFUSALS } from '../support/refusals.ts'
import { connected, temporaryFolder } from '../support/stores.ts'

const budget = { key: 'login', requests: 50, windowMs: 600_000 }

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let server: RedisServer
let client: Redis
beforeEach(async () => {
  folder = await temporaryFolder()
  server = await startRedis(undefined, '--dir', folder.path)
  client = await connected(server.url)
})
afterEach(async () => {
  client.disconnect()
  server.process.kill('SIGCONT')
  await server.stop()
  await folder.remove()
})

const failures = async (work: () => Promise<unknown>, howOften: number) => {
  for (let time = 0; time < howOften; time += 1) await expect(work()).rejects.toThrow()
}

describe('a Redis that is frozen', () => {
  it('is asked once and then left alone: a thousand uses take no time, and a PING finds it again', async () => {
    server.process.kill('SIGSTOP')
    await failures(() => client.get('a'), 1)
    const started = performance.now()
    await failures(() => client.get('a'), 1_000)
    expect(performance.now() - started).toBeLessThan(2_000)
    server.process.kill('SIGCONT')
    await expect.poll(() => client.get('a').catch(() => 'still left alone'), { timeout: 10_000 }).toBeNull()
  })

  it('does nothing late: no permit and no lease of a caller that has gone', async () => {
    const instances = watchInstances(client)
    await instances.start({ onBeat: async () => {}, onMissedBeat: () => {} })
    const [permits, tokens] = [redisPermits(client), redisTokens(client)]
    // Known to Redis beforehand, so that the late ones are run and not only unknown.
    await permits.take({ ...budget, key: 'other' }, 0)
    await tokens.lease('other', 'me', 60_000)
    server.process.kill('SIGSTOP')
    await Promise.all([expect(permits.take(budget, 0)).rejects.toThrow(), expect(tokens.lease('login', 'me', 60_000)).rejects.toThrow()])
    // The deadline has to be over before Redis goes on.
    await new Promise((resolve) => setTimeout(resolve, 400))
    server.process.kill('SIGCONT')
    await expect.poll(() => server.client.info('errorstats'), { timeout: 10_000 }).toContain('errorstat_LATE:count=2')
    expect(await server.client.exists('gw:{login}:permits', 'gw:{login}:lease')).toBe(0)
    await instances.stop()
  })
})

describe('a Redis that answers and cannot write', () => {
  it.each(Object.entries(REFUSALS))('because it is %s is as good as away, and found again by itself (row 36)', async (_why, refusal) => {
    const tokens = redisTokens(client)
    const write = (login: string) => tokens.write(login, { version: 1, sealed: 'sealed' }, 0)
    expect(await write('before')).toBe(true)
    await refusal.start(server)
    await failures(() => write('meanwhile'), 3)
    // Reads, which it would answer, are not sent either.
    await failures(() => client.get('a'), 1)
    await refusal.end(server)
    await expect.poll(() => write('afterwards').catch(() => false), { timeout: 10_000 }).toBe(true)
  })
})

describe('a Redis that refuses a command', () => {
  it('is well: its answer opens no circuit', async () => {
    await failures(() => client.call('NO_SUCH_COMMAND'), 5)
    expect(await client.get('a')).toBeNull()
  })
})
