import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify'
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import { connectionMaker } from './config-made.ts'
import type { Vendor } from './kernel/adapter.ts'
import { createAuthorization } from './kernel/authorization.ts'
import { createBulkhead } from './kernel/bulkhead.ts'
import { stack } from './kernel/call.ts'
import { type Clock, systemClock } from './kernel/clock.ts'
import type { Connection } from './kernel/connection.ts'
import { exampleOf } from './kernel/coverage.ts'
import { createDirectory } from './kernel/directory.ts'
import { asGatewayError } from './kernel/errors.ts'
import { createGateway } from './kernel/gateway.ts'
import { createHealth } from './kernel/health.ts'
import { createIdempotency } from './kernel/idempotency.ts'
import { inTurns } from './kernel/in-turns.ts'
import { authorize } from './kernel/layers/authorize.ts'
import { breaker } from './kernel/layers/breaker.ts'
import { cache } from './kernel/layers/cache.ts'
import { classify } from './kernel/layers/classify.ts'
import { coalesce } from './kernel/layers/coalesce.ts'
import { deadline } from './kernel/layers/deadline.ts'
import { forget } from './kernel/layers/forget.ts'
import { journal } from './kernel/layers/journal.ts'
import { limit } from './kernel/layers/limit.ts'
import { type CallEvent, observe } from './kernel/layers/observe.ts'
import { retry } from './kernel/layers/retry.ts'
import { transport } from './kernel/layers/transport.ts'
import { createMade } from './kernel/made.ts'
import { createOperator } from './kernel/operate.ts'
import { createProxy } from './kernel/proxy.ts'
import { reseal, type SealedRecords, sealedConnections, sealedJournal, sealedTokens } from './kernel/reseal.ts'
import { digestsFor, randomKeyRing, sealFor } from './kernel/seal.ts'
import type { TokenTimes } from './kernel/tokens/times.ts'
import { createTokens } from './kernel/tokens.ts'
import { access } from './plugins/access.ts'
import { bodies } from './plugins/bodies.ts'
import { health } from './plugins/health.ts'
import { idempotency } from './plugins/idempotency.ts'
import { logCalls } from './plugins/log-calls.ts'
import { connectionGauges, createMetrics, metricsRoute } from './plugins/metrics.ts'
import { negotiation } from './plugins/negotiation.ts'
import { openapi } from './plugins/openapi.ts'
import { type Pressure, pressure } from './plugins/pressure.ts'
import { answerMalformed, problems, refuseUrl } from './plugins/problems.ts'
import { rateLimit } from './plugins/rate-limit.ts'
import { timing } from './plugins/timing.ts'
import { validation } from './plugins/validation.ts'
import { authorizationRoutes } from './routes/authorization.ts'
import { connectionChangesRoutes } from './routes/connection-changes.ts'
import { connectionsRoutes } from './routes/connections.ts'
import { customersRoutes } from './routes/customers.ts'
import { productsRoutes } from './routes/products.ts'
import { proxyRoutes } from './routes/proxy.ts'
import { receivablesRoutes } from './routes/receivables.ts'
import { referencesRoutes } from './routes/references.ts'
import { salesRoutes } from './routes/sales.ts'
import { vendorsRoutes } from './routes/vendors.ts'
import { openStores, type Stores } from './store/open.ts'
import { KEEP_ALIVE_MS, STOP_TOKENS_MS } from './times.ts'
import { vendors as registry } from './vendors/index.ts'

export interface AppOptions {
  config: Config
  connections: readonly Connection[]
  log: Logger
  vendors?: readonly Vendor[]
  clock?: Clock
  /** Shorter ones, for trying out what takes long. */
  tokenTimes?: TokenTimes
  /** Something around the stores, for trying out what happens between two of their steps. */
  wrapStores?: (stores: Stores) => Stores
  /** Whether lines still reach wherever the log goes. */
  isLogWritable?: () => boolean
  /** What the process sheds at; without it, it takes whatever comes. */
  shedsAt?: Pressure
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

/** Request ids are ours unless the caller sends one that is safe to repeat. */
function requestIds(): (request: { headers: Record<string, unknown> }) => string {
  const prefix = Math.random().toString(36).slice(2, 10)
  let count = 0
  return ({ headers }) => {
    const given = headers['x-request-id']
    if (typeof given === 'string' && /^[A-Za-z0-9._-]{8,64}$/.test(given)) return given
    count += 1
    return `${prefix}-${count.toString(36)}`
  }
}

/** Wires everything, in the order in which things depend on each other. */
export async function createApp({
  config,
  connections,
  log,
  vendors = registry,
  clock = systemClock,
  tokenTimes,
  wrapStores = (stores) => stores,
  isLogWritable = () => true,
  shedsAt,
}: AppOptions): Promise<FastifyInstance> {
  const ring = config.keyRing ?? randomKeyRing()
  const metrics = createMetrics()
  const opened = await openStores({
    redisUrl: config.redisUrl,
    stateDir: config.keyRing && config.stateDir,
    process: `${hostname()}-${config.port || 'any'}`,
    clock,
    onTrouble: (message) => log.warn({ trouble: message }, 'store'),
  })
  const stores = wrapStores(opened)
  metrics.watchStore(stores)
  metrics.watchLog(isLogWritable)
  const connectionHealth = createHealth(stores.permits, (connection) => tokens.state(connection), clock)
  const directory = createDirectory(connections)

  const vendor = transport({ clock, allowedHosts: config.allowedVendorHosts })
  const logged = logCalls(log)
  const onCall = (event: CallEvent): void => {
    metrics.onCall(event)
    connectionHealth.note(event)
    logged(event)
  }
  const around = [observe(clock, onCall), deadline(clock)]
  const again = retry(clock)
  const bulkhead = createBulkhead(clock)
  metrics.watchInFlight(bulkhead.counts)
  const onOpen = (circuit: string, forMs: number) => log.warn({ circuit, forMs: Math.round(forMs) }, 'vendor left alone')
  const within = [breaker(clock, { onOpen }), limit(stores.permits, clock, bulkhead), classify(clock.wall)]
  const sendUnsigned = stack([...around, again, ...within], vendor.send)
  const tokenSeal = sealFor(ring, 'token')
  const connectionSeal = sealFor(ring, 'connection')
  const sharing = (login: string) => directory.connections.filter((connection) => connection.login === login).map(({ id }) => id)
  const tokens = createTokens({
    store: stores.tokens,
    journal: stores.journal,
    send: sendUnsigned,
    seal: tokenSeal,
    clock,
    times: tokenTimes,
    onTrouble({ reason, login, error }) {
      metrics.onTokenTrouble(reason)
      log.warn({ connections: sharing(login), reason, code: error?.kind }, 'token')
    },
  })
  const replay = () => tokens.replay().catch((error) => log.warn({ code: asGatewayError(error).kind }, 'token replay'))
  stores.onBack(replay)
  void replay()
  // Files are this process' own to seal anew; what processes share is sealed anew by `npm run reseal`.
  const lookAt = (records: SealedRecords, { isOwn }: { isOwn: boolean }) =>
    reseal(records, { replaces: isOwn }).then(
      ({ kind, missing, tampered }) => missing + tampered > 0 && log.warn({ kind, missing, tampered }, 'stored records that do not open'),
      (error) => log.warn({ kind: records.kind, code: asGatewayError(error).kind }, 'stored records could not be looked at'),
    )
  void lookAt(sealedTokens(stores.tokens, tokenSeal), { isOwn: !config.redisUrl })
  void lookAt(sealedConnections(stores.connections, connectionSeal), { isOwn: !config.redisUrl })
  if (stores.journal) void lookAt(sealedJournal(stores.journal, tokenSeal), { isOwn: true })
  const [kept, shared] = [cache(clock), coalesce(clock)]
  const forgetting = forget([kept, shared])
  const signing = authorize(tokens, clock)
  const send = stack([forgetting, kept.layer, ...around, shared.layer, again, signing, journal, ...within], vendor.send)
  const operator = createOperator(send, clock)
  const proxy = createProxy({
    open: vendor.open,
    // Without `retry`: what a client sends through is its own to repeat.
    around: (transport) => stack([forgetting, ...around, signing, ...within], transport),
    operator,
    clock,
  })
  const gateway = createGateway({
    directory,
    operator,
    permits: stores.permits,
    clock,
    cursorSeal: sealFor(ring, 'cursor', { deterministic: true }),
  })
  const keyedWrites = createIdempotency({
    store: stores.idempotency,
    digests: digestsFor(ring, 'idempotency'),
    seal: sealFor(ring, 'idempotency'),
    clock,
    onTrouble: (message) => log.warn({ trouble: message }, 'idempotency'),
  })

  const authorization = createAuthorization({
    directory,
    tokens,
    once: stores.once,
    send: sendUnsigned,
    seal: sealFor(ring, 'state'),
    clock,
  })
  const made = createMade({
    store: stores.connections,
    directory,
    seal: connectionSeal,
    clock,
    make: connectionMaker(vendors, config.allowedVendorHosts),
    onUnused: tokens.forget,
    onTrouble: (message) => log.warn({ trouble: message }, 'connections'),
  })
  await made.watch()
  tokens.keepUsed(() => directory.connections)
  connectionGauges(metrics.registry, () => inTurns(directory.connections, connectionHealth.view))

  const nextId = requestIds()
  const app = fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: nextId as never,
    bodyLimit: 262_144,
    requestTimeout: 10_000,
    // Without a byte in either direction: a reader that stopped reading. Longer than any answer but an export takes, which watches for itself.
    connectionTimeout: 30_000,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // No end: past it Node answers 503 with no body to whoever overlooks `Connection: close`.
    maxRequestsPerSocket: 0,
    // Headers sooner than the whole request, or Node swaps the two. A missing Host is refused by problems.ts: Node's refusal has no body.
    http: { headersTimeout: 5_000, connectionsCheckingInterval: 1_000, maxHeaderSize: 16_384, requireHostHeader: false },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    trustProxy: config.trustProxy.length > 0 ? [...config.trustProxy] : false,
    requestIdHeader: false,
    // Longer than any id, so that a long id is a malformed one before it is a long URL.
    routerOptions: { maxParamLength: 1_000, ignoreTrailingSlash: false, caseSensitive: true },
    frameworkErrors: ((error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      log.info({ requestId: request.id, code: refuseUrl(error, request, reply) }, 'request')
    }) as never,
    clientErrorHandler(error, socket) {
      const requestId = nextId({ headers: {} })
      log.info({ requestId, code: answerMalformed(error, socket, requestId) }, 'request')
    },
  })
  // Requests are logged by plugins/timing.ts with their ids: a logger made for each would only cost.
  app.setChildLoggerFactory((logger) => logger)
  app.server.maxConnections = 10_000

  await app.register(validation)
  await app.register(timing, { log, onRequest: metrics.onRequest })
  await app.register(problems)
  // What every route is given stands before the first that makes routes.
  await app.register(negotiation)
  if (shedsAt) await app.register(pressure, shedsAt)
  await app.register(access, { clients: config.clients })
  if (config.clients.some((client) => client.rateLimit)) await app.register(rateLimit)
  await app.register(openapi, { version, exampleOf: (resource) => exampleOf(vendors[0]!, resource) })
  await app.register(bodies)
  await app.register(idempotency, { idempotency: keyedWrites, onReplay: metrics.onReplay })
  await app.register(health, { isWell: () => stores.isUp() && stores.isStateWritable() })
  await app.register(metricsRoute, { registry: metrics.registry })

  customersRoutes(app, gateway)
  productsRoutes(app, gateway)
  salesRoutes(app, gateway)
  receivablesRoutes(app, gateway)
  vendorsRoutes(app, vendors)
  connectionsRoutes(app, directory, connectionHealth)
  connectionChangesRoutes(app, { directory, health: connectionHealth, made, gateway })
  authorizationRoutes(app, directory, authorization)
  await app.register(proxyRoutes, { directory, proxy })
  referencesRoutes(app, gateway)
  app.refuseOtherMethods()

  app.addHook('onClose', async () => {
    made.close()
    await tokens.settled(STOP_TOKENS_MS)
    await vendor.close()
    await stores.close()
  })
  return app
}
