import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { freePort, type RedisServer, startRedis } from './redis.ts'
import { temporaryFolder } from './stores.ts'

const MASTER = 'mymaster'

export interface Sentinels {
  port: number
  url: string
  master: RedisServer
  replica: RedisServer
  stop(): Promise<void>
}

async function kill(process: ChildProcess): Promise<void> {
  const ended = once(process, 'exit')
  process.kill('SIGKILL')
  await ended
}

/** A master with a replica that is in step, and one Sentinel that decides alone. */
export async function startSentinels(): Promise<Sentinels> {
  const folder = await temporaryFolder()
  const master = await startRedis(undefined, '--repl-diskless-sync-delay', '0')
  const replica = await startRedis(undefined, '--replicaof', '127.0.0.1', String(master.port), '--dir', folder.path)
  while (!/master_link_status:up/.test(await replica.client.info('replication'))) await new Promise((resolve) => setTimeout(resolve, 50))
  const port = await freePort()
  const file = join(folder.path, 'sentinel.conf')
  const settings = [
    `port ${port}`,
    'bind 127.0.0.1',
    `sentinel monitor ${MASTER} 127.0.0.1 ${master.port} 1`,
    `sentinel down-after-milliseconds ${MASTER} 1000`,
    `sentinel failover-timeout ${MASTER} 3000`,
  ]
  await writeFile(file, `${settings.join('\n')}\n`)
  const sentinel = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' })
  const client = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 50, maxRetriesPerRequest: null })
  client.on('error', () => {})
  // It can promote a replica only once it has heard of it.
  while (((await client.call('SENTINEL', 'REPLICAS', MASTER)) as unknown[]).length === 0)
    await new Promise((resolve) => setTimeout(resolve, 50))
  client.disconnect()
  return {
    port,
    url: `redis+sentinel://127.0.0.1:${port}/${MASTER}`,
    master,
    replica,
    async stop() {
      await kill(sentinel)
      await Promise.all([master.stop(), replica.stop()])
      await folder.remove()
    },
  }
}

export interface Relay {
  port: number
  /** What came and went through it so far. */
  passed: { up: string; down: string }
  /** Whether connections that are opened get their answers; those that are there already do. */
  answers: boolean
  stop(): Promise<void>
}

/** Passes connections on to a port, or lets them wait for answers that do not come. */
export async function startRelay(port: number): Promise<Relay> {
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    const { answers } = relay
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        client.destroy()
        upstream.destroy()
      })
    }
    client.on('data', (data) => {
      relay.passed.up += data
      upstream.write(data)
    })
    upstream.on('data', (data) => {
      if (!answers) return
      relay.passed.down += data
      client.write(data)
    })
  })
  const relay: Relay = {
    port: await freePort(),
    passed: { up: '', down: '' },
    answers: true,
    async stop() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  server.listen(relay.port, '127.0.0.1')
  await once(server, 'listening')
  return relay
}

export interface ClusterOfThree {
  url: string
  nodes: RedisServer[]
  stop(): Promise<void>
}

const SLOTS = 16_384

/** Three masters without replicas, each with a third of the slots; what is left of them serves when one is gone. */
export async function startCluster(): Promise<ClusterOfThree> {
  const folder = await temporaryFolder()
  const nodes = await Promise.all(
    [0, 1, 2].map((index) => {
      const file = join(folder.path, `nodes-${index}.conf`)
      return startRedis(undefined, '--cluster-enabled', 'yes', '--cluster-config-file', file, '--cluster-require-full-coverage', 'no')
    }),
  )
  const first = nodes[0]!
  for (const [index, { client, port }] of nodes.entries()) {
    const from = Math.floor((index * SLOTS) / 3)
    const to = Math.floor(((index + 1) * SLOTS) / 3) - 1
    await client.call('CLUSTER', 'ADDSLOTSRANGE', from, to)
    await first.client.call('CLUSTER', 'MEET', '127.0.0.1', port)
  }
  // A node may be well, and know the others, before it knows which slots are theirs.
  const whole = new RegExp(`cluster_state:ok[\\s\\S]*cluster_slots_ok:${SLOTS}[\\s\\S]*cluster_known_nodes:3`)
  const isWhole = async ({ client }: RedisServer) => whole.test(String(await client.call('CLUSTER', 'INFO')))
  while (!(await Promise.all(nodes.map(isWhole))).every(Boolean)) await new Promise((resolve) => setTimeout(resolve, 50))
  return {
    url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    nodes,
    async stop() {
      await Promise.all(nodes.map(({ stop }) => stop()))
      await folder.remove()
    },
  }
}
