import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { answer, delay, holdUntil } from '../../src/sandbox/faults.ts'
import { type Balancer, startBalancer } from '../support/balancer.ts'
import { isLong } from '../support/cases.ts'
import { ALWAYS, isData, isLogin } from '../support/faulty.ts'
import { startStore } from '../support/gateway.ts'
import type { Json } from '../support/json.ts'
import { killAll, type Run, run } from '../support/process.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'
import { counted, rotatingTo, watchLogins } from '../support/refreshing.ts'
import { temporaryFolder } from '../support/stores.ts'

// Row 39 of the fault matrix: three gateways on one Redis, each told to stop and started again while requests come in.

const INSTANCES = 3
const CALLERS = 9
const NAME = 'Várzea Ótica'
const ROUNDS = isLong ? 50 : 1

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let redis: RedisServer
let store: EgestorSandbox
beforeEach(async () => {
  ;[folder, redis, store] = await Promise.all([temporaryFolder(), startRedis(), startStore({ limit: null })])
})
afterEach(async () => {
  await killAll()
  redis.process.kill('SIGCONT')
  await store.close()
  await redis.stop()
  await folder.remove()
})

/** Starts one of them, each in a folder of its own, on one rotating login. */
function starting(): (instance: number) => Promise<Run> {
  const config = { connections: [rotatingTo('centro', store)] }
  const environment = { ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`, REDIS_URL: redis.url, LOG_LEVEL: 'warn' }
  return (instance) => run({ folder: join(folder.path, String(instance)), config, environment })
}

/** All of them behind a balancer, serving. */
async function startAll() {
  const start = starting()
  const gateways = await Promise.all(Array.from({ length: INSTANCES }, (_, instance) => start(instance)))
  const balancer = startBalancer()
  for (const { url } of gateways) balancer.add(url)
  expect((await balancer.request('GET', '/products/centro:1')).status).toBe(200)
  return { start, gateways, balancer }
}

interface Told {
  reads: number
  writes: number
  problems: Json[]
  /** Connections that broke. */
  broken: string[]
}

/** What was told to come again, since this machine is too slow for Redis' 200 ms: no stop has to do with it. */
const isOfSlowness = ({ code, detail }: Json) =>
  code === 'vendor_rate_limited' || detail === 'The store that instances share cannot be reached.'

/** A call that waited for a vendor's limit until its renewed token was revoked too: refused twice is 424. */
const isOfRevoking = ({ code, upstream }: Json) => code === 'connection_unauthorized' && upstream?.status === 401

/** Callers that read and write until they are stopped. */
function load(balancer: Balancer): () => Promise<Told> {
  const told: Told = { reads: 0, writes: 0, problems: [], broken: [] }
  let goesOn = true

  async function call(what: 'reads' | 'writes'): Promise<void> {
    const { status, text } = await (what === 'writes'
      ? balancer.request('POST', '/customers?connection=centro', { name: NAME })
      : balancer.request('GET', '/products/centro:1'))
    const body: Json = JSON.parse(text)
    if (status < 300 || body.outcome === 'applied') told[what] += 1
    else told.problems.push(body)
  }

  const callers = Array.from({ length: CALLERS }, async (_, index) => {
    while (goesOn) {
      await call(index % 3 === 0 ? 'writes' : 'reads').catch((error) => told.broken.push(String(error)))
      await setTimeout(5)
    }
  })
  return async () => {
    goesOn = false
    await Promise.all(callers)
    return told
  }
}

const created = () => [...store.data.contatos.rows.values()].filter(({ nome }) => nome === NAME)

describe(`${INSTANCES} gateways that are started anew one after the other, ${ROUNDS} times`, () => {
  it('fail no request, do no write twice, and spend no refresh token twice', async () => {
    const { posted } = watchLogins(store, [delay(200)])
    // Some that are still under way when nobody new is sent there.
    store.faults.add({ when: (request) => isData(request) && store.requests.length % 20 === 0, times: ALWAYS, do: delay(1_500) })
    const { start, gateways, balancer } = await startAll()
    const end = load(balancer)
    for (let round = 0; round < ROUNDS; round += 1) {
      for (let instance = 0; instance < INSTANCES; instance += 1) {
        const before = posted.length
        store.revokeAccessTokens()
        await expect.poll(() => posted.length, { timeout: 20_000 }).toBeGreaterThan(before)
        expect(await gateways[instance]!.stop()).toMatchObject({ code: 0, signal: null, stderr: '' })
        const anew = await start(instance)
        gateways[instance] = anew
        balancer.add(anew.url)
      }
    }
    const { reads, writes, problems, broken } = await end()
    await balancer.close()
    expect([broken, problems.filter((problem) => !isOfSlowness(problem))]).toEqual([[], []])
    expect(created()).toHaveLength(writes)
    expect(new Set(counted(posted))).toEqual(new Set([1]))
    process.stdout.write(
      `${INSTANCES * ROUNDS} stops, ${reads} reads, ${writes} writes, ${posted.length} refreshes, ${problems.length} told to come again\n`,
    )
  }, 3_600_000)
})

describe('a frozen Redis, a vendor that says 429, and a stop, all at once', () => {
  it('break no connection, do no write twice, and tell of each request what became of it (row 62)', async () => {
    const { posted } = watchLogins(store, [delay(200)])
    const { start, gateways, balancer } = await startAll()
    const end = load(balancer)
    for (let round = 0; round < ROUNDS; round += 1) {
      const instance = round % INSTANCES
      const other = gateways[(instance + 1) % INSTANCES]!
      store.revokeAccessTokens()
      store.faults.add({ when: isData, times: 3, do: answer(429, { 'content-type': 'application/json', 'retry-after': '1' }, '{}') })
      redis.process.kill('SIGSTOP')
      const ended = gateways[instance]!.stop()
      const readiness = async () => (await fetch(`${other.url}/readyz`)).text()
      await expect.poll(readiness, { timeout: 20_000 }).toContain('degraded')
      redis.process.kill('SIGCONT')
      expect(await ended).toMatchObject({ code: 0, signal: null, stderr: '' })
      await expect.poll(readiness, { timeout: 20_000 }).toContain('ready')
      const anew = await start(instance)
      gateways[instance] = anew
      balancer.add(anew.url)
      const isServing = async () => (await balancer.request('GET', '/products/centro:1')).status
      await expect.poll(isServing, { timeout: 60_000 }).toBe(200)
    }
    const { reads, writes, problems, broken } = await end()
    await balancer.close()
    const unknown = problems.filter(({ outcome }) => outcome === 'unknown').length
    const isTold = (problem: Json) => problem.retryable || problem.outcome === 'unknown' || isOfRevoking(problem)
    expect([broken, problems.filter((problem) => !isTold(problem))]).toEqual([[], []])
    expect(created().length).toBeGreaterThanOrEqual(writes)
    expect(created().length).toBeLessThanOrEqual(writes + unknown)
    // Twice only where nobody knew what became of the first.
    expect(Math.max(...counted(posted))).toBeLessThanOrEqual(2)
    process.stdout.write(`${ROUNDS} times, ${reads} reads, ${writes} writes, ${problems.length} problems, ${unknown} of unknown outcome\n`)
  }, 3_600_000)
})

describe('a token call on its way when the process is told to stop', () => {
  it('is waited for and stored, although nobody waits for its answer any more', async () => {
    const start = starting()
    let letGo = () => {}
    const gate = new Promise<void>((resolve) => {
      letGo = resolve
    })
    store.faults.add({ when: isLogin, do: holdUntil(gate) })
    const first = await start(0)
    const caller = new AbortController()
    const left = fetch(`${first.url}/products/centro:1`, { signal: caller.signal }).catch(({ name }) => name)
    const logins = () => store.requests.filter(isLogin).length
    await expect.poll(logins, { timeout: 20_000 }).toBe(1)
    const ended = first.stop()
    caller.abort()
    expect(await left).toBe('AbortError')
    // Nothing is listened to any more, and the process is still there.
    const refused = () =>
      fetch(first.url).then(
        () => false,
        () => true,
      )
    await expect.poll(refused, { timeout: 20_000 }).toBe(true)
    letGo()
    expect(await ended).toMatchObject({ code: 0, signal: null, stderr: '' })
    const second = await start(1)
    expect((await fetch(`${second.url}/products/centro:1`)).status).toBe(200)
    expect(logins()).toBe(1)
  })
})
