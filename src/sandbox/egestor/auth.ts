import { createHmac, randomBytes } from 'node:crypto'
import type { RecordedRequest, Reply } from '../exchange.ts'
import type { Traps } from './endpoint.ts'
import { Refusal } from './refusal.ts'

export interface Application {
  clientId: string
  clientSecret: string
  /** Compared whole; may be changed while running. */
  redirectUri: string
}

export interface Auth {
  personalToken: string
  issueCode(): string
  issueRefreshToken(): string
  revokeAccessTokens(): void
  isLive(accessToken: string): boolean
  /** The token endpoint; the body of its 200. */
  token(body: unknown): unknown
  /** The consent page and the way back from it. */
  consent(request: RecordedRequest): Reply
}

interface AuthOptions {
  store: string
  application: Application
  now: () => number
  lifeSeconds: () => number
  traps: () => Traps
}

/** Grants as in the seed: a code is used once, a refresh token rotates, several access tokens live side by side. */
export function createAuth({ store, application, now, lifeSeconds, traps }: AuthOptions): Auth {
  const codes = new Set<string>()
  const refreshTokens = new Set<string>()
  const accessTokens = new Map<string, number>()
  const personalToken = makePersonalToken(store)

  const issue = (kept: Set<string>) => {
    const value = randomBytes(15).toString('base64url')
    kept.add(value)
    return value
  }

  const answer = () => {
    for (const [token, endsAt] of accessTokens) if (endsAt <= now()) accessTokens.delete(token)
    const accessToken = randomBytes(30).toString('base64url')
    accessTokens.set(accessToken, now() + lifeSeconds() * 1_000)
    return { access_token: accessToken, token_type: 'Bearer', expires_in: lifeSeconds(), refresh_token: issue(refreshTokens) }
  }

  const checkApplication = (body: Record<string, unknown>, redirectRequired: boolean) => {
    const { client_id: clientId, client_secret: clientSecret, redirect_uri: redirectUri } = body
    if (clientId !== application.clientId || clientSecret !== application.clientSecret) throw new Refusal(400, 'Aplicação inválida.')
    // K1 leaves redirect_uri out of a refresh.
    if ((redirectRequired || redirectUri !== undefined) && redirectUri !== application.redirectUri)
      throw new Refusal(400, 'redirect_uri inválida.')
  }

  /** Takes the value out, so that it is good once. */
  const spend = (kept: Set<string>, value: unknown, message: string) => {
    if (typeof value !== 'string' || !kept.delete(value)) throw new Refusal(400, message)
  }

  const grants: Record<string, (body: Record<string, unknown>) => unknown> = {
    personal(body) {
      if (body.personal_token !== personalToken) throw new Refusal(400, 'personal_token inválido.')
      return answer()
    },
    authorization_code(body) {
      checkApplication(body, true)
      spend(codes, body.code, 'code inválido.')
      return { ...answer(), personal_token: personalToken }
    },
    refresh_token(body) {
      checkApplication(body, false)
      spend(refreshTokens, body.refresh_token, 'refresh_token inválido.')
      return answer()
    },
  }

  return {
    personalToken,
    issueCode: () => issue(codes),
    issueRefreshToken: () => issue(refreshTokens),
    revokeAccessTokens: () => accessTokens.clear(),
    isLive: (token) => (accessTokens.get(token) ?? 0) > now(),
    token(body) {
      if (typeof body !== 'object' || body === null) throw new Refusal(400, 'Dados inválidos.')
      const given = body as Record<string, unknown>
      const name = String(given.grant_type)
      if (!Object.hasOwn(grants, name)) throw new Refusal(400, 'grant_type inválido.')
      return grants[name]!(given)
    },
    consent(request) {
      const { response_type: responseType, client_id: clientId, redirect_uri: redirectUri = '', state, decision } = request.query
      if (responseType !== 'code' || clientId !== application.clientId || redirectUri !== application.redirectUri) {
        return page(400, '<p>Aplicação desconhecida.</p>')
      }
      if (decision === undefined) {
        const link = (word: string) => escapeHtml(`?${request.rawQuery}&decision=${word}`)
        return page(
          200,
          `<p>Permitir o acesso?</p><a id="approve" href="${link('approve')}">Permitir</a> <a id="deny" href="${link('deny')}">Negar</a>`,
        )
      }
      const result = decision === 'approve' ? { code: issue(codes) } : { error: 'access_denied' }
      // Out of band: shown to be copied (seed).
      if (redirectUri.startsWith('urn:')) return page(200, `<code>${Object.values(result)[0]}</code>`)
      const back = new URL(redirectUri)
      for (const [name, value] of Object.entries(result)) back.searchParams.set(name, value)
      if (state !== undefined && traps().stateReturned) back.searchParams.set('state', state)
      return { status: 302, headers: { location: back.href }, body: '' }
    },
  }
}

/** Three parts as in the seed; the last is standard base64, with a slash and padding, as seen in public code. */
function makePersonalToken(store: string): string {
  for (let created = 1_700_000_000; ; created += 1) {
    const head = base64url({ alg: 'HS256', typ: 'JWT' })
    const payload = base64url({ app: 'a1b2c3d4', subdominio: `loja${store}`, cliente: store, created })
    const signature = createHmac('sha256', 'sandbox').update(`${head}.${payload}`).digest('base64')
    if (signature.includes('/')) return `${head}.${payload}.${signature}`
  }
}

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

const escapeHtml = (value: string) => value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

function page(status: number, content: string): Reply {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: `<!doctype html><html lang="pt-BR"><title>eGestor (sandbox)</title>${content}</html>`,
  }
}
