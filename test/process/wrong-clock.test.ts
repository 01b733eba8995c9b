import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { answer } from '../../src/sandbox/faults.ts'
import { isData, isLogin } from '../support/faulty.ts'
import { connectionTo, startStore } from '../support/gateway.ts'
import { mostInAnyWindow, until } from '../support/instances.ts'
import { killAll, type Run, run } from '../support/process.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'
import { WIDE } from '../support/refreshing.ts'
import { temporaryFolder } from '../support/stores.ts'

// Row 38 of the fault matrix: gateways whose clocks are ten minutes wrong, either way, and one that is put back an hour while it runs.

const WRONG_CLOCK = fileURLToPath(new URL('../support/wrong-clock.ts', import.meta.url))
const TEN_MINUTES_MS = 600_000
const PATH = '/products/centro:1'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let redis: RedisServer
let store: EgestorSandbox
beforeEach(async () => {
  ;[folder, redis, store] = await Promise.all([temporaryFolder(), startRedis(), startStore({ limit: null })])
})
afterEach(async () => {
  await killAll()
  await store.close()
  await redis.stop()
  await folder.remove()
})

interface Place {
  offMs: number
  settings?: Record<string, unknown>
  environment?: Record<string, string>
}

/** A gateway with a clock of its own, in a folder of its own. */
const start = ({ offMs, settings = WIDE, environment = { REDIS_URL: redis.url } }: Place): Promise<Run> =>
  run({
    folder: join(folder.path, String(offMs)),
    config: { connections: [connectionTo('centro', store, settings)] },
    environment: {
      ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
      LOG_LEVEL: 'info',
      NODE_OPTIONS: `--import=${WRONG_CLOCK}`,
      CLOCK_OFF_MS: String(offMs),
      ...environment,
    },
  })

const read = async ({ url }: Run) => (await fetch(url + PATH)).status
const count = (matches: typeof isLogin) => store.requests.filter(matches).length
const bearer = () => store.requests.findLast(isData)!.headers.authorization!

/** The vendor's own word, without the gateway. */
const isOver = async (authorization: string) => (await fetch(`${store.url}/v1/produtos/1`, { headers: { authorization } })).status === 401

/** What a gateway takes for the time, as its log tells. */
async function timeOf(gateway: Run): Promise<number> {
  await expect.poll(() => gateway.output(), { timeout: 10_000 }).toMatch(/"time":"[^"]+"/)
  return Date.parse(/.*"time":"([^"]+)"/s.exec(gateway.output())![1]!)
}

describe('gateways on one Redis whose clocks are wrong', () => {
  it('share a token that none takes for ended too early or good too long', async () => {
    store.set({ tokenLifeSeconds: 6 })
    const [behind, ahead] = (await Promise.all([start({ offMs: -TEN_MINUTES_MS }), start({ offMs: TEN_MINUTES_MS })])) as [Run, Run]
    expect([await read(behind), await read(ahead), count(isLogin)]).toEqual([200, 200, 1])
    expect((await timeOf(ahead)) - (await timeOf(behind))).toBeGreaterThan(TEN_MINUTES_MS)
    const first = bearer()
    await expect.poll(() => isOver(first), { timeout: 20_000 }).toBe(true)
    for (const gateway of [behind, ahead]) {
      const before = count(isData)
      // A token that had ended would have been sent, refused, and the call repeated.
      expect([await read(gateway), count(isData) - before]).toEqual([200, 1])
    }
  }, 90_000)

  it('keep to a limit together, also when one of them is put back an hour meanwhile', async () => {
    const limit = { requests: 10, perMs: 1_000 }
    const settings = { limits: limit, timeoutMs: 6_000 }
    const gateways = await Promise.all([-TEN_MINUTES_MS, 0, TEN_MINUTES_MS].map((offMs) => start({ offMs, settings })))
    let goesOn = true
    const callers = gateways.flatMap((gateway) =>
      Array.from({ length: 6 }, async () => {
        while (goesOn) await read(gateway)
      }),
    )
    const arrivals = () => store.requests.filter(isData).map(({ at }) => at)
    await until(() => arrivals().length > limit.requests * 2)
    gateways[1]!.signal('SIGWINCH')
    const then = arrivals().length
    await until(() => arrivals().length > then + limit.requests * 2).finally(() => {
      goesOn = false
    })
    await Promise.all(callers)
    expect(mostInAnyWindow(arrivals(), limit.perMs)).toBeLessThanOrEqual(limit.requests)
  }, 90_000)

  it("count a Retry-After that is a date from the vendor's own", async () => {
    const gateway = await start({ offMs: TEN_MINUTES_MS })
    expect(await read(gateway)).toBe(200)
    const headers = {
      'content-type': 'application/json',
      date: new Date(0).toUTCString(),
      'retry-after': new Date(60_000).toUTCString(),
    }
    store.faults.add({ when: isData, do: answer(429, headers, '{}') })
    const { status, headers: told } = await fetch(gateway.url + PATH)
    expect(status).toBe(429)
    expect(Number(told.get('retry-after'))).toBeGreaterThan(50)
    expect(Number(told.get('retry-after'))).toBeLessThanOrEqual(60)
  })
})

describe('a gateway alone whose clock is put back an hour', () => {
  it('keeps its token, its limit and its clients', async () => {
    const limit = { requests: 5, perMs: 1_000 }
    const gateway = await start({ offMs: 0, settings: { limits: limit }, environment: { STATE_DIR: '.' } })
    expect(await read(gateway)).toBe(200)
    const before = await timeOf(gateway)
    gateway.signal('SIGWINCH')
    for (let call = 0; call < 15; call += 1) expect(await read(gateway)).toBe(200)
    await expect.poll(() => timeOf(gateway), { timeout: 10_000 }).toBeLessThan(before)
    expect(count(isLogin)).toBe(1)
    const arrivals = store.requests.filter(isData).map(({ at }) => at)
    expect(mostInAnyWindow(arrivals, limit.perMs)).toBeLessThanOrEqual(limit.requests)
  })
})
