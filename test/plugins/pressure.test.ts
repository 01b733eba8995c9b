import { afterEach, expect, it } from 'vitest'
import type { Pressure } from '../../src/plugins/pressure.ts'
import { as, clientWith } from '../support/clients.ts'
import { connectionTo, startGateway, startStore, type TestGateway } from '../support/gateway.ts'

let toClose: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of toClose.reverse()) await one.close()
  toClose = []
})

async function start(shedsAt: Pressure): Promise<{ gateway: TestGateway; asked(): number }> {
  const store = await startStore()
  const gateway = await startGateway([connectionTo('loja', store)], {
    clients: [clientWith('app', { scopes: ['write'] }), clientWith('watch', { scopes: ['metrics'] })],
    shedsAt,
  })
  toClose.push(store, gateway)
  return { gateway, asked: () => store.requests.length }
}

const NEVER = Number.POSITIVE_INFINITY
/** Keeps the only thread busy. */
function block(forMs: number): void {
  const until = performance.now() + forMs
  while (performance.now() < until);
}

it('a process whose heap is nearly full sheds what would ask vendors, and answers all else (row 42)', async () => {
  const { gateway, asked } = await start({ maxDelayMs: NEVER, maxHeapBytes: 1, lookEveryMs: 20 })
  const list = () => gateway.fetch('/customers', as('app'))
  await expect.poll(async () => (await list()).status).toBe(503)
  const before = asked()
  const { headers, body } = await list()
  expect([headers.get('retry-after'), headers.get('content-type'), body.code, body.origin]).toEqual([
    '1',
    'application/problem+json; charset=utf-8',
    'vendor_unavailable',
    'gateway',
  ])
  const created = { method: 'POST', body: '{"name":"Ana"}', headers: { ...as('app').headers, 'content-type': 'application/json' } }
  const write = await gateway.fetch('/customers?connection=loja', created)
  expect([write.status, write.body.outcome]).toEqual([503, 'not_applied'])
  expect(asked()).toBe(before)
  for (const path of ['/healthz', '/readyz']) expect((await gateway.fetch(path)).status).toBe(200)
  expect((await gateway.fetch('/connections', as('app'))).status).toBe(200)
  expect((await gateway.fetch('/metrics', as('watch'))).status).toBe(200)
})

it('a process whose event loop lags sheds until it does no more (row 42)', async () => {
  const { gateway } = await start({ maxDelayMs: 60, maxHeapBytes: NEVER, lookEveryMs: 150 })
  const status = async () => (await gateway.fetch('/customers', as('app'))).status
  const work = setInterval(() => block(100), 0)
  try {
    await expect.poll(status, { timeout: 25_000 }).toBe(503)
  } finally {
    clearInterval(work)
  }
  await expect.poll(status, { timeout: 25_000 }).toBe(200)
}, 60_000)

it('one look that finds the event loop late is none to shed at (row 42)', async () => {
  const { gateway } = await start({ maxDelayMs: 250, maxHeapBytes: NEVER, lookEveryMs: 300 })
  block(1_000)
  const statuses = []
  for (let read = 0; read < 20; read += 1) statuses.push((await gateway.fetch('/customers', as('app'))).status)
  expect(statuses).toEqual(Array(20).fill(200))
})
