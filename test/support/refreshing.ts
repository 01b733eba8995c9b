import { fileURLToPath } from 'node:url'
import type { ConnectionConfig } from '../../src/config-schema.ts'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { delay, type Effect } from '../../src/sandbox/faults.ts'
import { ALWAYS, isLogin } from './faulty.ts'
import { connectionTo } from './gateway.ts'
import { type Run, run } from './process.ts'

const SCALED_SERVER = fileURLToPath(new URL('./scaled-server.ts', import.meta.url))

/** As many calls as a configuration may allow. */
export const WIDE = { limits: { requests: 10_000, perMs: 1_000 } }

/** A lease far shorter than the vendor may take, so that what happens in minutes happens in a second. */
export const SCALED = { leaseMs: 300, marginMs: 200, renewEveryMs: 60, pollMs: 20, rotatingCallMs: 3_000, persistMs: 200 }

const ENCRYPTION_KEYS = `k1:${Buffer.alloc(32, 7).toString('base64')}`

/** The gateway with scaled times, as a process. */
export const runScaled = (folder: string, connections: ConnectionConfig[], environment: Record<string, string>): Promise<Run> =>
  run({
    folder,
    server: SCALED_SERVER,
    config: { connections },
    environment: { ENCRYPTION_KEYS, TOKEN_TIMES: JSON.stringify(SCALED), ...environment },
  })

/** A connection whose refresh token is spent by using it. */
export const rotatingTo = (id: string, store: EgestorSandbox): ConnectionConfig => {
  const { clientId, clientSecret, redirectUri } = store.application
  const credentials = { grant: 'authorization_code', clientId, clientSecret, redirectUri, refreshToken: store.issueRefreshToken() }
  return { ...connectionTo(id, store, WIDE), credentials }
}

/** Notes what is posted to the token endpoint, which answers as `effects` say, in turn. */
export function watchLogins(store: EgestorSandbox, effects: readonly Effect[] = [delay(0)]): { posted: string[] } {
  const posted: string[] = []
  store.faults.add({
    when(request) {
      if (!isLogin(request)) return false
      posted.push(String((request.body as { refresh_token?: string }).refresh_token ?? 'personal'))
      return true
    },
    times: ALWAYS,
    do: (exchange) => effects[(posted.length - 1) % effects.length]!(exchange),
  })
  return { posted }
}

/** As a client does: what is worth another try is tried again, since a busy machine is too slow for Redis' 200 ms. Anything else throws. */
export async function readUntilDone({ url }: Run, id: string): Promise<number> {
  for (let again = 0; ; again += 1) {
    const response = await fetch(`${url}/products/${id}:1`)
    const { retryable, code } = (await response.json()) as { retryable?: boolean; code?: string }
    if (response.status === 200) return again
    if (!retryable) throw new Error(`${response.status} ${code}`)
  }
}

/** How often each of them is there. */
export const counted = (values: readonly string[]): number[] =>
  [...Map.groupBy(values, (value) => value).values()].map(({ length }) => length)
