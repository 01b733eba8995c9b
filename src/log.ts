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

/** When the line that is being written happened; undefined where that is now. */
let happenedMs: number | undefined
let writtenMs = 0
let written = ''

/** The time as text, made once for all lines of a millisecond. */
function isoTime(): string {
  const ms = happenedMs ?? Date.now()
  if (ms !== writtenMs) {
    writtenMs = ms
    written = `,"time":"${new Date(ms).toISOString()}"`
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

/** One JSON line for each event, with allow-listed members only. */
export const createLog = (level: string, destination: DestinationStream): Logger =>
  pino({ level, base: null, timestamp: isoTime, serializers: { err: safeError } }, destination)

type Given = Parameters<Logger['info']>

/** Most events that wait to be put into words, and how long they do at most. */
const MOST_WAITING = 64
const WAIT_MS = 250
/** Most characters that the destination is given late. */
const MOST_LENGTH = 16_000

/**
 * A log whose events of level info wait until there are many: put into words one after the other they take a third of the time that each takes
 * between all that a request is, and the destination has them at once. Lines stay in order, with the time at which they happened.
 * `flushSync` has to be called before the process ends.
 */
export function patientLog(level: string, destination: Destination): { log: Logger; flushSync(): void } {
  let waiting: { logger: Logger; ms: number; given: Given }[] = []
  let text = ''
  let timer: NodeJS.Timeout | undefined
  const passLater = () => {
    timer ??= setTimeout(pass, WAIT_MS).unref()
  }
  const direct = createLog(level, {
    write(line) {
      text += line
      if (text.length >= MOST_LENGTH) passText()
      else passLater()
    },
  })

  function word(): void {
    const events = waiting
    waiting = []
    for (const { logger, ms, given } of events) {
      happenedMs = ms
      direct.info.apply(logger, given)
    }
    happenedMs = undefined
  }

  function passText(): void {
    if (text !== '') destination.write(text)
    text = ''
  }

  function pass(): void {
    word()
    clearTimeout(timer)
    timer = undefined
    passText()
  }

  // `this` is the log or a child of it.
  const log: Logger = Object.create(direct)
  for (const other of ['trace', 'debug', 'warn', 'error', 'fatal'] as const) {
    log[other] = function (this: Logger, ...given: Given) {
      word()
      direct[other].apply(this, given)
    }
  }
  if (direct.isLevelEnabled('info')) {
    log.info = function (this: Logger, ...given: Given) {
      waiting.push({ logger: this, ms: Date.now(), given })
      if (waiting.length >= MOST_WAITING) pass()
      else passLater()
    }
  }
  return {
    log,
    flushSync() {
      pass()
      destination.flushSync()
    },
  }
}
