import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import type { Json } from '../support/json.ts'

interface Seen {
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

const postJson = (url: string, body: unknown) =>
  request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

export const grant = (sandbox: EgestorSandbox, body: Record<string, unknown>) => postJson(`${sandbox.url}/oauth/access_token`, body)

export type Caller = (method: string, path: string, content?: unknown) => Promise<Seen>

/** Calls under /v1 with a token of the personal grant. */
export async function logIn(sandbox: EgestorSandbox): Promise<Caller> {
  const { body } = await grant(sandbox, { grant_type: 'personal', personal_token: sandbox.personalToken })
  const headers = { authorization: `Bearer ${body.access_token}`, 'content-type': 'application/json' }
  return (method, path, content) =>
    request(`${sandbox.url}/v1/${path}`, { method, headers, ...(content === undefined ? {} : { body: JSON.stringify(content) }) })
}

/** Sends each body and says what status it got; 200 where errCode says otherwise than the status. */
export async function refusals(call: Caller, method: string, path: string, bodies: [number, unknown][]): Promise<[number, unknown][]> {
  const seen: [number, unknown][] = []
  for (const [, body] of bodies) {
    const answer = await call(method, path, body)
    seen.push([answer.status === answer.body.errCode ? answer.status : 200, body])
  }
  return seen
}
