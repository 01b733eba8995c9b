import { Cluster, Redis } from 'ioredis'
import { type RedisAddress, readRedisUrl } from './address.ts'
import { withCircuit } from './circuit.ts'

export type RedisClient = Redis | Cluster

const backOff = (attempt: number) => Math.min(50 * 2 ** attempt, 1_000) + Math.random() * 200
/** The server is there and takes no writes now: another one may. */
const isElsewhere = (error: Error) => /^(READONLY|LOADING|MASTERDOWN)/.test(error.message)

const optionsOf = ({ username, password, db, tls }: RedisAddress) => ({
  maxRetriesPerRequest: 0,
  commandTimeout: 200,
  connectTimeout: 1_000,
  socketTimeout: 1_500,
  keepAlive: 10_000,
  reconnectOnError: (error: Error) => (isElsewhere(error) ? (1 as const) : false),
  db,
  ...(username && { username }),
  ...(password && { password }),
  ...(tls && { tls: {} }),
})

const open: Record<RedisAddress['kind'], (address: RedisAddress) => RedisClient> = {
  server: (address) => new Redis({ ...address.nodes[0]!, ...optionsOf(address), enableOfflineQueue: false, retryStrategy: backOff }),
  sentinel: (address) =>
    new Redis({
      ...optionsOf(address),
      enableOfflineQueue: false,
      retryStrategy: backOff,
      sentinels: [...address.nodes],
      name: address.master,
      failoverDetector: true,
      sentinelCommandTimeout: 500,
      sentinelRetryStrategy: backOff,
      sentinelReconnectStrategy: backOff,
      // A user is one of the servers; a password alone is shown to the Sentinels too, and those without one take any.
      ...(address.password && !address.username && { sentinelPassword: address.password }),
      ...(address.tls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
    }),
  cluster: (address) =>
    new Cluster([...address.nodes], {
      enableOfflineQueue: false,
      clusterRetryStrategy: backOff,
      // Zero: what may have been executed is not sent again.
      retryDelayOnFailover: 0,
      retryDelayOnClusterDown: 0,
      slotsRefreshInterval: 2_000,
      redisOptions: optionsOf(address),
    }),
}

/**
 * Has a client that gave up by itself begin anew. It does so where Sentinel tells of a new master while it is being asked who that is: what
 * should end the connection to the old one then ends the attempt to find the new one, for good.
 */
function neverGivesUp(client: RedisClient): void {
  const disconnect = client.disconnect.bind(client)
  let isClosed = false
  client.disconnect = (isToReconnect = false) => {
    isClosed ||= !isToReconnect
    disconnect(isToReconnect)
  }
  function beginAnew(): void {
    // That it failed again is told by another end.
    if (!isClosed) client.connect().catch(() => {})
  }
  client.on('end', () => setTimeout(beginAnew, backOff(1)))
}

/**
 * A client that never makes a request wait: nothing is queued while Redis is away, nothing is sent twice, and a command has a short time.
 * Measured reasons for each setting are in DESIGN.md.
 */
export function connectRedis(url: string, onError: (error: Error) => void): RedisClient {
  const { address } = readRedisUrl(url)
  const client = open[address.kind](address)
  client.on('error', onError)
  neverGivesUp(client)
  withCircuit(client)
  return client
}

/** Resolves when the client can be used, within `withinMs`. */
export function redisReady(client: RedisClient, withinMs: number): Promise<void> {
  if (client.status === 'ready') return Promise.resolve()
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('Redis cannot be reached')), withinMs)
    client.once('ready', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
