import type { ConnectionConfig } from '../../src/config-schema.ts'
import { startCange } from '../../src/sandbox/cange/index.ts'
import { startCplug } from '../../src/sandbox/cplug/index.ts'
import { startKommo } from '../../src/sandbox/kommo/index.ts'
import { startYandeh } from '../../src/sandbox/yandeh/index.ts'
import { connectionTo, type GatewayOptions, startGateway, startStore, type TestGateway } from './gateway.ts'
import { UNLIMITED } from './two-stores.ts'

export interface Everywhere {
  gateway: TestGateway
  close(): Promise<void>
}

/** The gateway in front of one account of every vendor, none of them limited. */
export async function startEverywhere(options: GatewayOptions = {}): Promise<Everywhere> {
  const [egestor, cplug, kommo, cange, yandeh] = await Promise.all([
    startStore({ limit: null }),
    startCplug({ limit: null }),
    startKommo({ limit: null }),
    startCange({ limit: null }),
    startYandeh({ limit: null }),
  ])
  const connections: ConnectionConfig[] = [
    connectionTo('loja-centro', egestor, UNLIMITED),
    { id: 'pdv', vendor: 'cplug', credentials: { ...cplug.credentials }, settings: { ...cplug.settings, ...UNLIMITED } },
    {
      id: 'crm',
      vendor: 'kommo',
      credentials: { grant: 'long_lived_token', token: kommo.longLivedToken },
      settings: { ...kommo.settings, ...UNLIMITED },
    },
    {
      id: 'processos',
      vendor: 'cange',
      credentials: { grant: 'apikey', ...cange.credentials },
      settings: { ...cange.settings, ...UNLIMITED },
    },
    { id: 'atacado', vendor: 'yandeh', credentials: { token: yandeh.token }, settings: { ...yandeh.settings, ...UNLIMITED } },
  ]
  const gateway = await startGateway(connections, options)
  return {
    gateway,
    async close() {
      await gateway.close()
      await Promise.all([egestor, cplug, kommo, cange, yandeh].map((vendor) => vendor.close()))
    },
  }
}
