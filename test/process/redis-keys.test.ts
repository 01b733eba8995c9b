import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomKeyRing } from '../../src/kernel/seal.ts'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { answer } from '../../src/sandbox/faults.ts'
import { isData, isLogin } from '../support/faulty.ts'
import { connectionTo, startGateway, startStore, type TestGateway } from '../support/gateway.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'

let redis: RedisServer
let stores: EgestorSandbox[]
let gateway: TestGateway
let content: Map<string, string>

/** Every key of Redis with its whole value, as text. */
async function everything({ client }: RedisServer): Promise<Map<string, string>> {
  const read: Record<string, (key: string) => Promise<unknown>> = {
    string: (key) => client.get(key),
    hash: (key) => client.hgetall(key),
    list: (key) => client.lrange(key, 0, -1),
    set: (key) => client.smembers(key),
    zset: (key) => client.zrange(key, '0', '-1'),
  }
  const keys = await client.keys('*')
  return new Map(await Promise.all(keys.map(async (key) => [key, JSON.stringify(await read[await client.type(key)]!(key))] as const)))
}

beforeAll(async () => {
  redis = await startRedis()
  stores = await Promise.all([startStore({ store: 'centro', limit: null }), startStore({ store: 'norte', limit: null })])
  const [centro, norte] = stores as [EgestorSandbox, EgestorSandbox]
  const { clientId, clientSecret, redirectUri } = norte.application
  const rotating = { grant: 'authorization_code', clientId, clientSecret, redirectUri, refreshToken: norte.issueRefreshToken() }
  const connections = [connectionTo('centro', centro), { ...connectionTo('norte', norte), credentials: rotating }]
  gateway = await startGateway(connections, { redisUrl: redis.url, keyRing: randomKeyRing() })
  await gateway.fetch('/customers?limit=200')
  // A refused token makes a second login, and a 429 closes a gate.
  for (const store of stores) store.revokeAccessTokens()
  await gateway.fetch('/customers?limit=200')
  for (const store of stores) store.revokeAccessTokens()
  await gateway.fetch('/products?limit=200')
  for (const store of stores) store.faults.add({ when: isData, do: answer(429) })
  await gateway.fetch('/sales')
  content = await everything(redis)
})
afterAll(async () => {
  await gateway.close()
  await Promise.all(stores.map(({ close }) => close()))
  await redis.stop()
})

describe('what the gateway keeps in Redis', () => {
  it('has one hash tag for each connection, so that a script touches one slot', () => {
    const tags = new Map<string, string[]>()
    for (const key of content.keys()) {
      const tag = /^[^{}]*\{([^{}]+)\}[^{}]*$/.exec(key)?.[1]
      expect(tag, key).toBeDefined()
      tags.set(tag!, [...(tags.get(tag!) ?? []), key.replace(tag!, 'connection')].sort())
    }
    expect(tags.get('instances')).toEqual(['gw:{connection}:epoch', 'gw:{connection}:seen'])
    tags.delete('instances')
    expect([...tags.values()]).toEqual(
      Array<string[]>(2).fill(['gw:{connection}:gate', 'gw:{connection}:held', 'gw:{connection}:permits', 'gw:{connection}:token']),
    )
  })

  it('holds no token and no credential that can be read', () => {
    const requests = stores.flatMap((store) => store.requests)
    const access = requests.flatMap(({ headers }) => headers.authorization?.slice('Bearer '.length) ?? [])
    const refresh = requests.filter(isLogin).map(({ body }) => (body as { refresh_token?: string }).refresh_token)
    const used = refresh.filter((token) => token !== undefined)
    // Two of these were got from a vendor and rotated away.
    expect(new Set(used).size).toBe(3)
    expect(new Set(access).size).toBe(6)
    const secrets = [
      ...access,
      ...used,
      ...stores.map(({ personalToken }) => personalToken),
      ...stores.map(({ application }) => application.clientSecret),
    ]
    const kept = JSON.stringify([...content])
    for (const secret of secrets) {
      for (const form of ['base64', 'base64url', 'hex'] as const) expect(kept).not.toContain(Buffer.from(secret).toString(form))
      expect(kept).not.toContain(secret)
      expect(kept).not.toContain(encodeURIComponent(secret))
    }
  })

  it('says of a token nothing but its version, its seal and how it stands', () => {
    const tokens = [...content].filter(([key]) => key.endsWith(':token'))
    expect(tokens).toHaveLength(2)
    for (const [key, value] of tokens) {
      expect(key).toMatch(/^gw:\{[0-9a-f]{32}\}:token$/)
      expect(JSON.parse(value)).toEqual({
        version: expect.stringMatching(/^\d+$/),
        sealed: expect.stringMatching(/^v1\.process\.[\w-]+$/),
      })
    }
  })

  it('holds nothing of a customer', () => {
    const kept = JSON.stringify([...content])
    for (const { data } of stores) {
      for (const { nome, cpfcnpj } of data.contatos.rows.values()) {
        expect(kept).not.toContain(nome)
        if (String(cpfcnpj).length > 8) expect(kept).not.toContain(String(cpfcnpj))
      }
    }
  })

  it('ends by itself, but for the tokens', async () => {
    for (const key of content.keys()) {
      const livesFor = await redis.client.pttl(key)
      if (key.endsWith(':token')) expect(livesFor).toBe(-1)
      else expect(livesFor).toBeGreaterThan(0)
    }
  })

  it('is given back when nobody refreshes: no lease is left', () => {
    expect([...content.keys()].filter((key) => key.endsWith(':lease'))).toEqual([])
  })
})
