import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomKeyRing, sealFor } from '../../src/kernel/seal.ts'
import { sealRecord } from '../../src/kernel/tokens/record.ts'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { fileJournal } from '../../src/store/file.ts'
import { isLogin } from '../support/faulty.ts'
import { startGateway, startStore } from '../support/gateway.ts'
import { killAll, type Run, run } from '../support/process.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'
import { readUntilDone, rotatingTo } from '../support/refreshing.ts'
import { temporaryFolder } from '../support/stores.ts'

// Row 59 of the fault matrix, with whole processes: keys are changed while requests come in, and a stored record is changed by hand.

const RESEAL = fileURLToPath(new URL('../../scripts/reseal.ts', import.meta.url))
const keyOf = (id: string, fill: number) => `${id}:${Buffer.alloc(32, fill).toString('base64')}`
const KEY = { id: 'key', secret: Buffer.alloc(32, 3) }
const [OLD, NEW] = [keyOf('k1', 1), keyOf('k2', 2)]
const IDS = ['centro', 'norte']

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let redis: RedisServer
let store: EgestorSandbox
let config: { connections: ReturnType<typeof rotatingTo>[] }
beforeAll(async () => {
  folder = await temporaryFolder()
  redis = await startRedis()
  store = await startStore({ limit: null })
  config = { connections: IDS.map((id) => rotatingTo(id, store)) }
})
afterAll(async () => {
  await killAll()
  await store.close()
  await redis.stop()
  await folder.remove()
})

const start = (keys: string) =>
  run({ folder: folder.path, config, environment: { ENCRYPTION_KEYS: keys, REDIS_URL: redis.url, LOG_LEVEL: 'warn' } })

/** `npm run reseal`, as it ends. */
function resealed(keys: string): Promise<{ code: number | null; said: string }> {
  const environment = { PATH: process.env.PATH, ENCRYPTION_KEYS: keys, REDIS_URL: redis.url }
  const child = spawn(process.execPath, [RESEAL], { cwd: folder.path, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })))
}

/** Reads again and again until it is told to stop; answers with the reads, and throws where one failed for good. */
function load(gateway: Run): () => Promise<number> {
  let reads = 0
  let goesOn = true
  const readers = IDS.map(async (id) => {
    for (; goesOn; reads += 1) {
      await readUntilDone(gateway, id)
      await setTimeout(20)
    }
  })
  return async () => {
    goesOn = false
    await Promise.all(readers)
    return reads
  }
}

describe('keys that are changed', () => {
  it('fail no request: old and new processes side by side, then sealed anew under load', async () => {
    const old = await start(`${OLD},${NEW}`)
    const endOld = load(old)
    const both = await start(`${NEW},${OLD}`)
    const endBoth = load(both)
    store.revokeAccessTokens()
    expect(await endOld()).toBeGreaterThan(0)
    await old.stop()
    expect(await resealed(`${NEW},${OLD}`)).toMatchObject({ code: 0, said: expect.stringContaining('tokens:') })
    expect(await resealed(NEW)).toEqual({ code: 0, said: 'tokens: 2 by k2; 0 sealed anew\nconnections: none; 0 sealed anew\n' })
    expect(await endBoth()).toBeGreaterThan(0)
    await both.stop()
    expect(await resealed(OLD)).toMatchObject({ code: 1, said: expect.stringContaining('the key of 2 is not in ENCRYPTION_KEYS') })
  }, 240_000)
})

describe('the journal beside Redis', () => {
  it('is sealed anew by its process at its start, and gives back what Redis lost without the old key', async () => {
    const state = join(folder.path, 'journal')
    const [id] = IDS as [string]
    const connections = [rotatingTo(id, store)]
    const startBeside = (keys: string) =>
      run({
        folder: state,
        config: { connections },
        environment: { ENCRYPTION_KEYS: keys, REDIS_URL: redis.url, LOG_LEVEL: 'warn', STATE_DIR: state },
      })
    const journal = async () => {
      const files = (await readdir(state)).filter((name) => name.endsWith('.tokens.jsonl'))
      return (await Promise.all(files.map((name) => readFile(join(state, name), 'utf8')))).join('')
    }

    const old = await startBeside(OLD)
    await readUntilDone(old, id)
    await old.stop()
    expect(await journal()).toContain('v1.k1.')
    const both = await startBeside(`${NEW},${OLD}`)
    await expect.poll(journal, { timeout: 20_000 }).not.toContain('v1.k1.')
    await both.stop()

    await redis.client.flushall()
    const logins = store.requests.filter(isLogin).length
    const without = await startBeside(NEW)
    await readUntilDone(without, id)
    await without.stop()
    expect(store.requests.filter(isLogin)).toHaveLength(logins)
  }, 240_000)

  it('tells of what does not open', async () => {
    const state = await temporaryFolder()
    const foreign = sealRecord(sealFor(randomKeyRing(), 'token'), 'login', 1, null)
    await (await fileJournal(state.path, 'other', () => {})).append('login', foreign)
    const gateway = await startGateway([], { redisUrl: redis.url, keyRing: { keys: [KEY] }, stateDir: state.path })
    const told = { msg: 'stored records that do not open', kind: 'journal', missing: 1, tampered: 0 }
    await expect.poll(() => gateway.lines).toContainEqual(expect.objectContaining(told))
    await gateway.close()
    await state.remove()
  })
})

describe('records that were swapped', () => {
  it('are 503 for both, told, and never the token of another', async () => {
    await redis.client.flushall()
    const options = { redisUrl: redis.url, keyRing: randomKeyRing() }
    const connections = IDS.map((id) => rotatingTo(id, store))
    const before = await startGateway(connections, options)
    for (const id of IDS) expect((await before.fetch(`/products/${id}:1`)).status).toBe(200)
    await before.close()
    const [one, other] = (await redis.client.keys('gw:{*}:token')) as [string, string]
    const [first, second] = await Promise.all([one, other].map((key) => redis.client.hget(key, 'sealed')))
    await redis.client.hset(one, 'sealed', second!)
    await redis.client.hset(other, 'sealed', first!)

    const calls = store.requests.length
    const gateway = await startGateway(connections, options)
    for (const id of IDS) {
      const { body } = await gateway.fetch(`/products/${id}:1`)
      expect(body).toMatchObject({ status: 503, code: 'vendor_unavailable', retryable: false })
    }
    expect(store.requests).toHaveLength(calls)
    expect(gateway.lines).toContainEqual(expect.objectContaining({ msg: 'token', reason: 'tampered', connections: ['centro'] }))
    expect((await gateway.fetch('/metrics')).text).toMatch(/fachada_token_troubles_total\{reason="tampered"\} [1-9]/)
    await gateway.close()
  })
})
