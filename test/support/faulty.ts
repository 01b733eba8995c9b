import type { EgestorOptions, EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import type { RecordedRequest } from '../../src/sandbox/exchange.ts'
import type { Effect } from '../../src/sandbox/faults.ts'
import { type Answered, connectionTo, type GatewayOptions, json, startGateway, startStore, type TestGateway } from './gateway.ts'
import { UNLIMITED } from './two-stores.ts'

export const ALWAYS = Number.POSITIVE_INFINITY
export const isLogin = ({ path }: RecordedRequest) => path === '/oauth/access_token'
export const isData = (request: RecordedRequest) => !isLogin(request)
const isCreate = ({ method, path }: RecordedRequest) => method === 'POST' && path === '/v1/contatos'

export interface Faulty {
  store: EgestorSandbox
  gateway: TestGateway
  /** From now on every matching request goes wrong so. */
  breaks(effect: Effect, options?: { when?: (request: RecordedRequest) => boolean; times?: number }): void
  read(): Promise<Answered>
  create(): Promise<Answered>
  logins(): number
  reads(): number
  creates(): number
  /** Whether a text of the vendor's stands in the log. */
  hasLogged(text: string): boolean
  close(): Promise<void>
}

interface FaultyOptions extends GatewayOptions {
  settings?: Record<string, unknown>
  store?: Partial<EgestorOptions>
}

/** The gateway in front of one store that can be made to fail. */
export async function startFaulty({ settings = UNLIMITED, store: storeOptions, ...options }: FaultyOptions = {}): Promise<Faulty> {
  const store = await startStore({ limit: null, ...storeOptions })
  const gateway = await startGateway([connectionTo('centro', store, settings)], options)
  const count = (matches: (request: RecordedRequest) => boolean) => store.requests.filter(matches).length
  return {
    store,
    gateway,
    breaks(effect, { when = isData, times = ALWAYS } = {}) {
      store.faults.add({ when, times, do: effect })
    },
    read: () => gateway.fetch('/products/centro:1'),
    create: () => gateway.fetch('/customers', json('POST', { name: 'Várzea Ótica' })),
    logins: () => count(isLogin),
    reads: () => count((request) => isData(request) && request.method === 'GET'),
    creates: () => count(isCreate),
    hasLogged: (text) => JSON.stringify(gateway.lines).includes(text),
    async close() {
      await gateway.close()
      await store.close()
    },
  }
}
