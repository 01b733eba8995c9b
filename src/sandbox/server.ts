import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type RecordedRequest, type Reply, send } from './exchange.ts'
import { createFaults, type Faults } from './faults.ts'

/** Does the work of one request and says what to answer. Called at most once per request. */
export type Handle = (request: RecordedRequest) => Reply

export interface VendorServer {
  /** Scheme, host and port, no path. */
  origin: string
  /** The newest requests, at least the last 5000. */
  requests: RecordedRequest[]
  faults: Faults
  /** Connections open now, for leak checks. */
  sockets(): number
  close(): Promise<void>
}

const requestsKept = 10_000

/** Starts a simulated vendor on loopback. Paths outside `basePath` are 404. */
export async function startServer(options: {
  basePath: string
  handle: Handle
  now: () => number
  port?: number | undefined
}): Promise<VendorServer> {
  const { basePath, handle, now } = options
  const requests: RecordedRequest[] = []
  const faults = createFaults()
  const open = new Set<Socket>()

  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    const text = await readText(incoming)
    if (text === null) return
    const url = incoming.url ?? '/'
    const mark = url.indexOf('?')
    const fullPath = mark < 0 ? url : url.slice(0, mark)
    const rawQuery = mark < 0 ? '' : url.slice(mark + 1)
    if (!fullPath.startsWith(`${basePath}/`)) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not found')
      return
    }
    const request: RecordedRequest = {
      method: incoming.method ?? 'GET',
      path: fullPath.slice(basePath.length),
      query: Object.fromEntries(new URLSearchParams(rawQuery)),
      rawQuery,
      headers: incoming.headers,
      body: parseBody(text, incoming.headers['content-type'] ?? ''),
      at: now(),
    }
    if (requests.length >= requestsKept) requests.splice(0, requestsKept / 2)
    requests.push(request)
    const fault = faults.take(request)
    if (fault) await fault({ response, apply: () => handle(request) })
    else send(response, handle(request))
  }

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      // A bug of the simulation must be loud in the test that met it, not a hanging socket.
      if (response.headersSent) response.destroy()
      else send(response, { status: 599, headers: { 'content-type': 'text/plain' }, body: `sandbox bug: ${String(error)}` })
    })
  })
  server.on('connection', (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo

  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    faults,
    sockets: () => open.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Null where the sender left before the end. */
async function readText(incoming: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
  } catch {
    return null
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseBody(text: string, contentType: string): unknown {
  if (contentType.startsWith('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text))
  if (!contentType.includes('json')) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
