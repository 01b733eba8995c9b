import { readFileSync } from 'node:fs'
import { pino } from 'pino'
import { createApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { TOKEN_TIMES } from '../../src/kernel/tokens/times.ts'
import { createLog } from '../../src/log.ts'
import type { Stores } from '../../src/store/open.ts'
import { vendors } from '../../src/vendors/index.ts'

// The gateway as a process of its own, with the times of a refresh in TOKEN_TIMES, and dying where DIE_AT says.

/** Steps of a refresh: `ing` before it is done, `ed` after. */
export type Step = 'noted' | 'journaling' | 'journaled' | 'writing' | 'written'

const { TOKEN_TIMES: times = '{}', DIE_AT: dieAt, LOG_LEVEL = 'info' } = process.env

let isRefreshing = false

async function reach(step: Step): Promise<void> {
  if (step !== dieAt || !isRefreshing) return
  process.kill(process.pid, 'SIGKILL')
  await new Promise(() => {})
}

const mortal = ({ tokens, journal, ...stores }: Stores): Stores => ({
  ...stores,
  tokens: {
    ...tokens,
    // What is written at the start, from the journal, takes no lease.
    async lease(login, owner, ttlMs) {
      isRefreshing = true
      return tokens.lease(login, owner, ttlMs)
    },
    async note(login, version, standing, owner) {
      const isNoted = await tokens.note(login, version, standing, owner)
      await reach('noted')
      return isNoted
    },
    async write(login, record, after) {
      await reach('writing')
      const isWritten = await tokens.write(login, record, after)
      await reach('written')
      return isWritten
    },
  },
  journal: journal && {
    ...journal,
    async append(login, record) {
      await reach('journaling')
      await journal.append(login, record)
      await reach('journaled')
    },
  },
})

const name = 'gateway.config.json'
const config = loadConfig({ environment: process.env, file: { name, text: readFileSync(name, 'utf8') }, vendors })
const app = await createApp({
  config,
  connections: config.connections,
  log: createLog(LOG_LEVEL, pino.destination(1)),
  tokenTimes: { ...TOKEN_TIMES, ...JSON.parse(times) },
  wrapStores: mortal,
})
const url = await app.listen({ host: config.host, port: config.port })
process.stdout.write(`Listening on ${url}\nTry: it\n`)
process.once('SIGTERM', () => app.close().then(() => process.exit(0)))
