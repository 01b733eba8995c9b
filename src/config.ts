import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import { Ajv, type ErrorObject } from 'ajv'
import { type TSchema, Type } from 'typebox'
import { OneOf } from './contract/fields.ts'
import type { Vendor } from './kernel/adapter.ts'
import type { Connection } from './kernel/connection.ts'
import type { KeyRing } from './kernel/seal.ts'

// Environment and gateway.config.json → one frozen, typed object. Every problem is named at once, each with its path.

const SCOPES = ['read', 'write', 'proxy', 'admin', 'metrics'] as const
export type Scope = (typeof SCOPES)[number]

export interface ClientConfig {
  id: string
  /** SHA-256 of the key, hex. */
  keyHash: string
  scopes: readonly Scope[]
  /** Connection ids, or `*`. */
  connections: readonly string[]
  rateLimit?: { max: number; windowSeconds: number }
}

export interface ConnectionConfig {
  id: string
  vendor: string
  label?: string
  credentials: Record<string, unknown>
  settings?: Record<string, unknown>
}

export interface Config {
  host: string
  port: number
  redisUrl: string | undefined
  /** Undefined: keys are made up for this process. */
  keyRing: KeyRing | undefined
  logLevel: string
  trustProxy: readonly string[]
  stateDir: string
  /** The simulated vendors take the place of configured connections. */
  sandbox: boolean
  clients: readonly ClientConfig[]
  connections: readonly Connection[]
}

export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    )
    this.name = 'ConfigError'
    this.problems = problems
  }
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
const REDIS_SCHEMES = ['redis:', 'rediss:']

const Client = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,31}$', description: 'Name of the client in logs.' }),
    keyHash: Type.String({ pattern: '^sha256:[0-9a-f]{64}$', description: 'SHA-256 of its key, as `npm run key` prints it.' }),
    scopes: Type.Array(OneOf(SCOPES), { minItems: 1, description: 'What it may do; write includes read.' }),
    connections: Type.Array(Type.String({ pattern: '^(\\*|[a-z0-9][a-z0-9-]{0,31})$' }), {
      minItems: 1,
      description: 'Connections it may use; `*` is all.',
    }),
    rateLimit: Type.Optional(
      Type.Object(
        {
          max: Type.Integer({ minimum: 1, description: 'Requests in one window.' }),
          windowSeconds: Type.Integer({ minimum: 1, maximum: 86_400 }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)

/** Settings that the kernel gives to every vendor's connections. */
const commonSettings = {
  timeZone: Type.Optional(Type.String({ default: 'America/Sao_Paulo', description: "IANA zone of the vendor's local times." })),
  timeoutMs: Type.Optional(Type.Integer({ minimum: 100, maximum: 25_000, default: 10_000, description: 'Time for one operation in all.' })),
  limits: Type.Optional(
    Type.Object(
      { requests: Type.Integer({ minimum: 1, maximum: 1_000_000 }), perMs: Type.Integer({ minimum: 1, maximum: 86_400_000 }) },
      {
        additionalProperties: false,
        description: "In place of the vendor's own: lower to share a budget, higher where the vendor granted more.",
      },
    ),
  ),
  enable: Type.Optional(Type.Array(Type.String(), { description: 'Assumed operations to turn on.' })),
}

function settingsSchema(vendor: Vendor): TSchema {
  const { properties } = vendor.settings as unknown as { properties: Record<string, TSchema> }
  return Type.Object({ ...commonSettings, ...properties }, { additionalProperties: false })
}

const connectionMembers = (vendor: TSchema, credentials: TSchema, settings: TSchema) =>
  Type.Object(
    {
      id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,31}$', description: 'First part of the ids of its records.' }),
      vendor,
      label: Type.Optional(Type.String({ maxLength: 200, description: 'For people.' })),
      credentials,
      settings: Type.Optional(settings),
    },
    { additionalProperties: false },
  )

const fileMembers = (connection: TSchema) =>
  Type.Object(
    {
      $schema: Type.Optional(Type.String()),
      clients: Type.Optional(
        Type.Array(Client, { description: 'Who may call. With none, only loopback is served and every call is allowed.' }),
      ),
      connections: Type.Array(connection, { minItems: 1, description: 'Accounts at vendors.' }),
    },
    { additionalProperties: false },
  )

/** JSON Schema of gateway.config.json, for editors. */
export function configSchema(vendors: readonly Vendor[]): Record<string, unknown> {
  const connections = vendors.map((vendor) =>
    connectionMembers(
      Type.Literal(vendor.id, { description: `A connection to ${vendor.name}.` }),
      vendor.credentials,
      settingsSchema(vendor),
    ),
  )
  return { $schema: 'http://json-schema.org/draft-07/schema#', title: 'gateway.config.json', ...fileMembers(Type.Union(connections)) }
}

const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false })

/** Every way in which a value does not fit, each with its path. A union is judged by the member whose literals fit. */
function misfits(schema: TSchema, value: unknown, path: string): string[] {
  const { anyOf } = schema as unknown as { anyOf?: TSchema[] }
  if (anyOf) return misfits(closest(anyOf, value), value, path)
  const validate = ajv.compile(schema)
  if (validate(value)) return []
  return (validate.errors ?? []).map((error) => `${path}${error.instancePath.replaceAll('/', '.')}${described(error)}`)
}

function closest(union: TSchema[], value: unknown): TSchema {
  const fits = (schema: TSchema) =>
    Object.entries((schema as unknown as { properties: Record<string, { const?: unknown }> }).properties).every(
      ([name, member]) => member.const === undefined || member.const === (value as Record<string, unknown> | null)?.[name],
    )
  return union.find(fits) ?? union[0]!
}

function described({ keyword, params, message }: ErrorObject): string {
  if (keyword === 'additionalProperties') return `.${params['additionalProperty']}: is unknown`
  if (keyword === 'required') return `.${params['missingProperty']}: is missing`
  if (keyword === 'enum') return `: must be one of ${params['allowedValues'].join(', ')}`
  if (keyword === 'const') return `: must be ${params['allowedValue']}`
  return `: ${message}`
}

/** Replaces `${NAME}` in every string; a name that the environment lacks is a problem. */
function substituted(value: unknown, environment: Environment, path: string, problems: string[]): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_whole, name: string) => {
      const replacement = environment[name]
      if (replacement === undefined || replacement === '') problems.push(`${path}: the environment has no ${name}`)
      return replacement ?? ''
    })
  }
  if (Array.isArray(value)) return value.map((item, index) => substituted(item, environment, `${path}.${index}`, problems))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, substituted(member, environment, path ? `${path}.${name}` : name, problems)]),
    )
  }
  return value
}

export type Environment = Readonly<Record<string, string | undefined>>

function readKeyRing(text: string | undefined, problems: string[]): KeyRing | undefined {
  if (!text) return undefined
  const keys = text.split(',').map((entry, index) => {
    const [id = '', secret = ''] = entry.trim().split(':')
    const bytes = Buffer.from(secret, 'base64')
    if (!/^[A-Za-z0-9_-]{1,32}$/.test(id))
      problems.push(`ENCRYPTION_KEYS: entry ${index + 1} has no id of letters and digits before its colon`)
    if (bytes.length !== 32) problems.push(`ENCRYPTION_KEYS: entry ${index + 1} must be 32 bytes in base64, it has ${bytes.length}`)
    return { id, secret: bytes }
  })
  if (new Set(keys.map(({ id }) => id)).size < keys.length) problems.push('ENCRYPTION_KEYS: two entries have the same id')
  return { keys }
}

function readTrustProxy(text: string | undefined, problems: string[]): string[] {
  const entries = (text ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/')
    const family = isIP(address)
    const most = family === 4 ? 32 : 128
    const isCidr = family > 0 && (bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= most))
    if (!isCidr) problems.push(`TRUST_PROXY: ${entry} is no address or CIDR`)
    else if (bits === '0') problems.push('TRUST_PROXY: trusting every address is never right')
  }
  return entries
}

function readRedisUrl(text: string | undefined, problems: string[]): string | undefined {
  if (!text) return undefined
  if (!URL.canParse(text) || !REDIS_SCHEMES.includes(new URL(text).protocol)) {
    problems.push('REDIS_URL: must be a redis:// or rediss:// URL (Sentinel and Cluster are not supported yet)')
  }
  return text
}

function readPort(text: string, problems: string[]): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535) problems.push('PORT: must be a number from 0 to 65535')
  return port
}

const SWITCH: Record<string, boolean> = { true: true, false: false }

/** The operator's file, read and parsed; `undefined` where there is none. */
export interface ConfigFile {
  name: string
  text: string
}

export interface ConfigSources {
  environment: Environment
  file: ConfigFile | undefined
  vendors: readonly Vendor[]
}

function isValidZone(timeZone: unknown): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: timeZone as string }))
  } catch {
    return false
  }
}

function isHttpUrl(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
}

/** A connection with the vendor's defaults filled in. Its parts have been checked. */
export function resolveConnection(vendor: Vendor, config: ConnectionConfig): Connection {
  const { id, label = id, credentials, settings = {} } = config
  const baseUrl = String(settings['baseUrl'] ?? vendor.baseUrl).replace(/\/+$/, '')
  // Whoever logs in with a code holds a pair of their own; the same credentials elsewhere are the same login.
  const isOwn = credentials['grant'] === 'authorization_code'
  const login = createHash('sha256')
    .update(JSON.stringify([vendor.id, baseUrl, settings['tokenUrl'], isOwn ? id : null, Object.entries(credentials).sort()]))
    .digest('hex')
    .slice(0, 32)
  const limits = (settings['limits'] as Connection['limits'] | undefined) ?? {
    requests: vendor.limits.requests,
    perMs: vendor.limits.perMs,
  }
  return Object.freeze({
    id,
    vendor,
    label,
    credentials: Object.freeze({ ...credentials }),
    settings: Object.freeze({ ...settings }),
    baseUrl,
    timeZone: (settings['timeZone'] as string | undefined) ?? 'America/Sao_Paulo',
    timeoutMs: (settings['timeoutMs'] as number | undefined) ?? 10_000,
    limits,
    login,
    enabled: new Set(settings['enable'] as string[] | undefined),
  })
}

function connectionProblems(config: ConnectionConfig, path: string, vendors: readonly Vendor[]): string[] {
  const vendor = vendors.find(({ id }) => id === config.vendor)
  if (!vendor) return [`${path}.vendor: must be one of ${vendors.map(({ id }) => id).join(', ')}`]
  const problems = misfits(connectionMembers(Type.Literal(vendor.id), Type.Unknown(), settingsSchema(vendor)), config, path)
  if (config.credentials !== undefined) problems.push(...misfits(vendor.credentials, config.credentials, `${path}.credentials`))
  const { timeZone, baseUrl, enable } = (config.settings ?? {}) as { timeZone?: unknown; baseUrl?: unknown; enable?: unknown }
  if (timeZone !== undefined && !isValidZone(timeZone)) problems.push(`${path}.settings.timeZone: is no time zone`)
  if (baseUrl !== undefined && !isHttpUrl(baseUrl)) problems.push(`${path}.settings.baseUrl: must be an http or https URL`)
  for (const operation of Array.isArray(enable) ? enable : []) {
    if (!(operation in vendor.operations)) problems.push(`${path}.settings.enable: ${vendor.name} has no operation ${operation}`)
  }
  return problems
}

interface FileContent {
  clients: ClientConfig[]
  connections: ConnectionConfig[]
}

function readFile(file: ConfigFile, { environment, vendors }: ConfigSources, problems: string[]): FileContent {
  const nothing: FileContent = { clients: [], connections: [] }
  let content: unknown
  try {
    content = JSON.parse(file.text)
  } catch {
    problems.push(`${file.name}: is not JSON`)
    return nothing
  }
  content = substituted(content, environment, '', problems)
  const found = misfits(fileMembers(Type.Unknown()), content, file.name)
  problems.push(...found)
  const { clients = [], connections = [] } = (content ?? {}) as Partial<FileContent>
  if (!Array.isArray(clients) || !Array.isArray(connections)) return nothing
  connections.forEach((connection, index) => {
    problems.push(...connectionProblems(connection, `${file.name}.connections.${index}`, vendors))
  })
  const ids = connections.map((connection) => connection?.id)
  ids.forEach((id, index) => {
    if (id !== undefined && ids.indexOf(id) < index) problems.push(`${file.name}.connections.${index}.id: ${id} is there twice`)
  })
  clients.forEach((client, index) => {
    if (clients.findIndex((other) => other?.id === client?.id) < index)
      problems.push(`${file.name}.clients.${index}.id: ${client.id} is there twice`)
    for (const id of Array.isArray(client?.connections) ? client.connections : []) {
      if (id !== '*' && !ids.includes(id)) problems.push(`${file.name}.clients.${index}.connections: there is no connection ${id}`)
    }
  })
  return { clients, connections }
}

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

/** Throws a ConfigError that names every problem there is. */
export function loadConfig(sources: ConfigSources): Config {
  const { environment, file, vendors } = sources
  const problems: string[] = []
  const host = environment['HOST'] || '127.0.0.1'
  const port = readPort(environment['PORT'] || '3000', problems)
  const logLevel = environment['LOG_LEVEL'] || 'info'
  if (!LOG_LEVELS.some((level) => level === logLevel)) problems.push(`LOG_LEVEL: must be one of ${LOG_LEVELS.join(', ')}`)
  const forced = SWITCH[environment['SANDBOX'] || 'false']
  if (forced === undefined) problems.push('SANDBOX: must be true or false')
  const sandbox = forced === true || file === undefined
  const keyRing = readKeyRing(environment['ENCRYPTION_KEYS'], problems)
  const trustProxy = readTrustProxy(environment['TRUST_PROXY'], problems)
  const redisUrl = readRedisUrl(environment['REDIS_URL'], problems)

  const { clients, connections } = sandbox || !file ? { clients: [], connections: [] } : readFile(file, sources, problems)
  if (!keyRing && redisUrl) problems.push('ENCRYPTION_KEYS: is required with REDIS_URL')
  if (!keyRing && connections.some((connection) => connection?.credentials?.['grant'] === 'authorization_code')) {
    problems.push('ENCRYPTION_KEYS: is required with a connection that logs in by authorization_code')
  }
  if (!sandbox && clients.length === 0 && !isLoopback(host)) problems.push('clients: at least one is required when HOST is not loopback')
  if (problems.length > 0) throw new ConfigError(problems)

  return Object.freeze({
    host,
    port,
    redisUrl,
    keyRing,
    logLevel,
    trustProxy,
    stateDir: environment['STATE_DIR'] || '.fachada',
    sandbox,
    clients,
    connections: connections.map((connection) => resolveConnection(vendors.find(({ id }) => id === connection.vendor)!, connection)),
  })
}

export { isLoopback }
