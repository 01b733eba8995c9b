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

/** One JSON line for each event, with allow-listed members only. */
export const createLog = (level: string, destination: DestinationStream): Logger =>
  pino({ level, base: null, timestamp: isoTime, serializers: { err: safeError } }, destination)
