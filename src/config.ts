import { isIP } from 'node:net'
import { accountOf } from './config-account.ts'
import { type ConfigFile, type Environment, readConfigFile } from './config-file.ts'
import type { ClientConfig, ConnectionConfig } from './config-schema.ts'
import { chosen, type Vendor } from './kernel/adapter.ts'
import type { Connection } from './kernel/connection.ts'
import type { KeyRing } from './kernel/seal.ts'
import { readRedisUrl } from './store/redis/address.ts'

// Environment and gateway.config.json → one frozen, typed object. Every problem is named at once, each with its path.

export interface Config {
  host: string
  port: number
  redisUrl: string | undefined
  /** Undefined: keys are made up for this process. */
  keyRing: KeyRing | undefined
  logLevel: string
  trustProxy: readonly string[]
  stateDir: string
  /** `host:port` that connections made over the API may use beyond the vendors' own. */
  allowedVendorHosts: readonly string[]
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

function readAllowedHosts(text: string | undefined, problems: string[]): string[] {
  const entries = (text ?? '')
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter(Boolean)
  for (const entry of entries) {
    if (!/^([a-z0-9.-]+|\[[0-9a-f:.]+\]):\d{1,5}$/.test(entry)) problems.push(`ALLOWED_VENDOR_HOSTS: ${entry} is no host:port`)
  }
  return entries
}

function readPort(text: string, problems: string[]): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535) problems.push('PORT: must be a number from 0 to 65535')
  return port
}

const SWITCH: Record<string, boolean> = { true: true, false: false }

export interface ConfigSources {
  environment: Environment
  file: ConfigFile | undefined
  vendors: readonly Vendor[]
}

/** A connection with the vendor's defaults filled in. Its parts have been checked. */
export function resolveConnection(vendor: Vendor, config: ConnectionConfig, origin: Connection['origin'] = 'file'): Connection {
  const { id, label = id, credentials, settings = {} } = config
  return Object.freeze({
    id,
    origin,
    vendor: chosen(vendor, settings),
    label,
    credentials: Object.freeze({ ...credentials }),
    settings: Object.freeze({ ...settings }),
    ...accountOf(vendor, config),
    timeZone: (settings.timeZone as string | undefined) ?? 'America/Sao_Paulo',
    timeoutMs: (settings.timeoutMs as number | undefined) ?? 10_000,
    cacheSeconds: config.cacheSeconds ?? 0,
    enabled: new Set(settings.enable as string[] | undefined),
  })
}
export const isLoopback = (host: string) => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

/** Throws a ConfigError that names every problem there is. */
export function loadConfig(sources: ConfigSources): Config {
  const { environment, file, vendors } = sources
  const problems: string[] = []
  const host = environment.HOST || '127.0.0.1'
  const port = readPort(environment.PORT || '3000', problems)
  const logLevel = environment.LOG_LEVEL || 'info'
  if (!LOG_LEVELS.some((level) => level === logLevel)) problems.push(`LOG_LEVEL: must be one of ${LOG_LEVELS.join(', ')}`)
  const forced = SWITCH[environment.SANDBOX || 'false']
  if (forced === undefined) problems.push('SANDBOX: must be true or false')
  const sandbox = forced === true || file === undefined
  const keyRing = readKeyRing(environment.ENCRYPTION_KEYS, problems)
  const trustProxy = readTrustProxy(environment.TRUST_PROXY, problems)
  const redisUrl = environment.REDIS_URL || undefined
  if (redisUrl) problems.push(...readRedisUrl(redisUrl).flaws.map((flaw) => `REDIS_URL: ${flaw}`))
  const allowedVendorHosts = readAllowedHosts(environment.ALLOWED_VENDOR_HOSTS, problems)

  const { clients, connections } =
    sandbox || !file ? { clients: [], connections: [] } : readConfigFile(file, environment, vendors, problems)
  if (!keyRing && redisUrl) problems.push('ENCRYPTION_KEYS: is required with REDIS_URL')
  if (!keyRing && connections.some((connection) => connection?.credentials?.grant === 'authorization_code')) {
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
    stateDir: environment.STATE_DIR || '.fachada',
    allowedVendorHosts,
    sandbox,
    clients,
    connections: connections.map((connection) => resolveConnection(vendors.find(({ id }) => id === connection.vendor)!, connection)),
  })
}
