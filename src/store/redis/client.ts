import { Redis } from 'ioredis'

export type RedisClient = Redis

/**
 * A client that never makes a request wait: nothing is queued while Redis is away, nothing is sent twice, and a command has a short time.
 * Measured reasons for each setting are in DESIGN.md.
 */
export function connectRedis(url: string, onError: (error: Error) => void): RedisClient {
  const client = new Redis(url, {
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    commandTimeout: 200,
    connectTimeout: 1_000,
    socketTimeout: 1_500,
    keepAlive: 10_000,
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, 1_000) + Math.random() * 200,
    reconnectOnError: (error) => (/READONLY|LOADING|MASTERDOWN/.test(error.message) ? 1 : false),
  })
  client.on('error', onError)
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
