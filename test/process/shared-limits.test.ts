import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RecordedRequest } from '../../src/sandbox/exchange.ts'
import { answer } from '../../src/sandbox/faults.ts'
import { startKommo } from '../../src/sandbox/kommo/index.ts'
import { isLong, some } from '../support/cases.ts'
import { isData } from '../support/faulty.ts'
import { connectionTo, startStore } from '../support/gateway.ts'
import { mostInAnyWindow, until } from '../support/instances.ts'
import { killAll, type Run, run } from '../support/process.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'
import { keepSecrets } from '../support/results.ts'
import { temporaryFolder } from '../support/stores.ts'

// Three whole processes on one Redis share what a vendor allows. What counts is when the vendor saw its calls.

const PROCESSES = 3
const WINDOWS = isLong ? 60 : 6
const LONG_MS = 600_000

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let redis: RedisServer
let vendor: { requests: RecordedRequest[]; close(): Promise<void> }
beforeEach(async () => {
  ;[folder, redis] = await Promise.all([temporaryFolder(), startRedis()])
})
afterEach(async () => {
  await killAll()
  await Promise.all([vendor.close(), redis.stop()])
  await folder.remove()
})

interface Limit {
  requests: number
  perMs: number
}

/** Nothing is refused for want of time: all wait for their turn. */
const settingsFor = (limits: Limit) => ({ limits, timeoutMs: 20_000 })

function startGateways(connection: Record<string, unknown>): Promise<Run[]> {
  const key = Buffer.alloc(32, 7).toString('base64')
  const environment = { ENCRYPTION_KEYS: `k1:${key}`, LOG_LEVEL: 'warn', REDIS_URL: redis.url }
  const options = { folder: folder.path, environment, config: { connections: [connection] } }
  return Promise.all(Array.from({ length: PROCESSES }, () => run(options)))
}

async function withShop(limit: Limit) {
  const store = await startStore({ limit: null })
  vendor = store
  return {
    faults: store.faults,
    resource: 'products',
    gateways: await startGateways({ ...connectionTo('centro', store, settingsFor(limit)) }),
  }
}

async function withCrm(limit: Limit) {
  const crm = await startKommo({ limit: null })
  vendor = crm
  keepSecrets([crm.longLivedToken])
  const credentials = { grant: 'long_lived_token', token: crm.longLivedToken }
  const settings = { ...crm.settings, ...settingsFor(limit) }
  return { faults: crm.faults, resource: 'customers', gateways: await startGateways({ id: 'crm', vendor: 'kommo', credentials, settings }) }
}

type Scene = Awaited<ReturnType<typeof withShop>>

/** Addresses of different records, so that no two calls are answered together. */
async function pathsIn({ gateways, resource }: Scene): Promise<string[]> {
  let response = await fetch(`${gateways[0]!.url}/${resource}?limit=12`)
  while (response.status !== 200) response = await fetch(`${gateways[0]!.url}/${resource}?limit=12`)
  const { data } = (await response.json()) as { data: { id: string }[] }
  return data.map(({ id }) => `/${resource}/${id}`)
}

const arrivals = () => vendor.requests.filter(isData).map(({ at }) => at)
const seen = (calls: number) => until(() => arrivals().length >= calls, LONG_MS)

/** Answered, refused for the limit, or shed by a process that cannot keep up on a busy machine; no other failure will do. */
async function isFair(answer: Response): Promise<boolean> {
  if (answer.status !== 503) return answer.status === 200 || answer.status === 429
  const { detail } = (await answer.json()) as { detail: string }
  return detail === 'The gateway has more to do than it can.'
}

/** All gateways are asked all the time while `meanwhile` goes on. On a busy machine one may lose Redis for a moment, and refuse then. */
async function saturated(scene: Scene, meanwhile: () => Promise<void>): Promise<void> {
  const paths = await pathsIn(scene)
  let isOver = false
  const callers = paths.map(async (path, index) => {
    while (!isOver) expect(await isFair(await fetch(scene.gateways[index % PROCESSES]!.url + path))).toBe(true)
  })
  await Promise.race([meanwhile(), Promise.all(callers)]).finally(() => {
    isOver = true
  })
  await Promise.all(callers)
}

const tooMany = (headers: Record<string, string> = {}) => answer(429, { 'content-type': 'application/json', ...headers }, '{}')

describe('three saturated processes', () => {
  // The shorter the margin, the less a busy machine may be late: Kommo's is for the long run.
  it.each(
    some(
      [
        { what: '20 calls a second', start: withShop, limit: { requests: 20, perMs: 1_000 }, marginMs: 1_000 },
        { what: "Kommo's 7 calls a second", start: withCrm, limit: { requests: 7, perMs: 1_000 }, marginMs: 90 },
      ],
      1,
    ),
  )(
    'never show a vendor more than $what, and use nine tenths of their budget at least',
    async ({ start, limit: { requests, perMs }, marginMs }) => {
      const scene = await start({ requests, perMs })
      await saturated(scene, () => seen(requests * WINDOWS))
      expect(mostInAnyWindow(arrivals(), perMs)).toBeLessThanOrEqual(requests)
      // Once they have found their pace: at first each holds some for itself.
      const steady = arrivals().slice(requests * 2)
      const windowMs = perMs + marginMs
      const windows = Math.floor((steady.at(-1)! - steady[0]!) / windowMs)
      const within = steady.filter((at) => at < steady[0]! + windows * windowMs)
      // Whoever could not use Redis for a moment kept to less, as it should.
      const wereTogether = scene.gateways.every(({ output }) => !output().includes('keeps to its share'))
      if (wereTogether || isLong) expect(within.length / (windows * requests)).toBeGreaterThanOrEqual(0.9)
    },
    LONG_MS,
  )

  it.each([
    ['as long as its Retry-After says, which one of them was given (row 4)', tooMany({ 'retry-after': '4' }), 4_000],
    ['for a whole window where it says nothing (row 5)', tooMany(), 1_500],
  ])(
    'all leave a vendor alone %s',
    async (_howLong, refusal, waitMs) => {
      const limit = { requests: 10, perMs: 500 }
      const scene = await withShop(limit)
      await saturated(scene, async () => {
        await seen(limit.requests * 2)
        scene.faults.add({ when: isData, times: 1, do: refusal })
        const before = arrivals().length
        await seen(before + limit.requests * 2)
        const refusedAt = arrivals()[before]!
        // What was on its way when the refusal was told is no disobedience.
        const early = arrivals().filter((at) => at > refusedAt + 500 && at < refusedAt + waitMs)
        expect(early).toEqual([])
      })
    },
    LONG_MS,
  )
})

describe('a vendor that blocks everything from here', () => {
  it('is called by none of three processes until the block is over (row 6)', async () => {
    const scene = await withCrm({ requests: 60, perMs: 1_000 })
    const paths = await pathsIn(scene)
    const askAll = () => Promise.all(scene.gateways.map(({ url }, index) => fetch(url + paths[index]!)))
    scene.faults.add({ times: 1, do: tooMany({ 'retry-after': '1' }) })
    scene.faults.add({ times: 1, do: answer(403, { 'content-type': 'application/problem+json' }, '{}') })
    expect((await fetch(scene.gateways[0]!.url + paths[0]!)).status).toBe(429)
    const before = arrivals().length
    for (let round = 0; round < 3; round += 1) {
      for (const { status, headers } of await askAll()) {
        expect(status).toBe(429)
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(240)
      }
    }
    expect(arrivals()).toHaveLength(before)
    // The block is in Redis, whose clock is its own: instead of waiting it is made to end.
    await redis.client.hset('gw:{vendor-kommo}:gate', 'closed', 0)
    expect((await askAll()).map(({ status }) => status)).toEqual([200, 200, 200])
  })
})
