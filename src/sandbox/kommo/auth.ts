import { randomBytes } from 'node:crypto'
import type { RecordedRequest, Reply } from '../exchange.ts'
import { Refusal } from './refusal.ts'

export interface Application {
  clientId: string
  clientSecret: string
  /** Compared whole, on refresh too (AMO); may be changed while running. */
  redirectUri: string
}

interface AuthOptions {
  application: Application
  host: () => string
  now: () => number
  lifeSeconds: () => number
}

const CODE_LIFE_MS = 1_200_000
/** Three months (KPT). */
const REFRESH_TOKEN_LIFE_MS = 90 * 86_400_000

/** A code and a refresh token are good once, and only for so long; an access token lives a day (KPT). */
export function createAuth({ application, host, now, lifeSeconds }: AuthOptions) {
  const longLivedToken = `sandbox.${randomBytes(24).toString('base64url')}.kommo`
  const codes = new Map<string, number>()
  const refreshTokens = new Map<string, number>()
  const accessTokens = new Map<string, number>()

  const made = () => randomBytes(24).toString('base64url')

  function issueCode(): string {
    const code = made()
    codes.set(code, now() + CODE_LIFE_MS)
    return code
  }

  function issueRefreshToken(): string {
    const token = made()
    refreshTokens.set(token, now() + REFRESH_TOKEN_LIFE_MS)
    return token
  }

  function isGood(once: Map<string, number>, given: unknown): boolean {
    const endsAt = once.get(String(given)) ?? 0
    once.delete(String(given))
    return endsAt > now()
  }

  function spend(body: Record<string, unknown>): boolean {
    if (body.grant_type === 'refresh_token') return isGood(refreshTokens, body.refresh_token)
    return body.grant_type === 'authorization_code' && isGood(codes, body.code)
  }

  return {
    longLivedToken,
    issueCode,
    issueRefreshToken,
    revokeAccessTokens: () => accessTokens.clear(),
    isLive: (token: string) => token === longLivedToken || (accessTokens.get(token) ?? 0) > now(),
    token(body: unknown): unknown {
      const given = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
      const isKnown =
        given.client_id === application.clientId &&
        given.client_secret === application.clientSecret &&
        given.redirect_uri === application.redirectUri
      if (!isKnown || !spend(given)) throw new Refusal(400, 'Authorization code or refresh token is invalid', { hint: 'Invalid grant' })
      const accessToken = made()
      accessTokens.set(accessToken, now() + lifeSeconds() * 1000)
      return {
        token_type: 'Bearer',
        expires_in: lifeSeconds(),
        access_token: accessToken,
        refresh_token: issueRefreshToken(),
        server_time: Math.floor(now() / 1000),
      }
    },
    /** The consent page and the way back from it. */
    consent({ query, rawQuery }: RecordedRequest): Reply {
      const { client_id: clientId, state, decision } = query
      if (clientId !== application.clientId) return page(400, '<p>Integração desconhecida.</p>')
      if (decision === undefined) {
        const link = (word: string) => escapeHtml(`?${rawQuery}&decision=${word}`)
        return page(
          200,
          `<p>Permitir o acesso?</p><a id="approve" href="${link('approve')}">Permitir</a> <a id="deny" href="${link('deny')}">Negar</a>`,
        )
      }
      const back = new URL(application.redirectUri)
      const result =
        decision === 'approve' ? { code: issueCode(), referer: host(), client_id: clientId, platform: '1' } : { error: 'access_denied' }
      for (const [name, value] of Object.entries(result)) back.searchParams.set(name, value)
      if (state !== undefined) back.searchParams.set('state', state)
      return { status: 302, headers: { location: back.href }, body: '' }
    },
  }
}

const escapeHtml = (value: string) => value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const page = (status: number, content: string): Reply => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: `<!doctype html><html lang="pt-BR"><title>Kommo (sandbox)</title>${content}</html>`,
})
