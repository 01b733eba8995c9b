import type { IncomingHttpHeaders, ServerResponse } from 'node:http'

/** What a simulated vendor was asked; kept for tests to look at. */
export interface RecordedRequest {
  method: string
  /** Without the base path and the query. */
  path: string
  /** The last value of each parameter. */
  query: Record<string, string>
  /** The query as it was sent, for vendors with repeated parameters. */
  rawQuery: string
  headers: IncomingHttpHeaders
  /** Parsed JSON or form fields, else the text. */
  body: unknown
  at: number
}

/** What it answers; the length is added when it is sent. */
export interface Reply {
  status: number
  headers: Record<string, string>
  body: string
}

/** Sends the whole answer, with its length. */
export function send(response: ServerResponse, reply: Reply): void {
  const body = Buffer.from(reply.body)
  response.writeHead(reply.status, { ...reply.headers, 'content-length': body.length }).end(body)
}
