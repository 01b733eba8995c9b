import { request } from 'node:http'
import { connect } from 'node:net'
import type { Json } from './json.ts'

export interface RawAnswer {
  status: number
  headers: Record<string, string>
  body: Json
  text: string
  /** The server closed the connection after it. */
  closed: boolean
}

function parsed(text: string): Omit<RawAnswer, 'closed'> {
  const end = text.indexOf('\r\n\r\n')
  const [first = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  const body = text.slice(end + 4)
  return {
    status: Number(first.split(' ')[1]),
    headers,
    text: body,
    body: headers['content-type']?.includes('json') ? JSON.parse(body) : body,
  }
}

/** Writes bytes to a socket as they are, and reads one answer, or until the server closes. */
export function sendBytes(url: string, bytes: string | Buffer): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let isClosed = false
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    const finish = () => {
      clearTimeout(timer)
      socket.destroy()
      const text = Buffer.concat(chunks).toString('utf8')
      if (text === '') reject(new Error('the server closed without an answer'))
      else resolve({ ...parsed(text), closed: isClosed })
    }
    const timer = setTimeout(finish, 8_000)
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('end', () => {
      isClosed = true
      finish()
    })
    // A server that closes on bytes still under way resets the connection: the answer is there all the same.
    socket.on('error', () => {
      isClosed = true
      finish()
    })
  })
}

export interface RawOptions {
  method?: string
  headers?: Record<string, string>
  body?: string | Buffer
}

/** Sends a path as it is: fetch would tidy up `..` and refuse some of it. */
export function requestPath(url: string, path: string, { method = 'GET', headers = {}, body }: RawOptions = {}): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    // Without a length Node frames the body of a DELETE not at all.
    const framing = body === undefined || 'transfer-encoding' in headers ? {} : { 'content-length': Buffer.byteLength(body) }
    const outgoing = request({ hostname, port, path, method, headers: { ...framing, ...headers } }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk) => chunks.push(chunk))
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        const isJson = text !== '' && incoming.headers['content-type']?.includes('json')
        const flat = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]))
        resolve({
          status: incoming.statusCode ?? 0,
          headers: flat,
          text,
          body: isJson ? JSON.parse(text) : text,
          closed: flat.connection === 'close',
        })
      })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
