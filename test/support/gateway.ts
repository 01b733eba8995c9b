import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import type { FastifyInstance } from 'fastify'
import { createApp } from '../../src/app.ts'
import { type Config, resolveConnection } from '../../src/config.ts'
import type { ClientConfig, ConnectionConfig } from '../../src/config-schema.ts'
import { COMPONENTS } from '../../src/contract/components.ts'
import { type Clock, systemClock } from '../../src/kernel/clock.ts'
import type { KeyRing } from '../../src/kernel/seal.ts'
import { createLog } from '../../src/log.ts'
import type { Pressure } from '../../src/plugins/pressure.ts'
import { type EgestorOptions, type EgestorSandbox, startEgestor } from '../../src/sandbox/egestor/index.ts'
import { vendors } from '../../src/vendors/index.ts'
import type { Json } from './json.ts'
import { countRequest, keepLogLines, keepSecrets } from './results.ts'

export interface GatewayOptions {
  clients?: ClientConfig[]
  redisUrl?: string
  keyRing?: KeyRing
  stateDir?: string
  allowedVendorHosts?: string[]
  clock?: Clock
  shedsAt?: Pressure
}

export interface TestGateway {
  app: FastifyInstance
  url: string
  /** Every log line so far, parsed. */
  lines: Record<string, unknown>[]
  fetch(path: string, options?: RequestInit): Promise<Answered>
  close(): Promise<void>
}

export interface Answered {
  status: number
  headers: Headers
  body: Json
  text: string
}

/** A connection to a simulated store, with the ids that writes need. */
export const connectionTo = (id: string, store: EgestorSandbox, settings: Record<string, unknown> = {}): ConnectionConfig => ({
  id,
  vendor: 'egestor',
  credentials: { grant: 'personal', personalToken: store.personalToken },
  settings: { baseUrl: store.url, defaults: { salespersonId: '1', categoryId: '1', accountId: '1', paymentMethodId: '1' }, ...settings },
})

/** A simulated store whose secrets and people the log check knows. */
export async function startStore(options: Partial<EgestorOptions> = {}): Promise<EgestorSandbox> {
  const store = await startEgestor({ store: 'centro', ...options })
  const { clientSecret } = store.application
  const people = [...store.data.contatos.rows.values()].flatMap(({ cpfcnpj, emails }) => [
    cpfcnpj,
    ...emails.filter((email) => typeof email === 'string'),
  ])
  keepSecrets([store.personalToken, clientSecret, ...people.map(String).filter((value) => value.length > 8)])
  return store
}

const ajv = new Ajv({ strict: false, allErrors: true })
addFormats.default(ajv)
for (const schema of COMPONENTS) ajv.addSchema(schema)

const COMPONENT_OF: readonly [RegExp, string][] = [
  [/^\/customers$/, 'CustomerList'],
  [/^\/products$/, 'ProductList'],
  [/^\/sales$/, 'SaleList'],
  [/^\/receivables$/, 'ReceivableList'],
  [/^\/customers\//, 'CustomerAnswer'],
  [/^\/products\//, 'ProductAnswer'],
  [/^\/sales\//, 'SaleAnswer'],
  [/^\/receivables\//, 'ReceivableAnswer'],
  [/^\/vendors$/, 'VendorList'],
  [/^\/vendors\//, 'VendorAnswer'],
  [/^\/connections$/, 'ConnectionList'],
  [/^\/connections\/[^/]+$/, 'ConnectionAnswer'],
  [/^\/connections\/[^/]+\/references\//, 'ReferenceList'],
  [/^\/connections\/[^/]+\/test$/, 'ConnectionTestAnswer'],
]

/** Pages for people, and what vendors answer. */
const OF_NO_SHAPE = /^\/(oauth\/callback|connections\/[^/]+\/proxy\/)/

/** Every answer that any test gets has the shape that the contract gives it. */
export function assertShape(path: string, method: string, { status, headers, body }: Answered): void {
  if (OF_NO_SHAPE.test(path)) return
  const type = headers.get('content-type') ?? ''
  const list = COMPONENT_OF.find(([pattern]) => pattern.test(path.split('?')[0]!))?.[1]
  const isDry = path.includes('dryRun=true')
  const component =
    status >= 400 ? 'Problem' : isDry ? 'DryRunAnswer' : method === 'POST' && list?.endsWith('List') ? list.replace('List', 'Answer') : list
  if (status >= 400 && !type.startsWith('application/problem+json')) throw new Error(`${status} of ${path} is ${type}, not a problem`)
  if (!component || status === 204 || status === 304 || type === 'application/x-ndjson') return
  if (!ajv.validate(`${component}`, body)) throw new Error(`${path} is no ${component}: ${ajv.errorsText()}`)
  if (!headers.get('x-request-id') || !headers.get('server-timing')) throw new Error(`${path} lacks its request id or timing`)
}

/** The gateway over real HTTP, in this process. */
export async function startGateway(connections: readonly ConnectionConfig[], options: GatewayOptions = {}): Promise<TestGateway> {
  const lines: Record<string, unknown>[] = []
  const log = createLog('trace', {
    write(text: string) {
      keepLogLines(text)
      lines.push(JSON.parse(text))
    },
  })
  const config: Config = {
    host: '127.0.0.1',
    port: 0,
    redisUrl: options.redisUrl,
    keyRing: options.keyRing,
    logLevel: 'trace',
    trustProxy: [],
    stateDir: options.stateDir ?? '',
    allowedVendorHosts: options.allowedVendorHosts ?? [],
    sandbox: false,
    clients: options.clients ?? [],
    connections: connections.map((connection) => resolveConnection(vendors.find(({ id }) => id === connection.vendor)!, connection)),
  }
  const { clock = systemClock, shedsAt } = options
  const app = await createApp({ config, connections: config.connections, log, clock, ...(shedsAt && { shedsAt }) })
  app.addHook('onRequest', async () => countRequest())
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    app,
    url,
    lines,
    async fetch(path, request = {}) {
      const response = await fetch(url + path, { redirect: 'manual', ...request })
      const text = await response.text()
      const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '')
      const answered = { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : text }
      assertShape(path, request.method ?? 'GET', answered)
      return answered
    },
    close: () => app.close(),
  }
}

/** A JSON body, as fetch wants it. */
export const json = (method: string, body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})
