import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { type RecordedRequest, type Reply, send } from './exchange.ts'

/** One request that is about to go wrong. */
interface Exchange {
  response: ServerResponse
  /** Does what the vendor would have done and gives its true answer; without it the request has no effect. */
  apply(): Reply
}

/** How it goes wrong. Takes over the whole answer. */
export type Effect = (exchange: Exchange) => void | Promise<void>

interface Fault {
  /** Absent: every request. */
  when?: (request: RecordedRequest) => boolean
  /** How many requests it meets; 1 when absent, Infinity for all. */
  times?: number
  do: Effect
}

export interface Faults {
  /** The first fault that matches a request has it, in the order they were added. `hits` counts them. */
  add(fault: Fault): { readonly hits: number }
  clear(): void
  /** The effect for this request, if any; used by the server. */
  take(request: RecordedRequest): Effect | null
}

export function createFaults(): Faults {
  let scripted: (Fault & { left: number; hits: number })[] = []
  return {
    add(fault) {
      const entry = { ...fault, left: fault.times ?? 1, hits: 0 }
      scripted.push(entry)
      return entry
    },
    clear() {
      scripted = []
    },
    take(request) {
      const entry = scripted.find((one) => one.left > 0 && (one.when?.(request) ?? true))
      if (!entry) return null
      entry.left -= 1
      entry.hits += 1
      return entry.do
    },
  }
}

const json = { 'content-type': 'application/json' }

/** Answers this, with no effect at the vendor. */
export const answer =
  (status: number, headers: Record<string, string> = json, body = ''): Effect =>
  ({ response }) =>
    send(response, { status, headers, body })

/** The vendor does it, and then answers this. */
export const applyThenAnswer =
  (status: number, headers: Record<string, string> = json, body = ''): Effect =>
  ({ response, apply }) => {
    apply()
    send(response, { status, headers, body })
  }

/** RST before the first byte of the answer, nothing done. */
export const reset: Effect = ({ response }) => {
  response.socket?.resetAndDestroy()
}

/** RST before the first byte of the answer, all done. */
export const applyThenReset: Effect = ({ response, apply }) => {
  apply()
  response.socket?.resetAndDestroy()
}

/**
 * Half of the true body, then FIN. `length`: Content-Length promised more; `chunked`: the last chunk never comes;
 * `close`: no framing at all, so that only the body itself shows it.
 */
export const truncate =
  (framing: 'length' | 'chunked' | 'close'): Effect =>
  ({ response, apply }) => {
    const reply = apply()
    const body = Buffer.from(reply.body)
    const half = body.subarray(0, body.length >> 1)
    const framed = {
      length: { header: `content-length: ${body.length}`, bytes: half },
      chunked: { header: 'transfer-encoding: chunked', bytes: Buffer.concat([Buffer.from(`${half.length.toString(16)}\r\n`), half, crlf]) },
      close: { header: 'connection: close', bytes: half },
    }[framing]
    const headers = Object.entries(reply.headers).map(([name, value]) => `${name}: ${value}`)
    // Written past node:http, which would frame it correctly.
    response.socket?.end(
      Buffer.concat([Buffer.from(`${[`HTTP/1.1 ${reply.status} X`, ...headers, framed.header].join('\r\n')}\r\n\r\n`), framed.bytes]),
    )
  }

/** Half of the true body, then RST. What of the half still arrives is up to the kernel. */
export const resetMidBody: Effect = ({ response, apply }) => {
  const { reply, half } = beginHalf(apply)
  response.writeHead(reply.status, reply.headers)
  response.write(half, () => response.socket?.resetAndDestroy())
}

/** Takes the request and never answers. */
export const hang: Effect = () => {}

/** As `hang`, but the vendor did it. */
export const applyThenHang: Effect = ({ apply }) => {
  apply()
}

/** Half of the true body, then nothing more, the connection open. */
export const stall: Effect = ({ response, apply }) => {
  const { reply, half } = beginHalf(apply)
  response.writeHead(reply.status, reply.headers)
  response.write(half)
}

/** The true answer, one byte at a time. */
export const drip =
  (everyMs: number): Effect =>
  ({ response, apply }) => {
    const reply = apply()
    const body = Buffer.from(reply.body)
    response.writeHead(reply.status, { ...reply.headers, 'content-length': body.length })
    let sent = 0
    const timer = setInterval(() => {
      response.write(body.subarray(sent, sent + 1))
      sent += 1
      if (sent < body.length) return
      clearInterval(timer)
      response.end()
    }, everyMs)
    response.on('close', () => clearInterval(timer))
  }

/** The true answer, `ms` later; done only then. */
export const delay =
  (ms: number): Effect =>
  ({ response, apply }) => {
    const timer = setTimeout(() => send(response, apply()), ms)
    response.on('close', () => clearTimeout(timer))
  }

/** The true answer once `gate` resolves; done only then. For tests that must not depend on a clock. */
export const holdUntil =
  (gate: Promise<unknown>): Effect =>
  async ({ response, apply }) => {
    await gate
    send(response, apply())
  }

/** An HTML page with status 200, as a proxy or a login wall gives it. */
export const html: Effect = answer(
  200,
  { 'content-type': 'text/html; charset=utf-8' },
  '<!doctype html><title>Manutenção</title><p>Voltamos já.',
)

/** The true answer with a stray comma and NaN in it. */
export const malformed: Effect = ({ response, apply }) => {
  const reply = apply()
  send(response, { ...reply, body: `${reply.body.slice(0, -1)},,"x":NaN}` })
}

/** The true status and headers, no body. */
export const empty: Effect = ({ response, apply }) => send(response, { ...apply(), body: '' })

/** More than anyone should read: `chunked` has no end, `declared` says `bytes` and sends them. */
export const huge =
  (framing: 'chunked' | 'declared', bytes = 2 ** 30): Effect =>
  async ({ response }) => {
    response.writeHead(200, framing === 'declared' ? { ...json, 'content-length': bytes } : json)
    const block = Buffer.alloc(65_536, ' ')
    let left = framing === 'declared' ? bytes : Number.POSITIVE_INFINITY
    while (left > 0 && !response.destroyed) {
      const more = response.write(left < block.length ? block.subarray(0, left) : block)
      left -= block.length
      if (!more) await drained(response)
    }
    if (!response.destroyed) response.end()
  }

/** The true answer, compressed. */
export const gzip: Effect = ({ response, apply }) => {
  const reply = apply()
  const body = gzipSync(reply.body)
  response.writeHead(reply.status, { ...reply.headers, 'content-encoding': 'gzip', 'content-length': body.length }).end(body)
}

/** About 1 kB on the wire per MiB of JSON white space, in gzip members one after another. */
export const gzipBomb =
  (mebibytes = 64): Effect =>
  ({ response }) => {
    const member = gzipSync(Buffer.alloc(1_048_576, ' '))
    const body = Buffer.concat([...Array<Buffer>(mebibytes).fill(member), gzipSync('{}')])
    response.writeHead(200, { ...json, 'content-encoding': 'gzip', 'content-length': body.length }).end(body)
  }

/** The true answer in ISO-8859-1, and saying so. */
export const latin1: Effect = ({ response, apply }) => {
  const reply = apply()
  const body = Buffer.from(reply.body, 'latin1')
  response
    .writeHead(reply.status, { ...reply.headers, 'content-type': 'application/json; charset=ISO-8859-1', 'content-length': body.length })
    .end(body)
}

/** The true answer behind a byte order mark. */
export const byteOrderMark: Effect = ({ response, apply }) => {
  const reply = apply()
  send(response, { ...reply, body: `\ufeff${reply.body}` })
}

export const redirect = (location: string): Effect => answer(302, { location })

const crlf = Buffer.from('\r\n')

function beginHalf(apply: () => Reply): { reply: Reply; half: Buffer } {
  const { status, headers, body } = apply()
  const bytes = Buffer.from(body)
  return {
    reply: { status, body, headers: { ...headers, 'content-length': String(bytes.length) } },
    half: bytes.subarray(0, bytes.length >> 1),
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.on('drain', done)
    response.on('close', done)
  })
}
