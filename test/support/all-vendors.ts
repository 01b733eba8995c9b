import { startCange } from '../../src/sandbox/cange/index.ts'
import { startCplug } from '../../src/sandbox/cplug/index.ts'
import type { RecordedRequest } from '../../src/sandbox/exchange.ts'
import type { Faults } from '../../src/sandbox/faults.ts'
import { startKommo } from '../../src/sandbox/kommo/index.ts'
import { startYandeh } from '../../src/sandbox/yandeh/index.ts'
import { connectionTo, startGateway, startStore, type TestGateway } from './gateway.ts'
import { UNLIMITED } from './two-stores.ts'

/** A simulated vendor, as far as tests of any of them look at it. */
interface Simulated {
  /** What the paths of `requests` are under. */
  url: string
  requests: RecordedRequest[]
  faults: Faults
}

export interface AllVendors {
  gateway: TestGateway
  /** By connection, which here is called as its vendor. */
  vendors: Readonly<Record<string, Simulated>>
  /** Requests that changed something, or would have, at this connection's vendor. */
  writesAt(connection: string): RecordedRequest[]
  close(): Promise<void>
}

/** Vendors that the sandbox has. */
export const SIMULATED: readonly string[] = ['egestor', 'cplug', 'kommo', 'cange', 'yandeh']

/** Sent by POST, and no writes: logins, and lists of Cange's second engine. */
const NO_WRITES = /^\/(oauth\/access_token|session|register\/v2\/query|flow\/v2\/query|flow\/cards)/

const isWrite = ({ method, path }: RecordedRequest) => method !== 'GET' && !NO_WRITES.test(path)

/** The gateway in front of one account of every vendor, none of which limits the calls. */
export async function startAllVendors(settings: Record<string, unknown> = {}): Promise<AllVendors> {
  const [egestor, cplug, kommo, cange, yandeh] = await Promise.all([
    startStore({ limit: null }),
    startCplug({ limit: null }),
    startKommo({ limit: null }),
    startCange({ limit: null }),
    startYandeh({ limit: null }),
  ])
  const own = (vendor: string, credentials: Record<string, unknown>, its: Record<string, unknown>) => ({
    id: vendor,
    vendor,
    credentials,
    settings: { ...its, ...UNLIMITED, ...settings },
  })
  const gateway = await startGateway([
    connectionTo('egestor', egestor, { ...UNLIMITED, ...settings }),
    own('cplug', { ...cplug.credentials }, cplug.settings),
    own('kommo', { grant: 'long_lived_token', token: kommo.longLivedToken }, kommo.settings),
    own('cange', { grant: 'apikey', ...cange.credentials }, cange.settings),
    own('yandeh', { token: yandeh.token }, yandeh.settings),
  ])
  const vendors: AllVendors['vendors'] = { egestor, cplug, kommo, cange, yandeh }
  return {
    gateway,
    vendors,
    writesAt: (connection) => vendors[connection]!.requests.filter(isWrite),
    async close() {
      await gateway.close()
      await Promise.all([egestor, cplug, kommo, cange, yandeh].map((vendor) => vendor.close()))
    },
  }
}
