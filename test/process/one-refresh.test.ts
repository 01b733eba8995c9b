import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { delay } from '../../src/sandbox/faults.ts'
import { isLong } from '../support/cases.ts'
import { startStore } from '../support/gateway.ts'
import { killAll, type Run } from '../support/process.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'
import { counted, readUntilDone, rotatingTo, runScaled, SCALED, watchLogins } from '../support/refreshing.ts'
import { temporaryFolder } from '../support/stores.ts'

// Rows 7, 11 and 12 of the fault matrix, with whole processes: a vendor up to three times slower than the lease.

const PROCESSES = 4
const CALLERS = 50
const ROUNDS = isLong ? 1_000 : 4

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let redis: RedisServer
let store: EgestorSandbox
let gateways: Run[]
beforeAll(async () => {
  folder = await temporaryFolder()
  redis = await startRedis()
  store = await startStore({ limit: null })
  const connections = [rotatingTo('centro', store)]
  const environment = { REDIS_URL: redis.url, LOG_LEVEL: 'silent' }
  gateways = await Promise.all(
    Array.from({ length: PROCESSES }, (_, index) => runScaled(join(folder.path, String(index)), connections, environment)),
  )
})
afterAll(async () => {
  await killAll()
  await store.close()
  await redis.stop()
  await folder.remove()
})

describe(`${PROCESSES} processes with ${CALLERS} callers each`, () => {
  it(`refresh once for each token that ends, ${ROUNDS} times`, async () => {
    const slow = [0, 1, 2, 3].map((times) => delay(times * SCALED.leaseMs))
    const { posted } = watchLogins(store, slow)
    let repeated = 0
    for (let round = 1; round <= ROUNDS; round += 1) {
      const reads = gateways.flatMap((gateway) => Array.from({ length: CALLERS }, () => readUntilDone(gateway, 'centro')))
      for (const again of await Promise.all(reads)) repeated += again
      expect(posted).toHaveLength(round)
      store.revokeAccessTokens()
    }
    expect(new Set(counted(posted))).toEqual(new Set([1]))
    process.stdout.write(`${ROUNDS} rounds, ${posted.length} refreshes, ${repeated} requests sent again\n`)
  }, 3_600_000)
})
