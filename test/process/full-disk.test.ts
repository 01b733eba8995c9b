import { readFile, rm, symlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConnectionConfig } from '../../src/config-schema.ts'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { isLogin } from '../support/faulty.ts'
import { startStore } from '../support/gateway.ts'
import { killAll, type Run, run } from '../support/process.ts'
import { freePort, type RedisServer, startRedis } from '../support/redis.ts'
import { rotatingTo } from '../support/refreshing.ts'
import { temporaryFolder } from '../support/stores.ts'

// Row 41 of the fault matrix: disks that take nothing more, and a log that nobody reads. /dev/full refuses every byte, whoever writes.

const FULL = '/dev/full'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let redis: RedisServer
let store: EgestorSandbox
let config: { connections: ConnectionConfig[] }
beforeEach(async () => {
  ;[folder, redis, store] = await Promise.all([temporaryFolder(), startRedis(), startStore({ limit: null })])
  config = { connections: [rotatingTo('centro', store)] }
})
afterEach(async () => {
  await killAll()
  await store.close()
  await redis.stop()
  await folder.remove()
})

const start = (environment: Record<string, string> = {}, output?: string): Promise<Run> =>
  run({
    folder: folder.path,
    config,
    environment: { ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`, STATE_DIR: '.', ...environment },
    ...(output && { output }),
  })

const read = async ({ url }: Run) => (await fetch(`${url}/products/centro:1`)).status
const readiness = async ({ url }: Run) => ((await (await fetch(`${url}/readyz`)).json()) as { status: string }).status
const metric = async ({ url }: Run, name: string) =>
  new RegExp(`^${name}(?:\\{.*\\})? (\\d+)$`, 'm').exec(await (await fetch(`${url}/metrics`)).text())?.[1]
const logins = () => store.requests.filter(isLogin).length

describe('a disk that takes nothing more', () => {
  it.each(['with Redis', 'without'])('%s fails no request, is told, and is given everything when it has room again', async (where) => {
    const file = join(folder.path, `${hostname()}-any.tokens.jsonl`)
    await symlink(FULL, `${file}.new`)
    const gateway = await start(where === 'with Redis' ? { REDIS_URL: redis.url } : {})
    expect(await readiness(gateway)).toBe('ready')
    expect([await read(gateway), logins()]).toEqual([200, 1])
    expect([await readiness(gateway), await metric(gateway, 'fachada_state_writable')]).toEqual(['degraded', '0'])
    store.revokeAccessTokens()
    expect([await read(gateway), logins()]).toEqual([200, 2])
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200)
    await rm(`${file}.new`)
    await expect.poll(() => readiness(gateway), { timeout: 20_000 }).toBe('ready')
    expect(await readFile(file, 'utf8')).toContain('"version":2')
    const { code, stdout } = await gateway.stop()
    expect(code).toBe(0)
    expect(stdout).toMatch(where === 'with Redis' ? '"reason":"not_journaled"' : 'cannot be written')
    // Nobody logs in again.
    await redis.client.flushall()
    const next = await start(where === 'with Redis' ? { REDIS_URL: redis.url } : {})
    expect([await read(next), logins()]).toEqual([200, 2])
  })
})

describe('a log', () => {
  it('that is closed ends nothing', async () => {
    const gateway = await start({ LOG_LEVEL: 'trace' })
    expect(await metric(gateway, 'fachada_log_writable')).toBe('1')
    gateway.closeOutput()
    await expect
      .poll(async () => [await read(gateway), await metric(gateway, 'fachada_log_writable')], { timeout: 20_000 })
      .toEqual([200, '0'])
    for (let call = 0; call < 50; call += 1) expect(await read(gateway)).toBe(200)
    expect(await readiness(gateway)).toBe('ready')
    expect(await gateway.stop()).toMatchObject({ code: 0, signal: null, stderr: '' })
  })

  it('on a full disk ends nothing either, from the first line on', async () => {
    const port = await freePort()
    const gateway = await start({ LOG_LEVEL: 'trace', PORT: String(port) }, FULL)
    await expect
      .poll(async () => [await read(gateway), await metric(gateway, 'fachada_log_writable')], { timeout: 20_000 })
      .toEqual([200, '0'])
    for (let call = 0; call < 50; call += 1) expect(await read(gateway)).toBe(200)
    expect(await gateway.stop()).toMatchObject({ code: 0, signal: null, stderr: '' })
  })
})
