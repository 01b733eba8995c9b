import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../kernel/clock.ts'
import type { TokenRecord, TokenStore } from '../kernel/tokens.ts'
import { memoryTokens } from './memory.ts'

const SUFFIX = '.tokens.json'

async function recordsIn(path: string): Promise<[string, TokenRecord][]> {
  const text = await readFile(path, 'utf8')
  return Object.entries(JSON.parse(text) as Record<string, TokenRecord>)
}

/** All sealed tokens that processes left in the folder; of each the newest. A file cut off by a crash is passed over: `onBroken` is told. */
async function load(folder: string, onBroken: (file: string) => void): Promise<Map<string, TokenRecord>> {
  const records = new Map<string, TokenRecord>()
  for (const file of (await readdir(folder)).filter((name) => name.endsWith(SUFFIX))) {
    try {
      for (const [key, record] of await recordsIn(join(folder, file))) {
        if (record.version > (records.get(key)?.version ?? 0)) records.set(key, record)
      }
    } catch {
      onBroken(file)
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
export async function fileTokens(folder: string, process: string, clock: Clock, onBroken: (file: string) => void): Promise<TokenStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, `${process}${SUFFIX}`)
  let saving = Promise.resolve()
  return memoryTokens(clock, await load(folder, onBroken), (records) => {
    saving = saving.catch(() => {}).then(() => save(path, records))
    return saving
  })
}
