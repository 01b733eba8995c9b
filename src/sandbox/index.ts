import { startCange } from './cange/index.ts'
import { startCplug } from './cplug/index.ts'
import { startEgestor } from './egestor/index.ts'
import { startKommo } from './kommo/index.ts'
import { startYandeh } from './yandeh/index.ts'

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

type Lifted = { limit?: null }

/** A simulated vendor that runs, and the connection that uses it. */
interface Running {
  connection: SandboxConnection
  close(): Promise<void>
}

async function egestor(id: string, label: string, store: 'centro' | 'norte', lifted: Lifted): Promise<Running> {
  const { url, personalToken, close } = await startEgestor({ store, ...lifted })
  const settings = { baseUrl: url, defaults: { salespersonId: '1', categoryId: '1', accountId: '1', paymentMethodId: '1' } }
  return { connection: { id, vendor: 'egestor', label, credentials: { grant: 'personal', personalToken }, settings }, close }
}

async function cange(id: string, label: string, lifted: Lifted): Promise<Running> {
  const { credentials, settings, close } = await startCange(lifted)
  return { connection: { id, vendor: 'cange', label, credentials: { grant: 'apikey', ...credentials }, settings }, close }
}

async function cplug(id: string, label: string, lifted: Lifted): Promise<Running> {
  const { credentials, settings, close } = await startCplug(lifted)
  return { connection: { id, vendor: 'cplug', label, credentials: { ...credentials }, settings }, close }
}

async function kommo(id: string, label: string, lifted: Lifted): Promise<Running> {
  const { longLivedToken, settings, close } = await startKommo(lifted)
  return { connection: { id, vendor: 'kommo', label, credentials: { grant: 'long_lived_token', token: longLivedToken }, settings }, close }
}

async function yandeh(id: string, label: string, lifted: Lifted): Promise<Running> {
  const { token, settings, close } = await startYandeh(lifted)
  return { connection: { id, vendor: 'yandeh', label, credentials: { token }, settings }, close }
}

/** Starts every simulated vendor on a free loopback port, each with its own limit unless that is lifted. */
export async function startSandbox(options: { isLimited?: boolean } = {}): Promise<Sandbox> {
  const lifted: Lifted = options.isLimited === false ? { limit: null } : {}
  const running = await Promise.all([
    egestor('loja-centro', 'Loja Centro', 'centro', lifted),
    egestor('loja-norte', 'Loja Norte', 'norte', lifted),
    cplug('pdv', 'Ponto de venda', lifted),
    kommo('crm', 'CRM', lifted),
    cange('processos', 'Processos', lifted),
    yandeh('atacado', 'Atacado', lifted),
  ])
  return {
    connections: running.map(({ connection }) => connection),
    async close() {
      await Promise.all(running.map((one) => one.close()))
    },
  }
}
