import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Clock, systemClock } from '../../src/kernel/clock.ts'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { answer, holdUntil } from '../../src/sandbox/faults.ts'
import { connectionTo, startGateway, startStore, type TestGateway } from '../support/gateway.ts'

let store: EgestorSandbox
let gateway: TestGateway
let passedMs = 0
/** Time that a test can let pass. */
const clock: Clock = { ...systemClock, now: () => performance.now() + passedMs, wall: () => Date.now() + passedMs }

beforeEach(async () => {
  passedMs = 0
  store = await startStore({ store: 'centro', limit: null })
  gateway = await startGateway([{ ...connectionTo('centro', store), label: 'Loja Centro' }], { clock })
})
afterEach(async () => {
  await gateway.close()
  await store.close()
})

const view = async () => (await gateway.fetch('/connections/centro')).body.data

it('shows a connection that nobody has used yet as ok, with its whole budget', async () => {
  expect(await view()).toEqual({
    id: 'centro',
    vendor: 'egestor',
    label: 'Loja Centro',
    status: 'ok',
    since: expect.any(String),
    lastProblem: null,
    budget: { limit: 60, remaining: 60, resetsAt: null },
  })
  expect((await gateway.fetch('/connections')).body.data).toEqual([await view()])
})

it('is 404 for a connection that there is not', async () => {
  const { status, body } = await gateway.fetch('/connections/norte')
  expect([status, body.code]).toEqual([404, 'not_found'])
})

it('shows the budget go down with every call, the login included, and come back', async () => {
  for (let call = 0; call < 3; call += 1) await gateway.fetch('/customers?limit=5')
  const { budget } = await view()
  expect(budget).toMatchObject({ limit: 60, remaining: 56 })
  expect(Date.parse(budget.resetsAt)).toBeGreaterThan(clock.wall())
  passedMs = 62_000
  expect((await view()).budget).toEqual({ limit: 60, remaining: 60, resetsAt: null })
})

it('needs authorization once the store refuses the credentials, and is ok when it takes them again', async () => {
  await gateway.fetch('/customers?limit=1')
  const { since } = await view()
  store.revokeAccessTokens()
  store.faults.add({
    when: ({ path }) => path === '/oauth/access_token',
    times: Number.POSITIVE_INFINITY,
    do: answer(400, undefined, '{"errCode":400,"errMsg":"personal_token inválido"}'),
  })
  passedMs = 5_000
  const refused = await gateway.fetch('/customers/centro:1')
  expect([refused.status, refused.body.code, refused.body.operation]).toEqual([424, 'connection_unauthorized', 'customers.get'])
  const broken = await view()
  expect(broken).toMatchObject({ status: 'needs_authorization', lastProblem: { code: 'connection_unauthorized', status: 424 } })
  expect(Date.parse(broken.since)).toBeGreaterThan(Date.parse(since))
  store.faults.clear()
  passedMs += 120_000
  expect((await gateway.fetch('/customers/centro:1')).status).toBe(200)
  expect(await view()).toMatchObject({ status: 'ok', lastProblem: { code: 'connection_unauthorized' } })
})

it('tells each caller of its own operation while the credentials are refused', async () => {
  store.faults.add({ when: ({ path }) => path === '/oauth/access_token', times: Number.POSITIVE_INFINITY, do: answer(400) })
  const paths = ['/customers/centro:1', '/sales/centro:1', '/products', '/receivables/centro:2']
  const expected = ['customers.get', 'sales.get', 'products.list', 'receivables.get']
  const together = await Promise.all(paths.map((path) => gateway.fetch(path)))
  expect(together.map(({ status, body }) => [status, body.operation])).toEqual(expected.map((operation) => [424, operation]))
  const removed = await gateway.fetch('/receivables/centro:2', { method: 'DELETE' })
  expect([removed.body.operation, removed.body.outcome]).toEqual(['receivables.remove', 'not_applied'])
  const later = await gateway.fetch('/sales/centro:1')
  expect([later.body.operation, later.body.outcome]).toEqual(['sales.get', undefined])
})

it.each([
  ['limited', 429, undefined],
  ['failing', 500, undefined],
  ['failing', 403, undefined],
])('is %s after the store answers %i, and ok after the next success', async (status, vendorStatus) => {
  await gateway.fetch('/customers?limit=1')
  store.faults.add({ times: 3, do: answer(vendorStatus) })
  await gateway.fetch('/products?limit=1')
  expect((await view()).status).toBe(status)
  store.faults.clear()
  passedMs = 120_000
  await gateway.fetch('/products?limit=1')
  expect((await view()).status).toBe('ok')
})

it('stays ok when a record is not there or the store refuses a write', async () => {
  await gateway.fetch('/customers/centro:999999')
  expect(await view()).toMatchObject({ status: 'ok', lastProblem: null })
})

it('never shows a credential or where the store is', async () => {
  store.faults.add({
    times: Number.POSITIVE_INFINITY,
    do: answer(400, undefined, JSON.stringify({ errCode: 400, errMsg: `bad ${store.personalToken}` })),
  })
  await gateway.fetch('/customers')
  for (const path of ['/connections', '/connections/centro', '/customers']) {
    const { text } = await gateway.fetch(path)
    for (const secret of [store.personalToken, store.application.clientSecret, new URL(store.url).port, 'personalToken', '"credentials"'])
      expect(text).not.toContain(secret)
  }
})

it('is refreshing while it logs in, and its budget is told to Prometheus', async () => {
  let letIn = () => {}
  const held = new Promise<void>((resolve) => {
    letIn = resolve
  })
  store.faults.add({ when: ({ path }) => path === '/oauth/access_token', do: holdUntil(held) })
  const read = gateway.fetch('/customers/centro:1')
  await vi.waitFor(async () => expect((await view()).status).toBe('refreshing'), { timeout: 10_000 })
  letIn()
  expect([(await read).status, (await view()).status]).toEqual([200, 'ok'])
  const { text } = await gateway.fetch('/metrics')
  expect(text).toContain('fachada_connection_budget_limit{connection="centro",vendor="egestor"} 60')
  expect(text).toContain('fachada_connection_budget_remaining{connection="centro",vendor="egestor"} 58')
  expect(text).not.toContain(store.personalToken)
})
