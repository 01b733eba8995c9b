import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../kernel/clock.ts'
import type { TokenRecord, TokenStore } from '../kernel/tokens.ts'
import { memoryTokens } from './memory/tokens.ts'

const SUFFIX = '.tokens.json'

const isRecord = (value: unknown): value is TokenRecord => {
  const { version, sealed } = (value ?? {}) as Partial<TokenRecord>
  return Number.isSafeInteger(version) && typeof sealed === 'string'
}

async function recordsIn(path: string): Promise<[string, TokenRecord][]> {
  const records = Object.entries(JSON.parse(await readFile(path, 'utf8')) as Record<string, TokenRecord>)
  if (!records.every(([, record]) => isRecord(record))) throw new Error('no file of tokens')
  return records
}

/** All sealed tokens that processes left in the folder; of each the newest. A file cut off by a crash is passed over: `onTrouble` is told. */
async function load(folder: string, onTrouble: (message: string) => void): Promise<Map<string, TokenRecord>> {
  const records = new Map<string, TokenRecord>()
  for (const file of (await readdir(folder)).filter((name) => name.endsWith(SUFFIX))) {
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
async function save(path: string, records: Map<string, TokenRecord>): Promise<void> {
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
  const file = `${process}${SUFFIX}`
  let saving = Promise.resolve()
  return memoryTokens(clock, await load(folder, onTrouble), (records) => {
    // A full disk must not take away the token that is there now.
    saving = saving.then(() => save(join(folder, file), records)).catch(() => onTrouble(`${file} cannot be written`))
    return saving
  })
}
