import { mkdir, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { RedisServer } from './redis.ts'

/** A Redis that answers and cannot do what it is asked to, until it can again. */
export interface Refusal {
  start(server: RedisServer): Promise<unknown>
  end(server: RedisServer): Promise<unknown>
}

/** Where the server would save to. It was started with a folder of its own. */
const fileOf = async ({ client }: RedisServer) => join((await client.config('GET', 'dir'))[1]!, 'dump.rdb')

async function save({ client }: RedisServer, outcome: 'ok' | 'err'): Promise<void> {
  await client.bgsave()
  const isOver = async () => (await client.info('persistence')).includes('rdb_bgsave_in_progress:0')
  while (!(await isOver())) await new Promise((resolve) => setTimeout(resolve, 20))
  if (!(await client.info('persistence')).includes(`rdb_last_bgsave_status:${outcome}`)) throw new Error(`the save is not ${outcome}`)
}

const unableToSave: Refusal = {
  async start(server) {
    await server.client.config('SET', 'save', '3600 1000000')
    // A folder in the place of the file: nobody can write it, root neither.
    await mkdir(await fileOf(server))
    await save(server, 'err')
  },
  async end(server) {
    await rmdir(await fileOf(server))
    await save(server, 'ok')
  },
}

export const REFUSALS = {
  'a replica': {
    start: ({ client }) => client.replicaof('127.0.0.1', 1),
    end: ({ client }) => client.replicaof('NO', 'ONE'),
  },
  'out of memory': {
    start: ({ client }) => client.config('SET', 'maxmemory', '1'),
    end: ({ client }) => client.config('SET', 'maxmemory', '0'),
  },
  'unable to save': unableToSave,
} satisfies Record<string, Refusal>
