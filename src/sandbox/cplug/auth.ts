import { randomBytes } from 'node:crypto'
import type { Traps } from './endpoint.ts'
import { plain } from './refusal.ts'

export interface Credentials {
  clientId: string
  clientSecret: string
  username: string
  password: string
}

interface Auth {
  /** The body of a 200 of the token endpoint. */
  token(body: unknown): unknown
  isLive(accessToken: string): boolean
  revoke(): void
}

/** The password grant of OAuth 2 (DOC); several tokens live side by side (assumed). */
export function createAuth(credentials: Credentials, now: () => number, lifeSeconds: () => number, traps: Traps): Auth {
  const live = new Map<string, number>()
  return {
    isLive: (accessToken) => (live.get(accessToken) ?? 0) > now(),
    revoke: () => live.clear(),
    token(body) {
      const given = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
      if (given.grant_type !== 'password') throw plain(400, 'The authorization grant type is not supported by the authorization server.')
      if (given.client_id !== credentials.clientId || given.client_secret !== credentials.clientSecret) {
        throw plain(401, 'Client authentication failed')
      }
      if (given[traps.userField] !== credentials.username || given.password !== credentials.password) {
        throw plain(400, 'The user credentials were incorrect.')
      }
      const accessToken = randomBytes(40).toString('base64url')
      live.set(accessToken, now() + lifeSeconds() * 1000)
      return {
        token_type: 'Bearer',
        ...(!traps.lifeLeftOut && { expires_in: lifeSeconds() }),
        access_token: accessToken,
        refresh_token: randomBytes(40).toString('base64url'),
      }
    },
  }
}
