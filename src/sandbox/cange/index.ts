import type { RecordedRequest, Reply } from '../exchange.ts'
import type { Faults } from '../faults.ts'
import { startServer } from '../server.ts'
import type { Account } from './account.ts'
import { RESOURCES } from './definitions.ts'
import { bodyOf, type Cursors, defaultTraps, type Endpoints, type Traps } from './endpoint.ts'
import { flows } from './flows.ts'
import { forms } from './forms.ts'
import { makeAccount, type Sizes } from './make-account.ts'
import { Refusal, refusalBody } from './refusal.ts'
import { registers } from './registers.ts'

export interface CangeOptions {
  /** 0 or absent: any free one. */
  port?: number
  /** Milliseconds. */
  now?: () => number
  tokenLifeSeconds?: number
  /** Calls a second of each kind, and how long the key is blocked beyond; null lifts it. */
  limit?: Limit | null
  sizes?: Partial<Sizes>
  traps?: Partial<Traps>
}

export interface Limit {
  reads: number
  writes: number
  blockedMs: number
}

export interface CangeSandbox {
  url: string
  /** For `grant: "apikey"`. */
  credentials: { email: string; apikey: string }
  /** What a connection needs to use it. */
  settings: { baseUrl: string; resources: Record<string, unknown> }
  requests: RecordedRequest[]
  faults: Faults
  /** The live records; which engine a register or flow has can be changed in it. */
  data: Account
  /** A token as /session gives it. */
  issueToken(): string
  revokeTokens(): void
  set(changes: { tokenLifeSeconds?: number; cursorLifeMs?: number; limit?: Limit | null; traps?: Partial<Traps> }): void
  /** Connections open now. */
  sockets(): number
  close(): Promise<void>
}

const endpoints: Endpoints = { ...registers, ...flows, ...forms }

/** What the vendor's key looks like: to be quoted in a .env file (C4). */
const CREDENTIALS = { email: 'integracao@exemplo.com.br', apikey: '$2b$10$sandbox/Nao.E.Uma.Chave.De.Verdade' }

/** 10 reads and 20 writes a second, then some five minutes of block (C3). */
const LIMIT: Limit = { reads: 10, writes: 20, blockedMs: 300_000 }

/** An account of Cange on a loopback port, strict about what the sources say of it. */
export async function startCange(options: CangeOptions = {}): Promise<CangeSandbox> {
  const { now = Date.now } = options
  const data = makeAccount({ customers: 230, products: 60, sales: 330, receivables: 240, ...options.sizes })
  let { tokenLifeSeconds = 3_600, limit = LIMIT } = options
  const traps: Traps = { ...defaultTraps, ...options.traps }
  const cursors: Cursors = { lifeMs: 180_000, lists: new Map() }
  const tokens = new Map<string, number>()
  let issued = 0
  const takes: Record<'reads' | 'writes', number[]> = { reads: [], writes: [] }
  let blockedUntil = 0

  function issueToken(): string {
    issued += 1
    const token = `eyJhbGciOiJIUzI1NiJ9.sandbox.${issued}`
    tokens.set(token, now() + tokenLifeSeconds * 1000)
    return token
  }

  function session(body: unknown): unknown {
    const { email, apikey } = bodyOf(body, ['email', 'apikey'])
    if (email !== CREDENTIALS.email || apikey !== CREDENTIALS.apikey) throw new Refusal(401, 'E-mail ou chave de API inválidos')
    const token = issueToken()
    if (traps.tokenName === 'nested') return { data: { access_token: token } }
    return { [traps.tokenName]: token }
  }

  /** Throws 429 when there was no room, and from then on until the block is over. */
  function take({ method }: RecordedRequest): void {
    if (!limit) return
    const kind = method === 'GET' ? 'reads' : 'writes'
    takes[kind] = [...takes[kind].filter((at) => at > now() - 1000), now()]
    if (takes[kind].length > limit[kind]) blockedUntil = now() + limit.blockedMs
    if (blockedUntil > now()) throw new Refusal(429, 'Limite de requisições excedido. Chave bloqueada temporariamente.')
  }

  function answer(request: RecordedRequest): unknown {
    const path = request.path.replace(/\/$/, '')
    if (path === '/session' && request.method === 'POST') return session(request.body)
    const endpoint = endpoints[`${request.method} ${path}`]
    if (!endpoint) throw new Refusal(404, `Cannot ${request.method} ${request.path}`)
    const { authorization = '', origin } = request.headers
    if ((tokens.get(authorization.replace(/^Bearer /, '')) ?? 0) <= now()) throw new Refusal(401, 'Token expirado')
    if (traps.originRequired && !origin) throw new Refusal(403, 'Origem não permitida')
    return endpoint({ account: data, traps, query: request.query, body: request.body, now: now(), cursors })
  }

  function handle(request: RecordedRequest): Reply {
    try {
      take(request)
      return reply(200, answer(request))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return reply(traps.errorsWith200 ? 200 : error.status, refusalBody(error))
    }
  }

  const server = await startServer({ basePath: '', now, port: options.port, handle })
  return {
    url: server.origin,
    credentials: CREDENTIALS,
    settings: { baseUrl: server.origin, resources: RESOURCES },
    requests: server.requests,
    faults: server.faults,
    data,
    issueToken,
    revokeTokens: () => tokens.clear(),
    set(changes) {
      if (changes.tokenLifeSeconds !== undefined) tokenLifeSeconds = changes.tokenLifeSeconds
      if (changes.cursorLifeMs !== undefined) cursors.lifeMs = changes.cursorLifeMs
      if (changes.limit !== undefined) limit = changes.limit
      Object.assign(traps, changes.traps)
    },
    sockets: server.sockets,
    close: server.close,
  }
}

const reply = (status: number, body: unknown): Reply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
