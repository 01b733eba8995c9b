import type { RecordedRequest, Reply } from '../exchange.ts'
import type { Faults } from '../faults.ts'
import { startServer } from '../server.ts'
import { type Application, createAuth } from './auth.ts'
import type { Traps } from './call.ts'
import { makeAccount } from './data.ts'
import { answer } from './endpoints.ts'
import { createWindow, type Limit, usualLimit } from './limit.ts'
import type { Account } from './records.ts'
import { Refusal } from './refusal.ts'

export interface KommoOptions {
  /** 0 or absent: any free one. */
  port?: number
  /** Milliseconds. */
  now?: () => number
  tokenLifeSeconds?: number
  /** Null lifts it. */
  limit?: Limit | null
  redirectUri?: string
  /** Whether the account has a list of products, and one of invoices. */
  lists?: { products: boolean; invoices: boolean }
  traps?: Partial<Traps>
}

export interface KommoSandbox {
  /** The account's address, without /api/v4. */
  url: string
  longLivedToken: string
  application: Application
  /** What a connection needs to use it. */
  settings: { baseUrl: string; authorizeUrl: string }
  /** A fresh code, as if a user had consented. */
  issueCode(): string
  issueRefreshToken(): string
  revokeAccessTokens(): void
  requests: RecordedRequest[]
  faults: Faults
  /** The live records. */
  data: Account
  set(changes: { tokenLifeSeconds?: number; limit?: Limit | null; isPaid?: boolean; traps?: Partial<Traps> }): void
  /** Connections open now. */
  sockets(): number
  close(): Promise<void>
}

const hal = { 'content-type': 'application/hal+json' }
const problem = { 'content-type': 'application/problem+json' }

/** An account of Kommo on a loopback port, strict about what its pages say. */
export async function startKommo(options: KommoOptions = {}): Promise<KommoSandbox> {
  const { now = Date.now, lists = { products: true, invoices: true } } = options
  const account = makeAccount(lists)
  let { tokenLifeSeconds = 86_400, limit = usualLimit } = options
  let isPaid = true
  const traps: Traps = { filtersIgnored: false, quantityBesideMetadata: false, olderEnum: false, ...options.traps }
  const application: Application = {
    clientId: '3c3a1b6e-6a1d-4a55-9f0e-2f8d5b1c7a90',
    clientSecret: 'segredo-kommo',
    redirectUri: options.redirectUri ?? 'http://127.0.0.1:3000/oauth/callback',
  }
  let origin = ''
  const auth = createAuth({ application, host: () => new URL(origin).host, now, lifeSeconds: () => tokenLifeSeconds })
  const window = createWindow(() => limit, now)

  function respond(request: RecordedRequest): Reply {
    window.take()
    const { method, path, headers, body, rawQuery } = request
    if (path === '/oauth2/access_token') {
      if (method !== 'POST') throw new Refusal(405, 'Method Not Allowed')
      return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(auth.token(body)) }
    }
    if (!path.startsWith('/api/v4/')) throw new Refusal(404, 'Not Found')
    const [scheme, token] = (headers.authorization ?? '').split(' ')
    if (scheme !== 'Bearer' || !token || !auth.isLive(token)) throw new Refusal(401, 'Unauthorized')
    if (!isPaid) throw new Refusal(402, 'Payment Required')
    const parameters = [...new URLSearchParams(rawQuery)]
    const time = Math.floor(now() / 1000)
    const answered = answer({ account, traps, method, parameters, body, time, origin }, path.slice('/api/v4/'.length).split('/'))
    return answered === null ? { status: 204, headers: {}, body: '' } : { status: 200, headers: hal, body: JSON.stringify(answered) }
  }

  function handle(request: RecordedRequest): Reply {
    if (request.method === 'GET' && request.path === '/oauth') return auth.consent(request)
    try {
      return respond(request)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { status: error.status, headers: problem, body: JSON.stringify(error.body) }
    }
  }

  const server = await startServer({ basePath: '', now, port: options.port, handle })
  origin = server.origin

  return {
    url: origin,
    longLivedToken: auth.longLivedToken,
    application,
    settings: { baseUrl: origin, authorizeUrl: `${origin}/oauth` },
    issueCode: auth.issueCode,
    issueRefreshToken: auth.issueRefreshToken,
    revokeAccessTokens: auth.revokeAccessTokens,
    requests: server.requests,
    faults: server.faults,
    data: account,
    set(changes) {
      if (changes.tokenLifeSeconds !== undefined) tokenLifeSeconds = changes.tokenLifeSeconds
      if (changes.limit !== undefined) limit = changes.limit
      if (changes.isPaid !== undefined) isPaid = changes.isPaid
      Object.assign(traps, changes.traps)
    },
    sockets: server.sockets,
    close: server.close,
  }
}
