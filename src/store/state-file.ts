import { constants } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

// A file of lines for each process, in a folder that they may share: the last line of a key counts.

/** What is kept in files of one kind. */
export interface FileKind<T> {
  /** How their names end. */
  suffix: string
  /** A line's key and what it says; null where it is none of them. */
  read(line: unknown): [key: string, value: T] | null
  write(key: string, value: T): object
  versionOf(value: T): number
}

export interface StateFile<T> {
  name: string
  /** What all files of the folder held at the start, and what was appended since. */
  entries: Map<string, T>
  /** On the disk once it answers; rejects where the disk takes nothing more. */
  append(key: string, value: T): Promise<void>
  /** Whether the disk took what it was last given. What it did not take it is given again, all that counts by then. */
  isWritable(): boolean
}

/** Lines beyond those that count, before a file is written anew. */
const MOST_OLD_LINES = 1_000
const AGAIN_AFTER_MS = 1_000

/** Null also for the last line of a file that a crash cut off. */
function readLine<T>(kind: FileKind<T>, line: string): [string, T] | null {
  try {
    return kind.read(JSON.parse(line))
  } catch {
    return null
  }
}

const writeLine = <T>(kind: FileKind<T>, key: string, value: T) => `${JSON.stringify(kind.write(key, value))}\n`

/** In the order in which they were written last; our own comes at the end. */
async function filesOf(folder: string, own: string, suffix: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(suffix))
  const files = await Promise.all(names.map(async (name) => ({ name, writtenAt: (await stat(join(folder, name))).mtimeMs })))
  files.sort((a, b) => Number(a.name === own) - Number(b.name === own) || a.writtenAt - b.writtenAt)
  return files.map(({ name }) => name)
}

/**
 * All that processes left in the folder; of each key the newest, and of two that are equal the one said last, by ourselves.
 * What cannot be read is passed over: `onTrouble` is told.
 */
async function load<T>(folder: string, own: string, kind: FileKind<T>, onTrouble: (message: string) => void): Promise<Map<string, T>> {
  const entries = new Map<string, T>()
  for (const file of await filesOf(folder, own, kind.suffix)) {
    const text = await readFile(join(folder, file), 'utf8')
    const lines = text
      .split('\n')
      .filter(Boolean)
      .map((line) => readLine(kind, line))
    if (lines.includes(null)) onTrouble(`${file} cannot be read in full`)
    for (const [key, value] of lines.filter((line) => line !== null)) {
      const known = entries.get(key)
      if (!known || kind.versionOf(value) >= kind.versionOf(known)) entries.set(key, value)
    }
  }
  return entries
}

/** Written beside, synced and renamed: a reader sees the old file or the new one, whole. */
async function save(path: string, text: string): Promise<void> {
  const beside = `${path}.new`
  const file = await open(beside, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(beside, path)
}

/** Not made where it is missing: somebody took it away, and what it held with it. */
const APPENDING = constants.O_WRONLY | constants.O_APPEND

async function addLine(path: string, line: string): Promise<void> {
  const file = await open(path, APPENDING)
  try {
    await file.appendFile(line)
    await file.datasync()
  } finally {
    await file.close()
  }
}

/** One file for each process (named by `process`). */
export async function openStateFile<T>(
  folder: string,
  process: string,
  kind: FileKind<T>,
  onTrouble: (message: string) => void,
): Promise<StateFile<T>> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const name = `${process}${kind.suffix}`
  const entries = await load(folder, name, kind, onTrouble)
  const path = join(folder, name)
  /** Ours holds all that counts, and ends with a line. */
  let isWhole = false
  let oldLines = 0
  let writing = Promise.resolve()
  let isWritable = true

  async function addAll(): Promise<void> {
    await save(path, [...entries].map((entry) => writeLine(kind, ...entry)).join(''))
    isWhole = true
    oldLines = 0
  }

  async function add(key: string, value: T): Promise<void> {
    if (isWhole && oldLines < MOST_OLD_LINES + entries.size) {
      oldLines += 1
      return addLine(path, writeLine(kind, key, value))
    }
    return addAll()
  }

  /** One after the other. */
  function next(write: () => Promise<void>): Promise<void> {
    const written = writing.then(write)
    writing = written.then(
      () => {
        isWritable = true
      },
      () => {
        // Half a line may stand at its end: the next one begins a new file.
        isWhole = false
        if (isWritable) void untilWritten()
        isWritable = false
      },
    )
    return written
  }

  async function untilWritten(): Promise<void> {
    do {
      await delay(AGAIN_AFTER_MS, undefined, { ref: false })
      await next(addAll).catch(() => {})
    } while (!isWritable)
  }

  return {
    name,
    entries,
    isWritable: () => isWritable,
    append(key, value) {
      entries.set(key, value)
      return next(() => add(key, value))
    },
  }
}
