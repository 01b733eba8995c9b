import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { Redis } from 'ioredis'

export interface RedisServer {
  port: number
  url: string
  process: ChildProcess
  /** A client of the test's own, to look inside. */
  client: Redis
  stop(): Promise<void>
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

/** A redis-server of the test's own on a free port or the given one, with nothing kept on disk. */
export async function startRedis(port?: number, ...parameters: string[]): Promise<RedisServer> {
  port ??= await freePort()
  const usual = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const server = spawn('redis-server', [...usual, ...parameters], { stdio: 'ignore' })
  const client = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 50, maxRetriesPerRequest: null })
  client.on('error', () => {})
  await client.ping()
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    process: server,
    client,
    async stop() {
      client.disconnect()
      const ended = new Promise((resolve) => server.once('exit', resolve))
      // One that was stopped with SIGSTOP dies too.
      if (server.exitCode === null && server.signalCode === null) {
        server.kill('SIGKILL')
        await ended
      }
    },
  }
}
