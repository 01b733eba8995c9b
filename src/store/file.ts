import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../kernel/clock.ts'
import { GatewayError } from '../kernel/errors.ts'
import type { ConnectionStore } from '../kernel/made.ts'
import type { TokenRecord, TokenStore } from '../kernel/tokens.ts'
import { memoryConnections } from './memory/connections.ts'
import { memoryTokens } from './memory/tokens.ts'

const TOKENS = '.tokens.json'
const CONNECTIONS = '.connections.json'

/** Tokens and connections alike: sealed, and with a version that only grows. */
type SealedRecord = TokenRecord

const isRecord = (value: unknown): value is SealedRecord => {
  const { version, sealed } = (value ?? {}) as Partial<SealedRecord>
  return Number.isSafeInteger(version) && typeof sealed === 'string'
}

async function recordsIn(path: string): Promise<[string, SealedRecord][]> {
  const records = Object.entries(JSON.parse(await readFile(path, 'utf8')) as Record<string, SealedRecord>)
  if (!records.every(([, record]) => isRecord(record))) throw new Error('no file of sealed records')
  return records
}

/** All sealed records of a kind that processes left in the folder; of each the newest. A file cut off by a crash is passed over: `onTrouble` is told. */
async function load(folder: string, suffix: string, onTrouble: (message: string) => void): Promise<Map<string, SealedRecord>> {
  const records = new Map<string, SealedRecord>()
  for (const file of (await readdir(folder)).filter((name) => name.endsWith(suffix))) {
    try {
      for (const [key, record] of await recordsIn(join(folder, file))) {
        if (record.version > (records.get(key)?.version ?? 0)) records.set(key, record)
      }
    } catch {
      onTrouble(`${file} cannot be read`)
    }
  }
  return records
}

/** Written beside, synced and renamed: a reader sees the old file or the new one, whole. */
async function save(path: string, records: Map<string, SealedRecord>): Promise<void> {
  const beside = `${path}.new`
  const file = await open(beside, 'w', 0o600)
  try {
    await file.writeFile(JSON.stringify(Object.fromEntries(records)))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(beside, path)
}

/** Sealed tokens in a folder, one file for each process (named by `process`), so that a restart needs no new login. For use without Redis. */
export async function fileTokens(folder: string, process: string, clock: Clock, onTrouble: (message: string) => void): Promise<TokenStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = `${process}${TOKENS}`
  let saving = Promise.resolve()
  return memoryTokens(clock, await load(folder, TOKENS, onTrouble), (records) => {
    // A full disk must not take away the token that is there now.
    saving = saving.then(() => save(join(folder, file), records)).catch(() => onTrouble(`${file} cannot be written`))
    return saving
  })
}

/** Sealed connections in a folder, as tokens are. One that could not be written is not made: its maker must know. */
export async function fileConnections(folder: string, process: string, onTrouble: (message: string) => void): Promise<ConnectionStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = `${process}${CONNECTIONS}`
  let saving = Promise.resolve()
  return memoryConnections(await load(folder, CONNECTIONS, onTrouble), (records) => {
    const saved = saving
      .then(() => save(join(folder, file), records))
      .catch(() => {
        onTrouble(`${file} cannot be written`)
        throw new GatewayError('vendor_unavailable', { retryAfterMs: 1_000, message: 'The connection could not be stored.' })
      })
    saving = saved.catch(() => {})
    return saved
  })
}
