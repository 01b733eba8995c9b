import { createServer, type Socket } from 'node:net'
import { contatos, largePagina, onlyPagina, pagina } from './contatos.ts'
import { ACCESS_TOKEN, LARGE, SLOW, settings } from './settings.ts'

// Just enough of eGestor, as fast as Node can: whole answers are prepared, and no HTTP server is in between. It expects what the bench
// sends: whole heads, bodies only where a length is given, the next request after the answer.

function prepared(body: unknown): Buffer {
  const text = JSON.stringify(body)
  // A budget that is never the smaller one.
  const head = ['HTTP/1.1 200 OK', 'content-type: application/json', 'x-ratelimit-limit: 1000000', 'x-ratelimit-remaining: 1000000']
  return Buffer.from(`${head.join('\r\n')}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
}

const NOT_FOUND = Buffer.from('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n')
const GRANT = prepared({ access_token: ACCESS_TOKEN, token_type: 'Bearer', expires_in: 900, refresh_token: 'bench-refresh-token' })
const ONLY_PAGE = prepared(onlyPagina)
const answers = new Map<string, Buffer>([
  ['/api/oauth/access_token', GRANT],
  ['/api/v1/contatos', prepared(pagina)],
  [`${LARGE.prefix}/api/oauth/access_token`, GRANT],
  ...SLOW.flatMap(({ prefix }): [string, Buffer][] => [
    [`${prefix}/api/oauth/access_token`, GRANT],
    [`${prefix}/api/v1/contatos`, ONLY_PAGE],
  ]),
  ...contatos.map((contato): [string, Buffer] => [`/api/v1/contatos/${contato.codigo}`, prepared(contato)]),
])

/** How long the vendor takes for it. */
const delays = new Map(SLOW.map(({ prefix, delayMs }) => [`${prefix}/api/v1/contatos`, delayMs]))

const HEAD_END = '\r\n\r\n'
const LENGTH = /\r\ncontent-length: *(\d+)/i
const LARGE_PATH = `${LARGE.prefix}/api/v1/contatos`
const CONTATOS_PATH = '/api/v1/contatos'
/** Which of the customers one is that is made: its name ends with it. */
const MADE = /"nome":"[^"]* (\d+)"/
/** Of the request line. */
const PAGE = /^[^\r]*[?&]page=(\d+)/
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
      const made = !isGet && path === CONTATOS_PATH && MADE.exec(received.slice(end, whole))?.[1]
      const answer = made
        ? answers.get(`${CONTATOS_PATH}/${made}`)!
        : path === LARGE_PATH
          ? prepared(largePagina(Number(PAGE.exec(received)?.[1] ?? 1)))
          : (answers.get(path) ?? NOT_FOUND)
      received = received.slice(whole)
      const delayMs = delays.get(path)
      if (delayMs === undefined) socket.write(answer)
      else setTimeout(() => socket.write(answer), delayMs)
    }
  })
}

createServer(serve).listen(settings().port, '127.0.0.1')
