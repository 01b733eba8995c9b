import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { getHeapStatistics } from 'node:v8'
import closeWithGrace from 'close-with-grace'
import { type Config, ConfigError, isLoopback, loadConfig, resolveConnection } from './config.ts'
import type { Connection } from './kernel/connection.ts'
import { output, patientLog } from './log.ts'
import { DRAIN_MS, STOP_WITHIN_MS } from './times.ts'
import { vendors } from './vendors/index.ts'

// The process edge: the only reader of process.*. Configuration, listen, graceful stop.

/** Far beyond what a busy process is late; of the heap the rest is for those under way. */
const SHEDS_AT = { maxDelayMs: 250, maxHeapBytes: getHeapStatistics().heap_size_limit * 0.9, lookEveryMs: 1_000 }

function readConfig(): Config {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const named = process.env.CONFIG_FILE
  const name = named || 'gateway.config.json'
  const isThere = existsSync(name)
  if (named && !isThere) throw new ConfigError([`CONFIG_FILE: there is no file ${named}`])
  return loadConfig({ environment: process.env, file: isThere ? { name, text: readFileSync(name, 'utf8') } : undefined, vendors })
}

/** Beyond loopback the sandbox asks for a key too: one that is made now and shown once. */
function withSandboxKey(config: Config): { config: Config; key: string | undefined } {
  if (isLoopback(config.host)) return { config, key: undefined }
  const key = randomBytes(24).toString('base64url')
  const keyHash = `sha256:${createHash('sha256').update(key).digest('hex')}`
  return {
    key,
    config: { ...config, clients: [{ id: 'sandbox', keyHash, scopes: ['write', 'proxy', 'admin', 'metrics'], connections: ['*'] }] },
  }
}

async function sandboxConnections(): Promise<{ connections: Connection[]; close(): Promise<void> }> {
  // Only where it is wanted: its data takes a while to make.
  const { startSandbox } = await import('./sandbox/index.ts')
  const { connections, close } = await startSandbox()
  return {
    close,
    connections: connections.map((connection) => resolveConnection(vendors.find(({ id }) => id === connection.vendor)!, connection)),
  }
}

function welcome(config: Config, url: string, key: string | undefined, say: (line: string) => void): void {
  const shown = key ?? (config.clients.length > 0 ? 'KEY' : undefined)
  const header = shown ? ` -H 'Authorization: Bearer ${shown}'` : ''
  if (config.sandbox)
    say('Fachada runs on its sandbox: simulated vendors with made-up data. Write a gateway.config.json to use your own accounts.')
  say(`Listening on ${url}   Swagger UI: ${url}/docs   OpenAPI: ${url}/openapi.json`)
  if (key) say(`The key of this run: ${key}`)
  say(`Try: curl${header} '${url}/customers?limit=2'`)
}

async function start(): Promise<void> {
  const read = readConfig()
  // Loaded for a configuration that holds: it is most of the start, and a wrong one is told without it.
  const { createApp } = await import('./app.ts')
  const { config: keyed, key } = read.sandbox ? withSandboxKey(read) : { config: read, key: undefined }
  const sandbox = keyed.sandbox ? await sandboxConnections() : undefined
  // The simulated vendors may be named over the API too.
  const config = sandbox ? { ...keyed, allowedVendorHosts: sandbox.connections.map(({ baseUrl }) => new URL(baseUrl).host) } : keyed
  const standardOutput = output(1)
  const { log, flushSync } = patientLog(config.logLevel, standardOutput)
  // Before pino's own listener, which closes the destination.
  process.prependListener('exit', flushSync)
  const app = await createApp({
    config,
    connections: sandbox?.connections ?? config.connections,
    log,
    isLogWritable: standardOutput.isWritable,
    shedsAt: SHEDS_AT,
  })
  await app.listen({ host: config.host, port: config.port })
  const { port } = app.server.address() as { port: number }
  welcome(config, `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`, key, (line) =>
    standardOutput.write(`${line}\n`),
  )

  closeWithGrace({ delay: STOP_WITHIN_MS, logger: false }, async ({ signal, err }) => {
    if (err) log.fatal({ err }, 'stopping after an error')
    else log.info({ signal }, 'stopping')
    app.startDraining()
    if (!config.sandbox && !err) await new Promise((resolve) => setTimeout(resolve, DRAIN_MS))
    await app.close()
    await sandbox?.close()
  })
}

start().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ConfigError ? error.message : (error as Error).stack}\n`)
  process.exit(1)
})
