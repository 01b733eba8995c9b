import { afterEach, beforeEach, expect, it } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await startGateway([])
})
afterEach(() => gateway.close())

it('says that the process lives and takes requests', async () => {
  const [alive, ready] = [await gateway.fetch('/healthz'), await gateway.fetch('/readyz')]
  expect([alive.status, alive.body, ready.status, ready.body]).toEqual([200, { status: 'ok' }, 200, { status: 'ready' }])
})

it('says that it takes no more once it drains, and goes on serving those who are there', async () => {
  gateway.app.startDraining()
  const { status, headers, body } = await gateway.fetch('/readyz')
  expect([status, body.status, body.retryable, headers.get('retry-after')]).toEqual([503, 503, true, '1'])
  expect((await gateway.fetch('/healthz')).status).toBe(200)
  expect((await gateway.fetch('/vendors')).status).toBe(200)
})
