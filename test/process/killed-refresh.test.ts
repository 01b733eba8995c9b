import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConnectionConfig } from '../../src/config-schema.ts'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { applyThenHang, delay } from '../../src/sandbox/faults.ts'
import { isLong } from '../support/cases.ts'
import { connectionTo, startStore } from '../support/gateway.ts'
import { killAll, type Run } from '../support/process.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'
import { counted, rotatingTo, runScaled, WIDE, watchLogins } from '../support/refreshing.ts'
import type { Step } from '../support/scaled-server.ts'
import { temporaryFolder } from '../support/stores.ts'

// Rows 13 and 40 of the fault matrix: kill -9 while a token is refreshed. The sandbox's refresh token is void once it was used.

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let redis: RedisServer
let store: EgestorSandbox
beforeEach(async () => {
  folder = await temporaryFolder()
  redis = await startRedis()
  store = await startStore({ limit: null })
})
afterEach(async () => {
  await killAll()
  await store.close()
  await redis.stop()
  await folder.remove()
})

const start = (connections: ConnectionConfig[], environment: Record<string, string> = {}): Promise<Run> =>
  runScaled(folder.path, connections, { REDIS_URL: redis.url, LOG_LEVEL: 'silent', ...environment })
const read = async ({ url }: Run, id: string): Promise<number> => (await fetch(`${url}/products/${id}:1`)).status
/** A read by a process that dies of it. */
const readAndDie = (gateway: Run, id: string) => read(gateway, id).catch(() => 0)

/** Where it dies, what the next process answers, and how often the one refresh token is sent in all. */
const POINTS: [dieAt: Step, status: number, sent: number][] = [
  // Written down, not sent: the next one sends it.
  ['noted', 200, 1],
  // Only its memory had the answer: sent once more, and then a person has to authorise.
  ['journaling', 424, 2],
  // The journal had it, Redis had not.
  ['journaled', 200, 1],
  ['written', 200, 1],
]

describe('a process killed while it refreshes', () => {
  it('leaves what the next one needs, wherever it died', async () => {
    const rotating = ['sent', ...POINTS.map(([dieAt]) => dieAt)].map((id) => rotatingTo(id, store))
    const connections = [connectionTo('personal', store, WIDE), ...rotating]
    const { posted } = watchLogins(store, [applyThenHang, delay(0), delay(0), delay(0), delay(0), delay(0), delay(0), delay(0), delay(0)])

    const hanging = await start(connections)
    const dying = readAndDie(hanging, 'sent')
    await expect.poll(() => posted.length, { timeout: 60_000 }).toBe(1)
    await hanging.stop('SIGKILL')
    await dying
    for (const [dieAt] of POINTS) expect(await readAndDie(await start(connections, { DIE_AT: dieAt }), dieAt)).toBe(0)
    expect(await readAndDie(await start(connections, { DIE_AT: 'writing' }), 'personal')).toBe(0)

    const next = await start(connections)
    const answers: Record<string, number> = {}
    for (let call = 0; call < 3; call += 1) {
      for (const { id } of connections) answers[id] = await read(next, id)
    }
    expect(answers).toEqual({ personal: 200, sent: 424, ...Object.fromEntries(POINTS.map(([id, status]) => [id, status])) })
    const first = rotating.map(({ credentials }) => credentials.refreshToken)
    expect(first.map((token) => posted.filter((one) => one === token).length)).toEqual([2, ...POINTS.map(([, , sent]) => sent)])
  }, 180_000)
})

describe('processes killed at any moment', () => {
  const KILLS = isLong ? 200 : 2

  it(`never send a refresh token more than twice, and recover without a person where they can log in, ${KILLS} times`, async () => {
    const personal = connectionTo('centro', store, WIDE)
    const { posted } = watchLogins(store, [delay(0), delay(100)])
    let rotating = rotatingTo('norte', store)
    let lost = 0
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const gateway = await start([personal, rotating])
      expect(await read(gateway, 'centro')).toBe(200)
      const status = await read(gateway, 'norte')
      expect([200, 424]).toContain(status)
      if (status === 424) {
        lost += 1
        rotating = rotatingTo('norte', store)
      }
      store.revokeAccessTokens()
      const dying = ['centro', 'norte'].map((id) => readAndDie(gateway, id))
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 250))
      await gateway.stop('SIGKILL')
      await Promise.all(dying)
    }
    const spent = posted.filter((token) => token !== 'personal')
    expect(Math.max(...counted(spent))).toBeLessThanOrEqual(2)
    process.stdout.write(`${KILLS} kills, ${spent.length} refreshes, ${lost} pairs lost with the answer on its way\n`)
  }, 3_600_000)
})
