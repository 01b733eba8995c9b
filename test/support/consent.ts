import { type EgestorSandbox, startEgestor } from '../../src/sandbox/egestor/index.ts'
import { type KommoSandbox, startKommo } from '../../src/sandbox/kommo/index.ts'
import { type GatewayOptions, json, startGateway, type TestGateway } from './gateway.ts'
import { keepSecrets } from './results.ts'

/** A connection that a person has to let in, at a simulated vendor. */
export interface Consent {
  vendor: EgestorSandbox | KommoSandbox
  gateway: TestGateway
  /** Makes a connection that nobody has let in yet. */
  create(id: string): Promise<void>
  close(): Promise<void>
}

const VENDORS = {
  async egestor() {
    const vendor = await startEgestor({ store: 'centro', limit: null })
    return { vendor, settings: { baseUrl: vendor.url, authorizeUrl: `${vendor.url}/oauth/authorize` } }
  },
  async kommo() {
    const vendor = await startKommo({ limit: null })
    return { vendor, settings: vendor.settings }
  },
}

export async function startConsent(id: keyof typeof VENDORS, options: GatewayOptions = {}): Promise<Consent> {
  const { vendor, settings } = await VENDORS[id]()
  const { application } = vendor
  keepSecrets([application.clientSecret])
  const gateway = await startGateway([], { allowedVendorHosts: [new URL(settings.baseUrl).host], ...options })
  application.redirectUri = `${gateway.url}/oauth/callback`
  return {
    vendor,
    gateway,
    async create(connection) {
      const credentials = { grant: 'authorization_code', ...application }
      const { status, text } = await gateway.fetch(
        '/connections',
        json('POST', { id: connection, vendor: id, label: 'Caixa <1>', credentials, settings }),
      )
      if (status !== 201) throw new Error(`the connection was not made: ${text}`)
    },
    async close() {
      await gateway.close()
      await vendor.close()
    },
  }
}
