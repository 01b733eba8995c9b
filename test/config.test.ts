import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ConfigError, loadConfig } from '../src/config.ts'
import type { Environment } from '../src/config-file.ts'
import { vendors } from '../src/vendors/index.ts'

const KEY = `k1:${randomBytes(32).toString('base64')}`
const CONNECTION = { id: 'loja', vendor: 'egestor', credentials: { grant: 'personal', personalToken: 'token' } }

/** Text stands for itself, anything else for its JSON. */
const textOf = (content: object | string) => (typeof content === 'string' ? content : JSON.stringify(content))

const load = (content?: object | string, environment: Environment = {}) =>
  loadConfig({ environment, vendors, file: content === undefined ? undefined : { name: 'gateway.config.json', text: textOf(content) } })

function problemsOf(content?: object | string, environment: Environment = {}): readonly string[] {
  try {
    load(content, environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

const withConnection = (changes: object) => ({ connections: [{ ...CONNECTION, ...changes }] })

describe('configuration', () => {
  it('runs the sandbox where there is no file', () => {
    expect(load()).toMatchObject({ sandbox: true, host: '127.0.0.1', port: 3000, connections: [], clients: [] })
  })

  it('runs the sandbox where SANDBOX says so, whatever the file holds', () => {
    expect(load({ connections: 'nonsense' }, { SANDBOX: 'true' }).sandbox).toBe(true)
  })

  it('fills in the defaults of the vendor', () => {
    const [connection] = load({ connections: [CONNECTION] }).connections
    expect(connection).toMatchObject({
      id: 'loja',
      label: 'loja',
      baseUrl: 'https://api.egestor.com.br/api',
      timeZone: 'America/Sao_Paulo',
      timeoutMs: 10_000,
      limits: { requests: 60, perMs: 60_000 },
    })
  })

  it('replaces names of the environment', () => {
    const content = withConnection({ credentials: { grant: 'personal', personalToken: 'x-${TOKEN}-y' } })
    expect(load(content, { TOKEN: 'secret' }).connections[0]!.credentials.personalToken).toBe('x-secret-y')
  })

  it('gives equal credentials one login, and a login by code its own', () => {
    const code = { grant: 'authorization_code', clientId: 'a', clientSecret: 'b', redirectUri: 'c', refreshToken: 'd' }
    const same = load({ connections: [CONNECTION, { ...CONNECTION, id: 'outra' }] }).connections
    const own = load(
      {
        connections: [
          { ...CONNECTION, credentials: code },
          { ...CONNECTION, id: 'outra', credentials: code },
        ],
      },
      { ENCRYPTION_KEYS: KEY },
    ).connections
    expect(same[0]!.login).toBe(same[1]!.login)
    expect(own[0]!.login).not.toBe(own[1]!.login)
  })

  it('lets those of one login have the same limits, however they are said', () => {
    const limited = (id: string, limits?: object) => ({ ...CONNECTION, id, settings: { ...(limits && { limits }) } })
    expect(problemsOf({ connections: [limited('a'), limited('b', { requests: 60, perMs: 60_000 })] })).toEqual([])
    const few = { requests: 1, perMs: 1_000 }
    expect(problemsOf({ connections: [limited('a', few), limited('b', few)] })).toEqual([])
    const other = { ...limited('b', few), credentials: { grant: 'personal', personalToken: 'other' } }
    expect(problemsOf({ connections: [limited('a'), other] })).toEqual([])
  })

  it('lets a credential changed in the file begin anew', () => {
    const other = withConnection({ credentials: { grant: 'personal', personalToken: 'other' } })
    expect(load(other).connections[0]!.login).not.toBe(load({ connections: [CONNECTION] }).connections[0]!.login)
  })

  it('keeps the login when the keys that seal it are rotated', () => {
    const [before, after] = [KEY, `k2:${randomBytes(32).toString('base64')},${KEY}`].map(
      (ENCRYPTION_KEYS) => load({ connections: [CONNECTION] }, { ENCRYPTION_KEYS }).connections[0]!.login,
    )
    expect(after).toBe(before)
  })

  it.each<[string, object | string | undefined, Environment, RegExp]>([
    ['a file that is not JSON', '{', {}, /is not JSON/],
    [
      'a name that the environment lacks',
      withConnection({ label: '${NOWHERE}' }),
      {},
      /connections\.0\.label: the environment has no NOWHERE/,
    ],
    ['an unknown member', { ...withConnection({}), more: 1 }, {}, /gateway\.config\.json\.more: is unknown/],
    ['no connection', { connections: [] }, {}, /connections: /],
    ['an unknown vendor', withConnection({ vendor: 'sap' }), {}, /connections\.0\.vendor: must be one of egestor/],
    ['a bad id', withConnection({ id: 'Loja Centro' }), {}, /connections\.0\.id: must match/],
    ['an id that is there twice', { connections: [CONNECTION, CONNECTION] }, {}, /connections\.1\.id: loja is there twice/],
    [
      "one login with two limits, the vendor's own where there are none",
      { connections: [CONNECTION, { ...CONNECTION, id: 'outra', settings: { limits: { requests: 1, perMs: 1_000 } } }] },
      {},
      /^\S+\.connections\.1\.settings\.limits: must be 60 requests in 60000 ms, as other connections with the same credentials have$/m,
    ],
    ['missing credentials', withConnection({ credentials: { grant: 'personal' } }), {}, /credentials\.personalToken: is missing/],
    ['an unknown grant', withConnection({ credentials: { grant: 'magic' } }), {}, /credentials\.grant: must be personal/],
    ['an unknown setting', withConnection({ settings: { colour: 'red' } }), {}, /settings\.colour: is unknown/],
    ['a zone that there is not', withConnection({ settings: { timeZone: 'Brasil/Lugar' } }), {}, /settings\.timeZone: is no time zone/],
    [
      'a base URL that is none',
      withConnection({ settings: { baseUrl: 'ftp://x' } }),
      {},
      /settings\.baseUrl: must be an http or https URL/,
    ],
    ['an operation that there is not', withConnection({ settings: { enable: ['customers.fly'] } }), {}, /has no operation customers\.fly/],
    [
      'an operation that the chosen source lacks',
      withConnection({
        vendor: 'cplug',
        credentials: { clientId: 'a', clientSecret: 'b', username: 'c', password: 'd' },
        settings: { salesSource: 'sales', enable: ['sales.list', 'sales.update'] },
      }),
      {},
      /^\S+\.enable: CPlug has no operation sales\.update$/m,
    ],
    [
      'a client of an unknown connection',
      { ...withConnection({}), clients: [{ id: 'bi', keyHash: `sha256:${'0'.repeat(64)}`, scopes: ['read'], connections: ['nada'] }] },
      {},
      /clients\.0\.connections: there is no connection nada/,
    ],
    [
      'a key in place of its hash',
      { ...withConnection({}), clients: [{ id: 'bi', keyHash: 'secret', scopes: ['read'], connections: ['*'] }] },
      {},
      /clients\.0\.keyHash: must match/,
    ],
    ['no client beyond loopback', withConnection({}), { HOST: '0.0.0.0' }, /clients: at least one is required/],
    ['a port that is none', undefined, { PORT: 'http' }, /PORT: must be a number/],
    ['a switch that is neither', undefined, { SANDBOX: 'maybe' }, /SANDBOX: must be true or false/],
    ['an unknown log level', undefined, { LOG_LEVEL: 'loud' }, /LOG_LEVEL: must be one of/],
    ['trust in every proxy', undefined, { TRUST_PROXY: '0.0.0.0/0' }, /TRUST_PROXY: trusting every address/],
    ['a proxy that is no address', undefined, { TRUST_PROXY: 'true' }, /TRUST_PROXY: true is no address/],
    [
      'two clients of one name and one key',
      {
        ...withConnection({}),
        clients: ['read', 'write'].map((scope) => ({ id: 'bi', keyHash: `sha256:${'0'.repeat(64)}`, scopes: [scope], connections: ['*'] })),
      },
      {},
      /clients\.1\.id: bi is there twice\n.*clients\.1\.keyHash: two clients have the same key/,
    ],
    ['a short key', undefined, { ENCRYPTION_KEYS: 'k1:c2hvcnQ=' }, /entry 1 must be 32 bytes/],
    ['a key without an id', undefined, { ENCRYPTION_KEYS: `${KEY},${KEY.slice(KEY.indexOf(':'))}` }, /entry 2 has no id/],
    ['two keys of one id', undefined, { ENCRYPTION_KEYS: `${KEY},${KEY}` }, /ENCRYPTION_KEYS: two entries have the same id/],
    ['a host without a port', undefined, { ALLOWED_VENDOR_HOSTS: 'erp.interno' }, /ALLOWED_VENDOR_HOSTS: erp\.interno is no host:port/],
    ['Redis without keys', withConnection({}), { REDIS_URL: 'redis://127.0.0.1' }, /ENCRYPTION_KEYS: is required with REDIS_URL/],
    ['a Redis URL that is none', undefined, { REDIS_URL: 'http://x', ENCRYPTION_KEYS: KEY }, /REDIS_URL: must be/],
    [
      'a login by code without keys',
      withConnection({ credentials: { grant: 'authorization_code', clientId: 'a', clientSecret: 'b', redirectUri: 'c' } }),
      {},
      /ENCRYPTION_KEYS: is required with a connection/,
    ],
  ])('names %s', (_what, content, environment, expected) => {
    expect(problemsOf(content, environment).join('\n')).toMatch(expected)
  })

  it('finds an account that has an address of its own, by what its settings name', () => {
    const kommo = { id: 'crm', vendor: 'kommo', credentials: { grant: 'long_lived_token', token: 'x' } }
    const baseUrlOf = (settings: object) => load({ connections: [{ ...kommo, settings }] }).connections[0]!.baseUrl
    expect(baseUrlOf({ subdomain: 'padaria' })).toBe('https://padaria.kommo.com')
    expect(baseUrlOf({ subdomain: 'padaria', baseUrl: 'http://127.0.0.1:9' })).toBe('http://127.0.0.1:9')
    expect(problemsOf({ connections: [kommo] })).toEqual([
      'gateway.config.json.connections.0.settings.baseUrl: is missing, and no other setting says where this account of Kommo is',
    ])
    expect(problemsOf({ connections: [{ ...kommo, settings: { subdomain: 'x.evil.example' } }] })).toHaveLength(1)
  })

  it('names everything at once', () => {
    const content = {
      connections: [
        { ...CONNECTION, vendor: 'sap' },
        { ...CONNECTION, id: 'B', settings: { timeoutMs: 1 } },
        CONNECTION,
        { ...CONNECTION, id: 'outra', settings: { limits: { requests: 1, perMs: 1_000 } } },
      ],
    }
    const problems = problemsOf(content, { PORT: 'x', LOG_LEVEL: 'loud', TRUST_PROXY: 'all' })
    expect(problems.length).toBeGreaterThanOrEqual(7)
    expect(problems.join('\n')).toMatch(/connections\.3\.settings\.limits: /)
  })

  it('never repeats a credential', () => {
    const content = withConnection({ credentials: { grant: 'personal', personalToken: 'very-secret', more: 1 } })
    expect(problemsOf(content).join()).not.toContain('very-secret')
  })
})
