import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Json } from '../support/json.ts'
import { type Ended, killAll, run, runToEnd } from '../support/process.ts'
import { temporaryFolder } from '../support/stores.ts'

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64')
const personal = (personalToken: string) => ({ grant: 'personal', personalToken })
const connection = { id: 'centro', vendor: 'egestor', credentials: personal('segredo'), settings: { baseUrl: 'http://127.0.0.1:9/api' } }
const client = { id: 'bi', keyHash: `sha256:${'a'.repeat(64)}`, scopes: ['read'], connections: ['*'] }

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(async () => {
  await killAll()
  await folder.remove()
})

const answerOf = async (url: string): Promise<Json> => (await fetch(url)).json()

const attempt = (config: unknown, environment: Record<string, string> = {}): Promise<Ended> =>
  runToEnd({ folder: folder.path, config, environment })

async function problemsOf(config: unknown, environment: Record<string, string> = {}): Promise<string[]> {
  const { code, stdout, stderr } = await attempt(config, environment)
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/^The configuration has \d+ problems?:\n/)
  const lines = stderr.trimEnd().split('\n').slice(1)
  expect(stderr).toContain(`has ${lines.length} problem`)
  return lines.map((line) => line.trim())
}

describe('starting without any configuration', () => {
  it('serves the sandbox, shows where, and a curl line that works', async () => {
    const server = await run({ folder: folder.path })
    const path = /^Try: curl '(\S+)'$/m.exec(server.output())?.[1]
    const answer = await answerOf(path!)
    expect(answer).toMatchObject({ meta: { partial: false } })
    expect(answer.data).toHaveLength(2)
    expect((await fetch(`${server.url}/docs`)).status).toBe(200)
    expect((await fetch(`${server.url}/openapi.json`)).status).toBe(200)
    expect(await readdir(folder.path)).toEqual([])
    expect((await server.stop()).code).toBe(0)
  })

  it('asks for a key beyond loopback, makes one and shows it, and no other works', async () => {
    const server = await run({ folder: folder.path, environment: { HOST: '0.0.0.0' } })
    const shown = /^The key of this run: (\S+)$/m.exec(server.output())![1]!
    expect(shown.length).toBeGreaterThanOrEqual(32)
    const url = `http://127.0.0.1:${new URL(server.url).port}/customers?limit=1`
    const statusWith = async (authorization?: string) => (await fetch(url, authorization ? { headers: { authorization } } : {})).status
    expect(await statusWith(`Bearer ${shown}`)).toBe(200)
    for (const other of [undefined, 'Bearer x', `Bearer ${shown}x`, `Basic ${shown}`, shown]) expect(await statusWith(other)).toBe(401)
    await server.stop('SIGKILL')
    const again = await run({ folder: folder.path, environment: { HOST: '0.0.0.0' } })
    expect(again.output()).not.toContain(shown)
    await again.stop('SIGKILL')
  })
})

describe('a configuration that is wrong', () => {
  it('has all its problems listed at once, each with its path, and ends the process with 1', async () => {
    const problems = await problemsOf(
      {
        clients: [
          { ...client, keyHash: 'sha256:short', scopes: ['everything'] },
          { ...client, connections: ['nowhere'] },
        ],
        connections: [
          { ...connection, id: 'Not An Id', colour: 'blue' },
          { ...connection, credentials: {}, settings: { timeZone: 'Mars/Olympus', enable: ['customers.fly'] } },
          { ...connection, vendor: 'sap' },
          { ...connection, credentials: personal('$' + '{NOT_THERE}') },
        ],
        sandbox: true,
      },
      { PORT: 'http', LOG_LEVEL: 'loud', TRUST_PROXY: '0.0.0.0/0', REDIS_URL: 'http://redis', ENCRYPTION_KEYS: 'k1:c2hvcnQ=' },
    )
    for (const [path, word] of [
      ['clients.0.keyHash', ''],
      ['clients.0.scopes', ''],
      ['clients.1.connections', 'nowhere'],
      ['connections.0.id', ''],
      ['connections.0.colour', ''],
      ['connections.1.credentials', ''],
      ['connections.1.settings.timeZone', ''],
      ['connections.1.settings.enable', 'customers.fly'],
      ['connections.2.vendor', 'egestor'],
      ['connections.3.credentials.personalToken', 'NOT_THERE'],
      ['sandbox', 'unknown'],
      ['PORT', ''],
      ['LOG_LEVEL', ''],
      ['TRUST_PROXY', ''],
      ['REDIS_URL', ''],
      ['ENCRYPTION_KEYS', '32 bytes'],
    ] as const) {
      expect(
        problems.filter((problem) => problem.includes(path) && problem.includes(word)),
        path,
      ).not.toEqual([])
    }
    expect(problems.join('\n')).not.toContain('segredo')
  })

  it('is found before any of the server is loaded, and so at once', async () => {
    const meter = join(folder.path, 'meter.mjs')
    const lines = [
      "import { registerHooks } from 'node:module'",
      'let count = 0',
      "registerHooks({ load: (url, context, next) => { if (url.includes('/fastify/')) count += 1; return next(url, context) } })",
      "process.on('exit', () => process.stderr.write(`loaded ${count} files of fastify`))",
    ]
    await writeFile(meter, lines.join('\n'))
    const refused = await attempt({ connections: [] }, { NODE_OPTIONS: `--import=${meter}` })
    expect(refused.stderr).toContain('loaded 0 files of fastify')
  })

  it('that is named and not there is a problem', async () => {
    const { code, stderr } = await runToEnd({ folder: folder.path, environment: { CONFIG_FILE: 'missing.json' } })
    expect([code, stderr.includes('missing.json')]).toEqual([1, true])
  })
})

describe('what may not start', () => {
  it('is a gateway that everybody could use', async () => {
    expect(await problemsOf({ connections: [connection] }, { HOST: '0.0.0.0' })).toEqual([expect.stringContaining('clients')])
  })

  it('is one on Redis, or with rotating tokens, whose keys would die with it', async () => {
    expect(await problemsOf({ connections: [connection] }, { REDIS_URL: 'redis://127.0.0.1:9' })).toEqual([
      expect.stringContaining('ENCRYPTION_KEYS'),
    ])
    const credentials = { grant: 'authorization_code', clientId: 'a', clientSecret: 'b', redirectUri: 'http://127.0.0.1/back' }
    expect(await problemsOf({ connections: [{ ...connection, credentials }] })).toEqual([expect.stringContaining('ENCRYPTION_KEYS')])
  })

  it('is one whose Redis is not there, and its address is not printed with a password', async () => {
    const environment = { REDIS_URL: 'redis://:segredo@127.0.0.1:9', ENCRYPTION_KEYS: `k1:${key(1)}` }
    const { code, stdout, stderr } = await attempt({ connections: [connection] }, environment)
    expect(code).toBe(1)
    expect(stderr).toContain('Redis')
    expect(stdout + stderr).not.toContain('segredo')
  })
})

describe('the environment', () => {
  it('fills in what the file leaves to it, and .env is read', async () => {
    await writeFile(join(folder.path, '.env'), 'LOJA_TOKEN=do-arquivo\nLOJA_LABEL=Loja\n')
    const config = { connections: [{ ...connection, label: '$' + '{LOJA_LABEL} Centro', credentials: personal('$' + '{LOJA_TOKEN}') }] }
    const server = await run({ folder: folder.path, config })
    const { data } = await answerOf(`${server.url}/connections/centro`)
    expect(data.label).toBe('Loja Centro')
    const { stdout, stderr } = await server.stop()
    expect(stdout + stderr).not.toContain('do-arquivo')
  })

  it('forces the sandbox although there is a file', async () => {
    const server = await run({ folder: folder.path, config: { connections: [connection] }, environment: { SANDBOX: 'true' } })
    const { data } = await answerOf(`${server.url}/connections`)
    expect(data.map(({ id }: { id: string }) => id)).toContain('loja-centro')
    await server.stop('SIGKILL')
  })
})

describe('the example of an environment', () => {
  it('names every variable that is read', async () => {
    const example = await readFile(new URL('../../.env.example', import.meta.url), 'utf8')
    for (const name of [
      'HOST',
      'PORT',
      'CONFIG_FILE',
      'REDIS_URL',
      'ENCRYPTION_KEYS',
      'LOG_LEVEL',
      'TRUST_PROXY',
      'SANDBOX',
      'STATE_DIR',
    ]) {
      expect(example).toMatch(new RegExp(`^#? ?${name}=`, 'm'))
    }
  })
})
