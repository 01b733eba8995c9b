import type { Readable } from 'node:stream'
import { type Dispatcher, Pool } from 'undici'
import { platformSignal } from '../abort.ts'
import type { Answer, Call, Send } from '../call.ts'
import type { Clock } from '../clock.ts'
import type { Connection } from '../connection.ts'
import { decoded, inflated, parsed, Undecodable } from '../decode.ts'
import { GatewayError } from '../errors.ts'
import { hostAndPort } from '../hosts.ts'
import { remembered } from '../remembered.ts'
import { assertPublic, publicLookup, type Resolve } from './lookup.ts'
import { failure, type Progress } from './socket-failure.ts'

export interface TransportOptions {
  clock: Clock
  /** `host:port` that connections made over the API may reach wherever it is. */
  allowedHosts?: readonly string[]
  /** Finds addresses for connections made over the API; the system's, where it is not a test's. */
  resolve?: Resolve
  /** Sockets to one vendor origin at most. */
  connections?: number
  /** Bytes on the wire of one answer at most. */
  maxWireBytes?: number
  /** Bytes after decompression at most. */
  maxBodyBytes?: number
}

/** Bytes of a body that is passed on as it is. */
export const MOST_RAW_BYTES = 10 * 1024 * 1024

/** A body as it goes to the vendor: bytes that can be sent again, or a stream that cannot. */
export type RawBody = Uint8Array | AsyncIterable<Uint8Array> | null

/** An answer as the vendor gives it. Whoever has it reads its body to the end, or destroys it. */
export interface RawAnswer {
  status: number
  headers: Answer['headers']
  body: Readable
}

export interface Transport {
  send: Send
  /** Sends a call with these bytes in place of its body; the answer comes as it is. Ends with the call's signal. */
  open(call: Call, body: RawBody): Promise<RawAnswer>
  close(): Promise<void>
}

/**
 * The last that is asked of a call, with its socket open. What it throws in `onRequestStart` ends the request alone: undici keeps the socket, as it
 * does not where a request is aborted.
 */
function leave(call: Call): void {
  if (call.mayLeave?.() === false) {
    call.trace.attempts -= 1
    throw new GatewayError('vendor_unavailable', { unsent: true, message: 'It was too late for the call when it could leave.' })
  }
  call.trace.unsettled = true
}

/** Asks that of a call whose answer is passed on as it is. */
const asking =
  (call: Call): Dispatcher.DispatcherComposeInterceptor =>
  (dispatch) =>
  (options, handler) => {
    const start = handler.onRequestStart?.bind(handler)
    handler.onRequestStart = (controller, context) => {
      if (!call.signal?.aborted) leave(call)
      start?.(controller, context)
    }
    return dispatch(options, handler)
  }

interface Target {
  origin: string
  /** With its query. */
  path: string
}

const bases = new WeakMap<Connection, Target>()

function split(url: string): Target {
  const { origin, pathname } = new URL(url)
  return { origin, path: pathname === '/' ? '' : pathname }
}

const baseOf = ({ baseUrl }: Connection) => split(baseUrl)

/** Where a request goes. */
export function targetOf({ request, connection }: Pick<Call, 'request' | 'connection'>): Target {
  const base = request.url ? split(request.url) : remembered(bases, connection, baseOf)
  let query = ''
  for (const name in request.query) {
    const value = request.query[name]
    if (value !== undefined) query += `${query === '' ? '?' : '&'}${encodeURIComponent(name)}=${encodeURIComponent(value)}`
  }
  return { origin: base.origin, path: (request.url ? base.path : base.path + request.path) + query }
}

const ON_EVERY_CALL = ['accept', 'application/json', 'accept-encoding', 'gzip, deflate, br', 'user-agent', 'fachada']

/** Names and values in turn, which undici takes faster than an object. */
function headersOf({ request: { body, isForm }, headers }: Call): string[] {
  const flat = [...ON_EVERY_CALL]
  if (body !== undefined) flat.push('content-type', isForm ? 'application/x-www-form-urlencoded' : 'application/json')
  for (const name in headers) flat.push(name, headers[name]!)
  return flat
}

/** The only place that talks to a vendor: one undici pool for each origin, no redirects, bounded bodies, JSON in and out. */
export function transport(options: TransportOptions): Transport {
  const { clock, allowedHosts = [], resolve, connections = 32, maxWireBytes = 5 * 1024 * 1024, maxBodyBytes = 20 * 1024 * 1024 } = options
  const pools = new Map<string, Pool>()

  const lookup = publicLookup(resolve)

  /** Connections made over the API have pools of their own, whose sockets are opened to public addresses only. */
  function poolFor(connection: Connection, origin: string, maxResponseSize: number): Pool {
    const isChecked = connection.origin === 'api' && !allowedHosts.includes(hostAndPort(new URL(origin)))
    if (isChecked) assertPublic(new URL(origin).hostname)
    return poolOf(origin, isChecked, maxResponseSize)
  }

  /** Where the calls of a connection usually go, found without putting its name together. */
  const usual = new WeakMap<Connection, { origin: string; pool: Pool }>()

  function usualPool(connection: Connection, origin: string): Pool {
    const known = usual.get(connection)
    if (known?.origin === origin) return known.pool
    const pool = poolFor(connection, origin, maxWireBytes)
    usual.set(connection, { origin, pool })
    return pool
  }

  const poolOf = (origin: string, isChecked: boolean, maxResponseSize: number) =>
    remembered(
      pools,
      `${origin} ${isChecked} ${maxResponseSize}`,
      () =>
        new Pool(origin, {
          connections,
          connect: { timeout: 1_000, ...(isChecked && { lookup }) },
          headersTimeout: 4_000,
          bodyTimeout: 2_000,
          keepAliveTimeout: 4_000,
          // A server's hint may stretch keep-alive past what a balancer in between keeps.
          keepAliveMaxTimeout: 15_000,
          maxResponseSize,
          allowH2: false,
        }),
    )

  function exchange(call: Call, { origin, path }: Target): Promise<{ status: number; headers: Answer['headers']; bytes: Buffer }> {
    return new Promise((resolve, reject) => {
      const progress: Progress = { written: false, answered: false }
      const chunks: Buffer[] = []
      let status = 0
      let headers: Answer['headers'] = {}
      let controller: Dispatcher.DispatchController | undefined
      // Never taken off: the signal is this call's own, and stopping what is over does nothing.
      const stop = () => controller?.abort((call.signal?.reason as Error | undefined) ?? new Error('aborted'))
      call.signal?.addEventListener('abort', stop)
      const { body, isForm } = call.request
      usualPool(call.connection, origin).dispatch(
        {
          path,
          method: call.request.method,
          // Giving a token call up early may lose a token: its deadline alone ends it.
          ...(call.operation === 'token' && { headersTimeout: 0, bodyTimeout: 0 }),
          headers: headersOf(call),
          body: body === undefined ? null : isForm ? new URLSearchParams(body as Record<string, string>).toString() : JSON.stringify(body),
        },
        {
          onRequestStart(started) {
            controller = started
            if (call.signal?.aborted) return stop()
            leave(call)
            progress.written = true
          },
          onResponseStart(_controller, statusCode, received) {
            if (statusCode < 200) return
            progress.answered = true
            status = statusCode
            headers = received
          },
          onResponseData(_controller, chunk) {
            chunks.push(chunk)
          },
          onResponseEnd() {
            resolve({ status, headers, bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) })
          },
          onResponseError(_controller, error) {
            reject(failure(error, progress))
          },
        },
      )
    })
  }

  async function send(call: Call): Promise<Answer> {
    const target = targetOf(call)
    const started = clock.now()
    call.trace.attempts += 1
    call.trace.unsettled = false
    try {
      const { status, headers, bytes } = await exchange(call, target)
      call.trace.status = status
      return await answerOf(status, headers, bytes, maxBodyBytes)
    } finally {
      call.trace.vendorMs += clock.now() - started
    }
  }

  async function open(call: Call, body: RawBody): Promise<RawAnswer> {
    const { origin, path } = targetOf(call)
    const started = clock.now()
    call.trace.attempts += 1
    call.trace.unsettled = false
    try {
      const pool = poolFor(call.connection, origin, MOST_RAW_BYTES).compose(asking(call))
      const answer = await pool.request({
        path,
        method: call.request.method,
        headers: { 'user-agent': 'fachada', ...call.headers },
        body: body as Dispatcher.DispatchOptions['body'] & {},
        signal: call.signal ? platformSignal(call.signal) : null,
      })
      call.trace.status = answer.statusCode
      // Whoever reads it is told by the stream; one that is destroyed unread must not end the process.
      answer.body.on('error', () => {})
      return { status: answer.statusCode, headers: answer.headers, body: answer.body }
    } catch (error) {
      throw call.signal?.aborted
        ? call.signal.reason
        : failure(error as NodeJS.ErrnoException, { written: call.trace.unsettled, answered: false })
    } finally {
      call.trace.vendorMs += clock.now() - started
    }
  }

  return {
    send,
    open,
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
      pools.clear()
    },
  }
}

/** At once, unless its body is packed. */
function answerOf(status: number, headers: Answer['headers'], bytes: Buffer, maxBytes: number): Answer | Promise<Answer> {
  const encoding = single(headers['content-encoding'])
  if (!encoding || bytes.length === 0) return readAnswer(status, headers, bytes)
  return inflated(bytes, encoding, maxBytes).then(
    (plain) => readAnswer(status, headers, plain),
    (error) => flawed(status, headers, error),
  )
}

function readAnswer(status: number, headers: Answer['headers'], bytes: Buffer): Answer {
  if (bytes.length === 0) return { status, headers, body: null, length: 0 }
  const contentType = single(headers['content-type'])
  try {
    const text = decoded(bytes, contentType)
    const { length } = text
    if (contentType?.includes('html')) return { status, headers, body: null, length, flaw: 'an HTML page' }
    return { status, headers, body: text.trim() === '' ? null : parsed(text), length, isGarbled: text.includes('\ufffd') }
  } catch (error) {
    return flawed(status, headers, error)
  }
}

function flawed(status: number, headers: Answer['headers'], error: unknown): Answer {
  if (error instanceof Undecodable) return { status, headers, body: null, length: 0, flaw: error.message }
  throw error
}

const single = (header: string | string[] | undefined) => (Array.isArray(header) ? header[0] : header)
