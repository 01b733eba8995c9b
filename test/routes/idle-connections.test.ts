import { afterEach, beforeEach, expect, it } from 'vitest'
import { type KommoSandbox, startKommo } from '../../src/sandbox/kommo/index.ts'
import { type TestClock, testClock } from '../support/clock.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

const DAY_MS = 86_400_000

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

const logins = () => sandbox.requests.filter(({ path }) => path === '/oauth2/access_token').length

it('serves an account that nobody asked for half a year, though its refresh token ends after three unused months', async () => {
  expect((await gateway.fetch('/customers?limit=1')).status).toBe(200)
  for (let month = 1; month <= 6; month += 1) {
    await clock.advance(31 * DAY_MS)
    await expect.poll(logins).toBe(month + 1)
  }
  expect((await gateway.fetch('/customers?limit=1')).status).toBe(200)
})
