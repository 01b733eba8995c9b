import type { Signal } from './abort.ts'
import type { Connection } from './connection.ts'
import type { Journal } from './idempotency.ts'
import type { Taken } from './permits.ts'

/** What a vendor folder asks for. `path` is under the connection's base URL; `url` stands instead where a vendor keeps something on another host. */
export interface VendorRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  url?: string
  query?: Record<string, string | number | boolean | undefined>
  /** Sent as JSON, or as a form where `isForm` says so: an object of texts. */
  body?: unknown
  isForm?: boolean
  headers?: Record<string, string>
}

/** One request on its way through the layers. Layers pass on a changed copy; only `trace` is shared by all attempts. */
export interface Call {
  readonly connection: Connection
  /** Operation it serves, such as `customers.list`, or `token`. */
  readonly operation: string
  readonly request: VendorRequest
  /** Sending it twice does the same as sending it once. */
  readonly idempotent: boolean
  /** Headers added by layers, such as the login. */
  readonly headers: Readonly<Record<string, string>>
  /** Time left for everything, waiting included, counted from `Clock.now`. */
  readonly deadline: number
  /** Aborted when the caller is gone. A write that was sent is not aborted by it. */
  readonly signal: Signal | undefined
  /** Neither a stored answer nor one that was asked for earlier will do. */
  readonly isFresh: boolean
  /** Of a write that came with a key. */
  readonly journal?: Journal | undefined
  /** Asked with the socket open, when the first byte is about to leave: false where it is too late. Then nothing is sent: that is no attempt. */
  readonly mayLeave?: () => boolean
  readonly trace: Trace
}

/** What happened to a call, for logs, metrics and Server-Timing. */
export interface Trace {
  attempts: number
  /** Time between the first byte asked and the last byte read, summed over attempts. */
  vendorMs: number
  /** Time spent waiting for permits. */
  waitedMs: number
  status: number | undefined
  /** Bytes left for the vendor and no answer has told what became of them: a write may have been done. */
  unsettled: boolean
  /** A permit taken ahead for the next attempt. */
  permit: Taken | undefined
}

export const newTrace = (permit?: Taken): Trace => ({
  attempts: 0,
  vendorMs: 0,
  waitedMs: 0,
  status: undefined,
  unsettled: false,
  permit,
})

export interface Answer {
  status: number
  /** Lower-case names. */
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** Parsed JSON; null where the vendor sent no body or one that cannot be read. */
  body: unknown
  /** Characters of the body as text. */
  length: number
  /** Of an answer that was stored: for how long. */
  ageMs?: number
  /** Why the body could not be read, in words that are safe to show. */
  flaw?: string
  /** Some of its bytes were no text in its charset, and stand as U+FFFD. */
  isGarbled?: boolean
}

/** Whether sending twice does the same as sending once. */
export const isRead = ({ idempotent, request }: Pick<Call, 'idempotent' | 'request'>) => idempotent || request.method === 'GET'

/** Equal for calls of one connection that ask for the same. */
export function identityOf({ connection, request: { method, path, url, query, body, headers } }: Call): string {
  const rest = query || body !== undefined || headers ? JSON.stringify([query, body, headers]) : ''
  return `${connection.id} ${connection.login} ${method} ${url ?? path} ${rest}`
}

/** Sends a call and answers with a success, or throws a GatewayError. Nothing else is thrown. */
export type Send = (call: Call) => Promise<Answer>

/** Adds one concern to sending. */
export type Layer = (next: Send) => Send

/** Layers around a transport, written outermost first: the order in which a call meets them. */
export const stack = (layers: readonly Layer[], transport: Send): Send => layers.reduceRight((next, layer) => layer(next), transport)
