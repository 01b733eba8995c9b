import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Ask } from './load.ts'
import { environment, freePort, root, type Started, start } from './processes.ts'
import {
  ACCESS_TOKEN,
  CACHED,
  CONNECTION,
  LARGE,
  LIST_QUERY,
  newCustomer,
  PAGE_SIZE,
  PERSONAL_TOKEN,
  SLOW,
  SOCKETS,
  search,
} from './settings.ts'

export interface Contestant {
  name: string
  /** What it is asked in each scenario, in turn; nothing where it has no such route. */
  asks: Record<Scenario, Ask[]>
  headers: Record<string, string>
  /** Whether it answers with our records, which then must be the same as the others'. */
  maps: boolean
  /** A process of it, listening or about to. */
  launch(port: number): Promise<Started>
}

export const SCENARIOS = ['single', 'list', 'create'] as const
export type Scenario = (typeof SCENARIOS)[number]

const codes = Array.from({ length: PAGE_SIZE }, (_, index) => String(index + 1))
const searches = codes.map((_code, index) => encodeURIComponent(search(index)))
const read = (path: string): Ask => ({ method: 'GET', path })
const ours = {
  single: codes.map((code) => read(`/customers/${CONNECTION}:${code}`)),
  list: searches.map((q) => read(`/customers?connection=${CONNECTION}&limit=${PAGE_SIZE}&q=${q}`)),
  create: codes.map(
    (code): Ask => ({ method: 'POST', path: `/customers?connection=${CONNECTION}`, body: JSON.stringify(newCustomer(code)) }),
  ),
}
const theirs = {
  single: codes.map((code) => read(`/contatos/${code}`)),
  list: searches.map((q) => read(`/contatos?filtro=${q}&${LIST_QUERY}`)),
  // What they would relay is another thing: a create is written in our words, and its record read back.
  create: [],
}
const KEY = randomBytes(24).toString('base64url')

const script = (name: string) => join(root, 'bench', name)

export async function startVendor(folder: string): Promise<Started & { url: string }> {
  const port = await freePort()
  const started = start(process.execPath, [script('vendor.ts')], { folder, environment: environment({ PORT: String(port) }) })
  return { ...started, url: `http://127.0.0.1:${port}/api` }
}

export async function startRedis(folder: string): Promise<Started & { url: string }> {
  const port = await freePort()
  const parameters = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder]
  return { ...start('redis-server', parameters, { folder, environment: environment({}) }), url: `redis://127.0.0.1:${port}` }
}

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } }
/** What `npm start` gives to node, from wherever it is run. */
const START = scripts.start
  .split(' ')
  .slice(1)
  .map((part) => (part.endsWith('.ts') ? join(root, part) : part))

/** A connection whose limit never holds a call back. */
const account = (id: string, baseUrl: string) => ({
  id,
  vendor: 'egestor',
  credentials: { grant: 'personal', personalToken: PERSONAL_TOKEN },
  settings: { baseUrl, limits: { requests: 10_000, perMs: 100 } },
})

/** The gateway as it is run: key check, limits (lifted), tokens, validation, logs to a file, metrics. */
export function gateway(name: string, folder: string, vendorUrl: string, redisUrl?: string): Contestant {
  const home = join(folder, name.replace(/\W+/g, '-'))
  mkdirSync(home)
  const file = join(home, 'gateway.config.json')
  const keyHash = `sha256:${createHash('sha256').update(KEY).digest('hex')}`
  const config = {
    clients: [{ id: 'bench', keyHash, scopes: ['write'], connections: ['*'] }],
    connections: [
      account(CONNECTION, vendorUrl),
      { ...account(CACHED, vendorUrl), cacheSeconds: 3_600 },
      ...[LARGE, ...SLOW].map(({ connection, prefix }) => account(connection, vendorUrl.replace(/\/api$/, `${prefix}/api`))),
    ],
  }
  writeFileSync(file, JSON.stringify(config))
  const redis = redisUrl ? { REDIS_URL: redisUrl, ENCRYPTION_KEYS: `bench:${randomBytes(32).toString('base64')}` } : undefined
  const output = openSync(join(home, 'log.jsonl'), 'w')
  return {
    name,
    asks: ours,
    headers: { authorization: `Bearer ${KEY}` },
    maps: true,
    launch: async (port) =>
      start(process.execPath, START, {
        folder: home,
        output,
        environment: environment({ PORT: String(port), CONFIG_FILE: file, LOG_LEVEL: 'info', STATE_DIR: join(home, 'state'), ...redis }),
      }),
  }
}

/** A server of the bench's own, in one file. */
function own(name: string, file: string, folder: string, vendorUrl: string, maps: boolean): Contestant {
  return {
    name,
    asks: maps ? ours : theirs,
    headers: {},
    maps,
    launch: async (port) =>
      start(process.execPath, [script(file)], { folder, environment: environment({ PORT: String(port), VENDOR_URL: vendorUrl }) }),
  }
}

export const handwritten = (folder: string, vendorUrl: string) => own('(a) hand-written route', 'handwritten.ts', folder, vendorUrl, true)
export const relay = (folder: string, vendorUrl: string) => own('(b) @fastify/http-proxy', 'relay.ts', folder, vendorUrl, false)
export const expressRoute = (folder: string, vendorUrl: string) => own('(c) Express and axios', 'express.ts', folder, vendorUrl, true)

/** What `nginx -v` says, or undefined where it is not installed. */
export function nginxVersion(): string | undefined {
  const { error, stderr } = spawnSync('nginx', ['-v'], { encoding: 'utf8' })
  return error ? undefined : /nginx\/[\d.]+/.exec(stderr)?.[0]
}

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']

export function nginx(folder: string, vendorUrl: string): Contestant {
  const { host } = new URL(vendorUrl)
  const config = (port: number) => `daemon off; master_process off; worker_processes 1; pid nginx.pid; error_log stderr error;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 1000000;
  ${TEMPORARY.map((name) => `${name}_temp_path ${name};`).join(' ')}
  upstream vendor { server ${host}; keepalive ${SOCKETS}; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://vendor/api/v1/;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Authorization "Bearer ${ACCESS_TOKEN}";
    }
  }
}`
  return {
    name: '(d) nginx proxy_pass',
    asks: theirs,
    headers: {},
    maps: false,
    async launch(port) {
      const file = join(folder, 'nginx.conf')
      writeFileSync(file, config(port))
      return start('nginx', ['-p', folder, '-c', file], { folder, environment: environment({}) })
    },
  }
}
