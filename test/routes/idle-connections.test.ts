import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type KommoSandbox, startKommo } from '../../src/sandbox/kommo/index.ts'
import { type TestClock, testClock } from '../support/clock.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

const HOUR_MS = 3_600_000

let clock: TestClock
let sandbox: KommoSandbox
let gateway: TestGateway
beforeEach(async () => {
  clock = testClock()
  sandbox = await startKommo({ now: clock.wall, tokenLifeSeconds: 30 * 86_400, limit: null })
  const { clientId, clientSecret, redirectUri } = sandbox.application
  const credentials = { grant: 'authorization_code', clientId, clientSecret, redirectUri, refreshToken: sandbox.issueRefreshToken() }
  gateway = await startGateway([{ id: 'vendas', vendor: 'kommo', credentials, settings: sandbox.settings }], { clock })
})
afterEach(async () => {
  await gateway.close()
  await sandbox.close()
})

/** A month, hour by hour: while a call is under way the time stands still, or it would be too late for it. */
async function passMonth(): Promise<void> {
  const idle = clock.sleepers()
  for (let hour = 0; hour < 31 * 24; hour += 1) {
    await clock.advance(HOUR_MS)
    await vi.waitUntil(() => clock.sleepers() === idle, { interval: 5 })
  }
}

const logins = () => sandbox.requests.filter(({ path }) => path === '/oauth2/access_token').length

it('serves an account that nobody asked for half a year, though its refresh token ends after three unused months', async () => {
  expect((await gateway.fetch('/customers?limit=1')).status).toBe(200)
  for (let month = 1; month <= 6; month += 1) {
    await passMonth()
    expect(logins()).toBe(month + 1)
  }
  expect((await gateway.fetch('/customers?limit=1')).status).toBe(200)
})
