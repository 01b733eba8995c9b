import { createServer, type Socket } from 'node:net'
import { contatos, pagina } from './contatos.ts'
import { ACCESS_TOKEN, settings } from './settings.ts'

// Just enough of eGestor, as fast as Node can: whole answers are prepared, and no HTTP server is in between. It expects what the bench
// sends: whole heads, bodies only where a length is given, the next request after the answer.

function prepared(body: unknown): Buffer {
  const text = JSON.stringify(body)
  // A budget that is never the smaller one.
  const head = ['HTTP/1.1 200 OK', 'content-type: application/json', 'x-ratelimit-limit: 1000000', 'x-ratelimit-remaining: 1000000']
  return Buffer.from(`${head.join('\r\n')}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
}

const NOT_FOUND = Buffer.from('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n')
const PAGE = prepared(pagina)
const answers = new Map<string, Buffer>([
  ['/api/v1/contatos', PAGE],
  [
    '/api/oauth/access_token',
    prepared({ access_token: ACCESS_TOKEN, token_type: 'Bearer', expires_in: 900, refresh_token: 'bench-refresh-token' }),
  ],
  ...contatos.map((contato): [string, Buffer] => [`/api/v1/contatos/${contato.codigo}`, prepared(contato)]),
])

const HEAD_END = '\r\n\r\n'
const LENGTH = /\r\ncontent-length: *(\d+)/i
const PATH = /^[A-Z]+ ([^ ?]+)/

function serve(socket: Socket): void {
  let received = ''
  socket.setNoDelay(true)
  socket.setEncoding('latin1')
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: string) => {
    received = received === '' ? chunk : received + chunk
    for (;;) {
      const end = received.indexOf(HEAD_END)
      if (end < 0) return
      const isGet = received.startsWith('GET ')
      const whole = end + HEAD_END.length + (isGet ? 0 : Number(LENGTH.exec(received)?.[1] ?? 0))
      if (received.length < whole) return
      const path = PATH.exec(received)?.[1] ?? ''
      received = received.slice(whole)
      socket.write(answers.get(path) ?? NOT_FOUND)
    }
  })
}

createServer(serve).listen(settings().port, '127.0.0.1')
