import { Abort, onAbort } from './abort.ts'
import { newTrace, type Send, type VendorRequest } from './call.ts'
import type { Clock } from './clock.ts'
import type { Connection } from './connection.ts'
import type { Caller } from './directory.ts'
import { asGatewayError, GatewayError } from './errors.ts'
import { MOST_RAW_BYTES, type RawAnswer, type RawBody, type Transport } from './layers/transport.ts'
import type { Operator } from './operate.ts'

export interface ProxyRequest {
  method: VendorRequest['method']
  /** Under the connection's base URL, as it was sent: not decoded, with its query. */
  path: string
  headers: Readonly<Record<string, unknown>>
  body: RawBody
}

export interface ProxyAnswer extends RawAnswer {
  /** Until the vendor began to answer. */
  vendorMs: number
}

/** The vendor's own API, with login and rate budget taken care of. */
export type Forward = (connection: Connection, request: ProxyRequest, caller: Caller) => Promise<ProxyAnswer>

export interface ProxyOptions {
  open: Transport['open']
  /** The stack but for `retry`, around what is sent here. */
  around(transport: Send): Send
  /** For what an adapter has to ask before. */
  operator: Operator
  clock: Clock
}

/** What of a request goes on; a vendor may name more. */
const FORWARDED = /^(accept|content-(type|encoding|length)|if-(match|none-match|modified-since|unmodified-since|range))$/

/** What of an answer does not: what is between two sockets, credentials, what a browser would take as said by the gateway, and what the gateway says itself. */
const WITHHELD =
  /^(connection|keep-alive|proxy-.*|te|trailers?|transfer-encoding|upgrade|set-cookie2?|cookie|authorization|www-authenticate|location|refresh|access-control-.*|alt-svc|clear-site-data|content-security-policy.*|strict-transport-security|server|server-timing|x-request-id|x-powered-by)$/

const named = (connection: unknown) =>
  String(connection ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())

function passedOn(given: ProxyRequest['headers'], { vendor }: Connection): Record<string, string> {
  const dropped = named(given.connection)
  const own = vendor.proxy?.headers ?? []
  const passed = Object.entries(given).filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === 'string' && (FORWARDED.test(entry[0]) || own.includes(entry[0])) && !dropped.includes(entry[0]),
  )
  return Object.fromEntries(passed)
}

/** A redirect as a path here; undefined where it leads elsewhere. */
function locationOf({ id, baseUrl }: Connection, path: string, location: unknown): string | undefined {
  if (typeof location !== 'string' || !URL.canParse(location, `${baseUrl}${path}`)) return undefined
  const { href } = new URL(location, `${baseUrl}${path}`)
  const base = new URL(`${baseUrl}/`).href
  return href.startsWith(base) ? `/connections/${id}/proxy/${href.slice(base.length)}` : undefined
}

function passedBack(connection: Connection, path: string, headers: RawAnswer['headers']): RawAnswer['headers'] {
  const dropped = named(headers.connection)
  const location = locationOf(connection, path, headers.location)
  const passed = Object.entries(headers).filter(([name]) => !WITHHELD.test(name) && !dropped.includes(name))
  return { ...Object.fromEntries(passed), ...(location !== undefined && { location }) }
}

/** Decoded as often as somebody on the way might; undefined where that has no end or cannot be done. */
function fullyDecoded(text: string): string | undefined {
  let decoded = text
  for (let round = 0; round < 3; round += 1) {
    let next: string
    try {
      next = decodeURIComponent(decoded)
    } catch {
      return round === 0 ? undefined : decoded
    }
    if (next === decoded) return decoded
    decoded = next
  }
  return undefined
}

const NEVER = /[\\\p{Cc}]/u
const climbs = (segment: string) => /^\.{1,2}$/.test(segment.split(';', 1)[0]!)

/** The path to send, which cannot leave the base URL however it is read. */
function checkedPath(given: string): string {
  const refuse = (detail: string) => {
    throw new GatewayError('validation_failed', { message: 'The path is not usable.', errors: [{ parameter: 'path', detail }] })
  }
  if (!/^[\x21-\x7e]*$/.test(given)) refuse('has characters that must be percent-encoded')
  const decoded = fullyDecoded(given.split('?', 1)[0]!)
  if (decoded === undefined || NEVER.test(decoded)) return refuse('has characters or escapes that are not allowed')
  const segments = decoded.split('/')
  if (segments.some(climbs)) refuse('must not climb')
  // An empty segment could be read as the beginning of a host.
  if (segments.slice(0, -1).includes('')) refuse('must not have empty parts')
  return `/${given}`
}

export function createProxy({ open, around, operator, clock }: ProxyOptions): Forward {
  return async (connection, { method, path: given, headers: all, body }, caller) => {
    const path = checkedPath(given)
    const isRead = method === 'GET' || method === 'HEAD'
    const signal = isRead ? caller.signal : undefined
    const trace = newTrace()
    const over = new Abort()
    const end = (reason: unknown) => over.abort(reason)
    if (signal) onAbort(signal, end)
    const late = new GatewayError('vendor_timeout', { origin: 'vendor', message: 'The vendor did not answer in time.' })
    const timer = setTimeout(() => over.abort(late), connection.timeoutMs)
    let answer: RawAnswer | undefined

    const forward = around(async (call) => {
      if (call.trace.attempts > 0 && body !== null && !(body instanceof Uint8Array)) {
        throw new GatewayError('connection_unauthorized', { origin: 'vendor', message: 'A body that was streamed cannot be sent again.' })
      }
      answer?.body.destroy()
      answer = undefined
      // The body of the answer has to come in time too, long after the layers are done.
      if (call.signal) onAbort(call.signal, end)
      answer = await open({ ...call, signal: over }, body)
      // What the layers have to know: a redirect or a 304 is no failure here, and nobody reads the body.
      return { status: answer.status < 400 ? 200 : answer.status, headers: answer.headers, body: undefined, length: 0 }
    })

    try {
      const headers = passedOn(all, connection)
      const { ask, context } = operator.start(connection, 'proxy', { idempotent: true, signal })
      const added = await connection.vendor.proxy?.added(ask, context, headers)
      await forward({
        connection,
        operation: 'proxy',
        request: { method, path },
        idempotent: isRead,
        headers: { ...added, ...headers },
        deadline: clock.now() + connection.timeoutMs,
        signal,
        isFresh: true,
        trace,
      })
    } catch (thrown) {
      // What the vendor answered is the answer, whatever the layers made of it.
      if (!answer) {
        clearTimeout(timer)
        const error = asGatewayError(thrown)
        error.place ??= { connection: connection.id, vendor: connection.vendor.id, operation: 'proxy' }
        error.vendorMs = trace.vendorMs
        if (!isRead) error.outcome = trace.unsettled && !error.unsent ? 'unknown' : 'not_applied'
        throw error
      }
    }
    const { status, headers, body: content } = answer!
    content.once('close', () => clearTimeout(timer))
    if (Number(headers['content-length']) > MOST_RAW_BYTES && method !== 'HEAD') {
      content.destroy()
      throw new GatewayError('bad_vendor_response', {
        origin: 'vendor',
        retryable: false,
        message: 'The vendor sent a body that is too large.',
      })
    }
    return { status, headers: passedBack(connection, path, headers), body: content, vendorMs: trace.vendorMs }
  }
}
