import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
export type Json = any

export interface Seen {
  status: number
  headers: Headers
  body: Json
}

export async function request(url: string, init: RequestInit = {}): Promise<Seen> {
  const response = await fetch(url, { redirect: 'manual', ...init })
  const text = await response.text()
  const json = response.headers.get('content-type')?.includes('json')
  return { status: response.status, headers: response.headers, body: json && text !== '' ? JSON.parse(text) : text }
}

export const postJson = (url: string, body: unknown) =>
  request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

export const grant = (sandbox: EgestorSandbox, body: Record<string, unknown>) => postJson(`${sandbox.url}/oauth/access_token`, body)

/** Calls under /v1 with a token of the personal grant. */
export async function logIn(sandbox: EgestorSandbox) {
  const { body } = await grant(sandbox, { grant_type: 'personal', personal_token: sandbox.personalToken })
  const headers = { authorization: `Bearer ${body.access_token}`, 'content-type': 'application/json' }
  return (method: string, path: string, content?: unknown) =>
    request(`${sandbox.url}/v1/${path}`, { method, headers, ...(content === undefined ? {} : { body: JSON.stringify(content) }) })
}
