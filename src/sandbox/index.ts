import { startEgestor } from './egestor/index.ts'

/** A connection to a simulated vendor, in the form of gateway.config.json. */
export interface SandboxConnection {
  id: string
  vendor: string
  label: string
  credentials: Record<string, unknown>
  settings: Record<string, unknown>
}

export interface Sandbox {
  connections: SandboxConnection[]
  close(): Promise<void>
}

const STORES = [
  { id: 'loja-centro', label: 'Loja Centro', store: 'centro' },
  { id: 'loja-norte', label: 'Loja Norte', store: 'norte' },
] as const

/** Starts every simulated vendor on a free loopback port. */
export async function startSandbox(): Promise<Sandbox> {
  const stores = await Promise.all(
    STORES.map(async ({ store, ...connection }) => ({ ...connection, server: await startEgestor({ store }) })),
  )
  return {
    connections: stores.map(({ id, label, server }) => ({
      id,
      vendor: 'egestor',
      label,
      credentials: { grant: 'personal', personalToken: server.personalToken },
      settings: { baseUrl: server.url, defaults: { salespersonId: '1', categoryId: '1', accountId: '1', paymentMethodId: '1' } },
    })),
    async close() {
      await Promise.all(stores.map(({ server }) => server.close()))
    },
  }
}
