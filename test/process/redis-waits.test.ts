import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { randomKeyRing } from '../../src/kernel/seal.ts'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { send } from '../../src/sandbox/exchange.ts'
import { startKommo } from '../../src/sandbox/kommo/index.ts'
import { connectionTo, json, startGateway, startStore, type TestGateway } from '../support/gateway.ts'
import { type Link, startLink } from '../support/proxy.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'
import { keepSecrets } from '../support/results.ts'
import { UNLIMITED } from '../support/two-stores.ts'

// How often requests wait for a Redis that does not answer. Each command that is sent then is a wait of 200 ms; those are counted.

let redis: RedisServer
let link: Link
let gateway: TestGateway
let store: EgestorSandbox
let toClose: { close(): Promise<unknown> }[]
beforeEach(async () => {
  redis = await startRedis()
  link = await startLink(redis.port)
  const [one, other, crm] = await Promise.all([
    startStore({ limit: null }),
    startStore({ limit: null, store: 'norte' }),
    startKommo({ limit: null }),
  ])
  store = one
  keepSecrets([crm.longLivedToken])
  const credentials = { grant: 'long_lived_token', token: crm.longLivedToken }
  const connections = [
    connectionTo('known', one, UNLIMITED),
    connectionTo('cold', other, UNLIMITED),
    { id: 'crm', vendor: 'kommo', credentials, settings: { ...crm.settings, ...UNLIMITED } },
  ]
  gateway = await startGateway(connections, { redisUrl: `redis://127.0.0.1:${link.port}`, keyRing: randomKeyRing() })
  toClose = [gateway, link, one, other, crm]
  expect((await gateway.fetch('/products/known:1')).status).toBe(200)
})
afterEach(async () => {
  for (const one of toClose) await one.close()
  await redis.stop()
})

/** Commands sent since Redis was lost. The heartbeat and the look at the connections are nobody's wait. */
function waits(): number {
  const count = (pattern: RegExp) => link.said.match(pattern)?.length ?? 0
  return count(/\r\n(evalsha|eval|exists|get|set)\r\n/gi) - count(/\{(instances\}:epoch|connections\}:revision)/g)
}

function loseRedis(): void {
  link.isLost = true
  link.said = ''
}

const REQUESTS = {
  'a read': () => gateway.fetch('/products/known:1'),
  'a read that has to log in': () => gateway.fetch('/products/cold:1'),
  'a read at a vendor that may block': () => gateway.fetch('/customers?connection=crm'),
  'a write with a key': () =>
    gateway.fetch('/customers?connection=known', json('POST', { name: 'Várzea Ótica' }, { 'idempotency-key': randomUUID() })),
}
const requests = Object.entries(REQUESTS)

describe('a Redis that stops to answer', () => {
  it.each(requests)('is waited for once by %s, and not at all by those who come later (rows 32, 33, 37)', async (_what, ask) => {
    loseRedis()
    await ask()
    expect(waits()).toBeLessThanOrEqual(1)
    for (let time = 0; time < 5; time += 1) for (const [, later] of requests) await later()
    expect(waits()).toBeLessThanOrEqual(1)
  })

  it('is waited for once by each of many who come at once', async () => {
    loseRedis()
    await Promise.all(Array.from({ length: 40 }, (_, index) => requests[index % requests.length]![1]()))
    expect(waits()).toBeLessThanOrEqual(40)
    const before = waits()
    for (const [, later] of requests) await later()
    expect(waits()).toBe(before)
  })

  it('while a write is at the vendor is waited for once, and the write is told as it was', async () => {
    store.faults.add({
      when: ({ method, path }) => method === 'POST' && path === '/v1/contatos',
      do({ apply, response }) {
        loseRedis()
        const reply = apply()
        // Less than the gateway counts: that is to be noted too, before the outcome is.
        send(response, { ...reply, headers: { ...reply.headers, 'x-ratelimit-remaining': '1' } })
      },
    })
    expect((await REQUESTS['a write with a key']()).status).toBe(201)
    expect(waits()).toBeLessThanOrEqual(1)
  })
})
