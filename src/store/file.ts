import { type FileHandle, mkdir, open, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../kernel/clock.ts'
import { type Credential, type Journal, STANDS_WELL, type TokenRecord, type TokenStore } from '../kernel/tokens/store.ts'
import { memoryTokens } from './memory/tokens.ts'

const SUFFIX = '.tokens.jsonl'

/** Lines beyond those that count, before a file is written anew. */
const MOST_OLD_LINES = 1_000

type Credentials = Map<string, Credential>

const isRecord = (value: unknown): value is TokenRecord => {
  const { version, sealed } = (value ?? {}) as Partial<TokenRecord>
  return Number.isSafeInteger(version) && typeof sealed === 'string'
}

/** A line of a file; null where it is none, as the last one that a crash cut off. */
function readLine(line: string): [string, Credential] | null {
  try {
    const { login, record, standing } = JSON.parse(line)
    const isCredential = typeof login === 'string' && (record === null || isRecord(record)) && typeof standing?.state === 'string'
    return isCredential ? [login, { record, standing }] : null
  } catch {
    return null
  }
}

const writeLine = (login: string, credential: Credential) => `${JSON.stringify({ login, ...credential })}\n`

const versionOf = (credential: Credential | undefined) => credential?.record?.version ?? 0

/**
 * All that processes left in the folder; of each login the newest, and of two that are equal the one said last, by ourselves.
 * What cannot be read is passed over: `onTrouble` is told.
 */
async function load(folder: string, own: string, onTrouble: (message: string) => void): Promise<Credentials> {
  const credentials: Credentials = new Map()
  const files = (await readdir(folder)).filter((name) => name.endsWith(SUFFIX))
  for (const file of files.sort((a, b) => Number(a === own) - Number(b === own))) {
    const lines = (await readFile(join(folder, file), 'utf8')).split('\n').filter(Boolean).map(readLine)
    if (lines.includes(null)) onTrouble(`${file} cannot be read in full`)
    for (const [login, credential] of lines.filter((line) => line !== null)) {
      if (versionOf(credential) >= versionOf(credentials.get(login))) credentials.set(login, credential)
    }
  }
  return credentials
}

/** Written beside, synced and renamed: a reader sees the old file or the new one, whole. */
async function save(path: string, credentials: Credentials): Promise<FileHandle> {
  const beside = `${path}.new`
  const file = await open(beside, 'w', 0o600)
  try {
    await file.writeFile([...credentials].map(([login, credential]) => writeLine(login, credential)).join(''))
    await file.sync()
    await rename(beside, path)
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}

interface StateFile {
  /** What all files of the folder held at the start, and what was appended since. */
  credentials: Credentials
  /** On the disk once it answers; rejects where the disk takes nothing more. */
  append(login: string, credential: Credential): Promise<void>
}

/** One file for each process (named by `process`) in a folder that they may share. */
async function openStateFile(folder: string, process: string, onTrouble: (message: string) => void): Promise<StateFile> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const own = `${process}${SUFFIX}`
  const credentials = await load(folder, own, onTrouble)
  const path = join(folder, own)
  let file: FileHandle | undefined
  let oldLines = 0
  let writing = Promise.resolve()

  async function add(login: string, credential: Credential): Promise<void> {
    const isFull = oldLines >= MOST_OLD_LINES + credentials.size
    if (file && !isFull) {
      oldLines += 1
      await file.appendFile(writeLine(login, credential))
      return file.datasync()
    }
    const outgrown = file
    file = undefined
    await outgrown?.close()
    file = await save(path, credentials)
    oldLines = 0
  }

  return {
    credentials,
    append(login, credential) {
      credentials.set(login, credential)
      const written = writing.then(() => add(login, credential))
      writing = written.catch(async () => {
        // Half a line may stand at its end: the next one begins a new file.
        await file?.close().catch(() => {})
        file = undefined
      })
      return written
    },
  }
}

/** Sealed tokens in a folder, so that a restart needs no new login. For use without Redis. */
export async function fileTokens(folder: string, process: string, clock: Clock, onTrouble: (message: string) => void): Promise<TokenStore> {
  const { credentials, append } = await openStateFile(folder, process, onTrouble)
  // A full disk must not take away the token that is there now.
  return memoryTokens(clock, credentials, (login, credential) =>
    append(login, credential).catch(() => onTrouble(`${process}${SUFFIX} cannot be written`)),
  )
}

/** What this process got from vendors, beside Redis: it may lose a second of what it said it had. */
export async function fileJournal(folder: string, process: string, onTrouble: (message: string) => void): Promise<Journal> {
  const { credentials, append } = await openStateFile(folder, process, onTrouble)
  return {
    logins: () => credentials.keys(),
    newest: (login) => credentials.get(login)?.record ?? undefined,
    append: (login, record) => append(login, { record, standing: STANDS_WELL }),
  }
}
