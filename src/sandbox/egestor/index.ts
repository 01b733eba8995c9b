import type { RecordedRequest, Reply } from '../exchange.ts'
import type { Faults } from '../faults.ts'
import { startServer } from '../server.ts'
import { type Application, createAuth } from './auth.ts'
import { cadastros } from './cadastros.ts'
import { contatos } from './contatos.ts'
import { localTime } from './dates.ts'
import { defaultTraps, type Endpoint, type Endpoints, type Traps } from './endpoint.ts'
import { createWindow, type Limit } from './limit.ts'
import { makeAccount, type Store } from './make-account.ts'
import { produtos } from './produtos.ts'
import { recebimentos } from './recebimentos.ts'
import type { Account } from './records.ts'
import { Refusal, refusalBody } from './refusal.ts'
import { servicos } from './servicos.ts'
import { vendas } from './vendas.ts'

export interface EgestorOptions {
  store: Store
  /** 0 or absent: any free one. */
  port?: number
  /** Milliseconds. */
  now?: () => number
  tokenLifeSeconds?: number
  /** Null lifts the limit, and the headers with it. */
  limit?: Limit | null
  redirectUri?: string
  traps?: Partial<Traps>
}

export interface EgestorSandbox {
  /** Ends in /api. */
  url: string
  personalToken: string
  application: Application
  /** A fresh code, as if a user had consented. */
  issueCode(): string
  issueRefreshToken(): string
  requests: RecordedRequest[]
  faults: Faults
  /** The live records. */
  data: Account
  revokeAccessTokens(): void
  set(changes: { tokenLifeSeconds?: number; limit?: Limit | null; traps?: Partial<Traps> }): void
  /** Connections open now. */
  sockets(): number
  close(): Promise<void>
}

const endpoints = compile({ ...contatos, ...produtos, ...servicos, ...vendas, ...recebimentos, ...cadastros })

/** A store of eGestor on a loopback port, strict about what the seed and D1 say of it. */
export async function startEgestor(options: EgestorOptions): Promise<EgestorSandbox> {
  const { store, now = Date.now } = options
  const account = makeAccount(store)
  let { tokenLifeSeconds = 900, limit = { requests: 60, perMs: 60_000 } } = options
  const traps: Traps = { ...defaultTraps, ...options.traps }
  const application: Application = {
    clientId: `app-${store}`,
    clientSecret: `segredo-${store}`,
    redirectUri: options.redirectUri ?? 'http://127.0.0.1:3000/oauth/callback',
  }
  const auth = createAuth({ store, application, now, lifeSeconds: () => tokenLifeSeconds, traps: () => traps })
  const window = createWindow(() => limit ?? { requests: Number.POSITIVE_INFINITY, perMs: 0 }, now)

  const isLive = (authorization = '') => /^Bearer \S+$/.test(authorization) && auth.isLive(authorization.slice(7))

  const answer = (request: RecordedRequest): unknown => {
    if (request.path === '/oauth/access_token') {
      if (request.method !== 'POST') throw new Refusal(405, 'Método não implementado.')
      return auth.token(request.body)
    }
    if (!request.path.startsWith('/v1/')) throw new Refusal(404, 'Recurso não encontrado.')
    if (!isLive(request.headers.authorization)) throw new Refusal(401, 'Não foi possível acessar o sistema. Verifique seu "access_token".')
    const { endpoint, code } = route(request)
    return endpoint({ account, traps, query: request.query, body: request.body, code, time: localTime(now()) })
  }

  const limited = (request: RecordedRequest): Reply => {
    const counts = traps.tokenCallsCount || request.path !== '/oauth/access_token'
    const left = counts ? window.take() : window.remaining()
    const headers: Record<string, string> = limit
      ? { 'X-RateLimit-Limit': String(limit.requests), 'X-RateLimit-Remaining': String(left ?? 0) }
      : {}
    try {
      // No Retry-After: none is known of the vendor.
      if (left === null) throw new Refusal(429, 'Número máximo de requisições atingido.')
      return reply(200, headers, answer(request))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const body = refusalBody(error)
      return reply(error.status, headers, error.status === 401 ? { ...body, errObs: 'access_denied', errUrl: request.path } : body)
    }
  }

  const server = await startServer({
    basePath: '/api',
    now,
    port: options.port,
    handle: (request) => (request.method === 'GET' && request.path === '/oauth/authorize' ? auth.consent(request) : limited(request)),
  })

  return {
    url: `${server.origin}/api`,
    personalToken: auth.personalToken,
    application,
    issueCode: auth.issueCode,
    issueRefreshToken: auth.issueRefreshToken,
    requests: server.requests,
    faults: server.faults,
    data: account,
    revokeAccessTokens: auth.revokeAccessTokens,
    set(changes) {
      if (changes.tokenLifeSeconds !== undefined) tokenLifeSeconds = changes.tokenLifeSeconds
      if (changes.limit !== undefined) limit = changes.limit
      Object.assign(traps, changes.traps)
    },
    sockets: server.sockets,
    close: server.close,
  }
}

function reply(status: number, headers: Record<string, string>, body: unknown): Reply {
  return { status, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

/** Path pattern → method → endpoint, so that a known path with another method is 405. */
function compile(table: Endpoints): Map<string, Map<string, Endpoint>> {
  const compiled = new Map<string, Map<string, Endpoint>>()
  for (const [key, endpoint] of Object.entries(table)) {
    const [method = '', path = ''] = key.split(' ')
    compiled.set(path, (compiled.get(path) ?? new Map<string, Endpoint>()).set(method, endpoint))
  }
  return compiled
}

function route({ method, path }: RecordedRequest): { endpoint: Endpoint; code: number } {
  const [, , resource = '', ...rest] = path.split('/')
  const code = rest.find((part) => /^\d{1,15}$/.test(part))
  const methods = endpoints.get([resource, ...rest.map((part) => (part === code ? '#' : part))].join('/'))
  if (!methods) throw new Refusal(404, 'Recurso não encontrado.')
  const endpoint = methods.get(method)
  if (!endpoint) throw new Refusal(405, 'Método não implementado.')
  return { endpoint, code: Number(code ?? 0) }
}
