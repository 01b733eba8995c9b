import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CplugSandbox, startCplug } from '../../src/sandbox/cplug/index.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { keepSecrets } from '../support/results.ts'

// How the gateway logs in at CPlug, as the settings that its pages leave open say.

let store: CplugSandbox
let gateway: TestGateway | undefined

beforeEach(async () => {
  store = await startCplug({})
  keepSecrets([store.credentials.clientSecret, store.credentials.password])
})
afterEach(async () => {
  await gateway?.close()
  await store.close()
})

/** A list through a connection with these token settings; a second one after all tokens died. */
async function listTwice(token: Record<string, unknown>): Promise<number[]> {
  const settings = { ...store.settings, token }
  gateway = await startGateway([{ id: 'pdv', vendor: 'cplug', credentials: { ...store.credentials }, settings }])
  const first = await gateway.fetch('/products?limit=1')
  store.revokeAccessTokens()
  const second = await gateway.fetch('/products?limit=1')
  return [first.status, second.status]
}

const grants = () => store.logins.map(({ body }) => (body as { grant_type?: string }).grant_type)

describe('the login at CPlug', () => {
  it('is JSON, and by password each time', async () => {
    expect(await listTwice({})).toEqual([200, 200])
    expect(grants()).toEqual(['password', 'password'])
    expect(store.logins[0]!.headers['content-type']).toBe('application/json')
  })

  it('is a form where the setting says so', async () => {
    expect(await listTwice({ bodyFormat: 'form' })).toEqual([200, 200])
    expect(store.logins[0]!.headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(grants()).toEqual(['password', 'password'])
  })

  it('tries a refresh token first where it may, and goes back to the password where that is refused', async () => {
    expect(await listTwice({ useRefreshToken: true })).toEqual([200, 200])
    expect(grants()).toEqual(['password', 'refresh_token', 'password'])
  })
})
