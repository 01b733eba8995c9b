import type { RecordedRequest, Reply } from '../exchange.ts'
import type { Faults } from '../faults.ts'
import { startServer } from '../server.ts'
import { type Credentials, createAuth } from './auth.ts'
import { uuid } from './check.ts'
import { customers } from './customers.ts'
import { defaultTraps, type Endpoint, type Endpoints, type Traps } from './endpoint.ts'
import { makeStore } from './make.ts'
import { products } from './products.ts'
import type { Company, Store } from './records.ts'
import { missingHeaders, plain, Refusal } from './refusal.ts'
import { saleOrders } from './sale-orders.ts'
import { sales } from './sales.ts'
import { answered } from './store.ts'
import { transactions } from './transactions.ts'

export interface Limit {
  requests: number
  perMs: number
}

export interface CplugOptions {
  /** 0 or absent: any free one. */
  port?: number
  /** Milliseconds. */
  now?: () => number
  tokenLifeSeconds?: number
  /** Null lifts it. */
  limit?: Limit | null
  companies?: Company[]
  traps?: Partial<Traps>
}

export interface CplugSandbox {
  /** Of the API. */
  url: string
  /** Of the login, which is another host. */
  tokenUrl: string
  credentials: Credentials
  /** What a connection needs to be told to use all that is simulated here. */
  settings: { baseUrl: string; tokenUrl: string; defaults: Record<string, unknown>; enable: string[] }
  requests: RecordedRequest[]
  logins: RecordedRequest[]
  faults: Faults
  loginFaults: Faults
  /** The live records. */
  data: Store
  revokeAccessTokens(): void
  set(changes: { limit?: Limit | null; traps?: Partial<Traps> }): void
  /** Connections open now. */
  sockets(): number
  close(): Promise<void>
}

const companies: Endpoints = {
  'GET companies': ({ store, traps }) => ({ data: traps.listsWithoutKey ? store.companies : { companies: store.companies } }),
  'GET companies/#': ({ store, id }) => {
    const company = store.companies.find((each) => each.id === id)
    if (!company) throw plain(404, 'Registro não encontrado.')
    return company
  },
}

const endpoints: Endpoints = { ...companies, ...customers, ...products, ...saleOrders, ...sales, ...transactions }
const paths = new Set(Object.keys(endpoints).map((key) => key.slice(key.indexOf(' ') + 1)))

const CREDENTIALS: Credentials = {
  clientId: 'integrador-exemplo',
  clientSecret: 'segredo-do-integrador',
  username: 'api@cafedapraca.exemplo.com.br',
  password: 'senha-da-loja',
}

/** A store of CPlug on two loopback ports, strict about what its pages say. */
export async function startCplug(options: CplugOptions = {}): Promise<CplugSandbox> {
  const { now = Date.now, tokenLifeSeconds = 3600 } = options
  let { limit = { requests: 5, perMs: 1000 } } = options
  const traps: Traps = { ...defaultTraps, ...options.traps }
  const store = makeStore()
  if (options.companies) store.companies = options.companies
  const auth = createAuth(CREDENTIALS, now, () => tokenLifeSeconds, traps)
  const answers = new Map<string, Reply>()
  let taken: number[] = []

  function assertWithinLimit() {
    if (limit === null) return
    const from = now() - limit.perMs
    taken = taken.filter((at) => at > from)
    if (taken.length >= limit.requests) throw plain(429, 'Too Many Attempts.')
    taken.push(now())
  }

  function assertHeaders(request: RecordedRequest, pattern: string) {
    const missing: string[] = []
    const company = request.headers['cplug-company-id']
    const needsCompany = !pattern.startsWith('companies') && pattern !== 'sales/#/incomes'
    if (needsCompany && company === undefined) missing.push('CPlug-Company-Id')
    if (request.method !== 'GET' && !uuid(request.headers['idempotency-key'])) missing.push('Idempotency-Key')
    if (missing.length > 0) throw missingHeaders(missing)
    if (needsCompany && !store.companies.some(({ id }) => String(id) === company)) throw plain(403, 'Empresa não permitida.')
  }

  function answer(request: RecordedRequest): Reply {
    assertWithinLimit()
    if (!auth.isLive((request.headers.authorization ?? '').replace(/^Bearer /, ''))) throw plain(401, 'Unauthenticated.')
    const { pattern, endpoint, id } = route(request)
    assertHeaders(request, pattern)
    const key = `${request.headers['idempotency-key']} ${request.method} ${request.path}`
    const before = request.method === 'GET' ? undefined : answers.get(key)
    if (before) return before
    const moment = `${new Date(now() - 3 * 3_600_000).toISOString().slice(0, 19)}-03:00`
    const body = endpoint({ store, traps, query: request.query, body: request.body, id, moment })
    const reply = written(request.method === 'POST' ? 201 : 200, less(request, body), traps.bareMoney)
    if (request.method !== 'GET') answers.set(key, reply)
    return reply
  }

  const less = ({ method }: RecordedRequest, body: unknown): unknown => {
    if (method === 'GET' || !traps.writesAnswerLess || body === undefined) return body
    const { data = body } = body as { data?: unknown }
    return answered({ id: (data as { id: number }).id }, traps)
  }

  const guarded = (handle: (request: RecordedRequest) => Reply) => (request: RecordedRequest) => {
    try {
      return handle(request)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return written(error.status, error.body, false)
    }
  }

  const api = await startServer({ basePath: '', now, port: options.port, handle: guarded(answer) })
  const login = await startServer({
    basePath: '/oauth',
    now,
    handle: guarded((request) => {
      if (request.method !== 'POST' || request.path !== '/token') throw plain(404, 'Not found.')
      return written(200, auth.token(request.body), false)
    }),
  })
  const tokenUrl = `${login.origin}/oauth/token`

  return {
    url: api.origin,
    tokenUrl,
    credentials: CREDENTIALS,
    settings: {
      baseUrl: api.origin,
      tokenUrl,
      defaults: { categoryId: 1, unitId: 1 },
      enable: ['customers.list', 'customers.get', 'customers.update'],
    },
    requests: api.requests,
    logins: login.requests,
    faults: api.faults,
    loginFaults: login.faults,
    data: store,
    revokeAccessTokens: auth.revoke,
    set(changes) {
      if (changes.limit !== undefined) limit = changes.limit
      Object.assign(traps, changes.traps)
    },
    sockets: () => api.sockets() + login.sockets(),
    async close() {
      await Promise.all([api.close(), login.close()])
    },
  }
}

const isMoney = (value: unknown): value is { amount: number } =>
  typeof value === 'object' && value !== null && 'amount' in value && 'currency' in value

function written(status: number, body: unknown, bareMoney: boolean): Reply {
  const headers = { 'content-type': 'application/json' }
  if (body === undefined) return { status: 204, headers: {}, body: '' }
  return { status, headers, body: JSON.stringify(body, (_name, value) => (bareMoney && isMoney(value) ? value.amount : value)) }
}

function route({ method, path }: RecordedRequest): { pattern: string; endpoint: Endpoint; id: number } {
  if (!path.startsWith('/api/v3/')) throw plain(404, 'Not found.')
  const parts = path.slice('/api/v3/'.length).split('/')
  const id = parts.find((part) => /^\d{1,15}$/.test(part))
  const pattern = parts.map((part) => (part === id ? '#' : part)).join('/')
  const endpoint = endpoints[`${method} ${pattern}`]
  if (endpoint) return { pattern, endpoint, id: Number(id ?? 0) }
  throw paths.has(pattern) ? plain(405, 'The method is not supported for this route.') : plain(404, 'Not found.')
}
