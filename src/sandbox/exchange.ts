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

export interface Reply {
  status: number
  headers: Record<string, string>
  body: string
}

export function send(response: ServerResponse, reply: Reply): void {
  const body = Buffer.from(reply.body)
  response.writeHead(reply.status, { ...reply.headers, 'content-length': body.length }).end(body)
}
