import { type DestinationStream, type Logger, pino } from 'pino'
import { scrubbed } from './kernel/scrub.ts'

/** An error as a log may show it: an error of a client library carries the command or request with its secrets, so members are chosen. */
function safeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error }
  const { name, message, stack, cause } = error
  return {
    type: name,
    code: (error as NodeJS.ErrnoException).code,
    message: scrubbed(message, 500),
    stack: stack
      ?.split('\n')
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 12)
      .join('\n'),
    ...(cause !== undefined && { cause: safeError(cause) }),
  }
}

let writtenMs = 0
let written = ''

/** The time as text, made once for all lines of a millisecond. */
function isoTime(): string {
  const now = Date.now()
  if (now !== writtenMs) {
    writtenMs = now
    written = `,"time":"${new Date(now).toISOString()}"`
  }
  return written
}

/** Where batches of lines go; `flushSync` writes what it still holds. */
interface Destination {
  write(text: string): unknown
  flushSync(): void
}

/** What waits for a disk that takes nothing; lines beyond it are lost. */
const MOST_WAITING_BYTES = 1_000_000

/** A file descriptor for lines. One that was closed, or lies on a full disk, loses lines and harms nobody. */
export function output(fd: number): Destination & { isWritable(): boolean } {
  const destination = pino.destination({ dest: fd, sync: false, maxLength: MOST_WAITING_BYTES })
  let isWritable = true
  destination.on('error', () => {
    isWritable = false
  })
  destination.on('write', () => {
    isWritable = true
  })
  return {
    isWritable: () => isWritable,
    write: (text) => destination.write(text),
    flushSync() {
      // It would try for ever, and so would pino when the process ends.
      if (isWritable) destination.flushSync()
      else destination.destroy()
    },
  }
}

/** Most characters of one batch, and how long a line waits in it at most. */
const BATCH_LENGTH = 16_000
const BATCH_MS = 250

/**
 * Gathers lines before the destination has them. Given line by line, it measures all that it holds anew at each: 4 µs a line.
 * `flushSync` has to be called before the process ends.
 */
export function batched(destination: Destination): DestinationStream & { flushSync(): void } {
  let batch = ''
  let timer: NodeJS.Timeout | undefined
  function pass(): void {
    clearTimeout(timer)
    timer = undefined
    const text = batch
    batch = ''
    if (text !== '') destination.write(text)
  }
  return {
    write(line) {
      batch += line
      if (batch.length >= BATCH_LENGTH) pass()
      else timer ??= setTimeout(pass, BATCH_MS).unref()
    },
    flushSync() {
      pass()
      destination.flushSync()
    },
  }
}

/** One JSON line for each event, with allow-listed members only. */
export const createLog = (level: string, destination: DestinationStream): Logger =>
  pino({ level, base: null, timestamp: isoTime, serializers: { err: safeError } }, destination)
