import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { asGatewayError, GatewayError } from '../kernel/errors.ts'

export const NDJSON = 'application/x-ndjson'

/** A reader that takes nothing for so long is cut off. */
const STALLED_AFTER_MS = 30_000
/** Characters handed over at once: a slow reader is seen to move on by pieces of this size. */
const PIECE = 16_384

export const wantsExport = (request: FastifyRequest) =>
  request.headers.accept !== undefined && request.accepts().type(['application/json', NDJSON]) === NDJSON

/** Parameters of pages, which mean nothing to an export: refused, since ignoring them would break a promise. */
export function assertNoPages({ limit, require }: { limit?: number | undefined; require?: string | undefined }): void {
  const refused = [limit !== undefined && 'limit', require === 'any' && 'require'].filter((name) => name !== false)
  if (refused.length === 0) return
  throw new GatewayError('validation_failed', {
    message: 'An export has no pages, and is whole or broken off.',
    errors: refused.map((parameter) => ({ parameter, detail: 'means nothing to an export' })),
  })
}

async function* pieces(first: IteratorResult<string>, rest: AsyncGenerator<string>, onMove: (isMoving: boolean) => void) {
  try {
    for (let next = first; !next.done; next = await rest.next()) {
      for (let start = 0; start < next.value.length; start += PIECE) {
        onMove(false)
        yield next.value.slice(start, start + PIECE)
        onMove(true)
      }
    }
  } finally {
    await rest.return(undefined)
  }
}

/**
 * Sends lines as they come, no faster than they are read. What fails before the first line is a problem like any other; after it the stream
 * is broken off, so that what is cut short never looks whole.
 */
export async function sendExport(request: FastifyRequest, reply: FastifyReply, lines: AsyncGenerator<string>): Promise<FastifyReply> {
  // A vendor's limit may keep it waiting longer than a socket may be still; a reader that stalls is cut off below.
  reply.raw.setTimeout(0)
  const first = await lines.next()
  let stalled: NodeJS.Timeout | undefined
  const stream = Readable.from(
    pieces(first, lines, (isMoving) => {
      clearTimeout(stalled)
      if (!isMoving) stalled = setTimeout(() => reply.raw.destroy(), STALLED_AFTER_MS)
    }),
    { objectMode: false },
  )
  stream.on('close', () => clearTimeout(stalled))
  stream.on('error', (error) => {
    request.problem = asGatewayError(error)
  })
  return reply.header('content-type', NDJSON).header('vary', 'Authorization, Accept').send(stream)
}
