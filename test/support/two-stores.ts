import type { Resource } from '../../src/contract/operations.ts'
import type { EgestorOptions, EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { live } from '../../src/sandbox/egestor/records.ts'
import { type Answered, connectionTo, type GatewayOptions, startGateway, startStore, type TestGateway } from './gateway.ts'
import type { Json } from './json.ts'

/** Tests of behaviour are not slowed down by the vendor's limit. */
export const UNLIMITED = { limits: { requests: 100_000, perMs: 60_000 } }

export interface TwoStores {
  centro: EgestorSandbox
  norte: EgestorSandbox
  gateway: TestGateway
  close(): Promise<void>
}

/** The gateway in front of two stores of eGestor, in this order. */
export async function startTwoStores(options: GatewayOptions = {}, stores: Partial<EgestorOptions> = {}): Promise<TwoStores> {
  const [centro, norte] = await Promise.all([
    startStore({ limit: null, ...stores, store: 'centro' }),
    startStore({ limit: null, ...stores, store: 'norte' }),
  ])
  const gateway = await startGateway([connectionTo('centro', centro, UNLIMITED), connectionTo('norte', norte, UNLIMITED)], options)
  return {
    centro,
    norte,
    gateway,
    async close() {
      await gateway.close()
      await Promise.all([centro.close(), norte.close()])
    },
  }
}

/** Vendor ids that a list without filters has to give, as the store's own records tell, in the vendor's order. */
export function vendorIdsIn({ data }: EgestorSandbox, resource: Resource): string[] {
  const codes = (rows: Iterable<{ codigo: number | string }>) => [...rows].map(({ codigo }) => Number(codigo)).sort((a, b) => a - b)
  if (resource === 'customers') return codes([...live(data.contatos)].filter(({ tipo }) => tipo.includes('cliente'))).map(String)
  if (resource === 'products')
    return [...codes(live(data.produtos)).map(String), ...codes(live(data.servicos)).map((code) => `service-${code}`)]
  // Quotes are left out unless asked for, cancelled sales are not; a cancelled quote is a cancelled sale.
  if (resource === 'sales')
    return codes([...data.vendas.rows.values()].filter(({ situacao, ativo }) => situacao !== 10 || !ativo)).map(String)
  return codes(live(data.recebimentos)).map(String)
}

/** Every page of a list, following `links.next` alone. */
export async function pagesOf(gateway: TestGateway, path: string, options?: RequestInit): Promise<Answered[]> {
  const pages: Answered[] = []
  for (let next: string | null = path; next !== null; ) {
    const page: Answered = await gateway.fetch(next, options)
    if (page.status !== 200) throw new Error(`${next.slice(0, 60)} answers ${page.status}: ${page.text}`)
    pages.push(page)
    next = page.body.links.next
    if (pages.length > 500) throw new Error(`${path} never ends`)
  }
  return pages
}

/** All records of a list, walked to its end. */
export async function walk(gateway: TestGateway, path: string, options?: RequestInit): Promise<Json[]> {
  return (await pagesOf(gateway, path, options)).flatMap(({ body }) => body.data)
}

/** Requests that could change something at the vendor; logins are none. */
export const writesAt = ({ requests }: EgestorSandbox) =>
  requests.filter(({ method, path }) => method !== 'GET' && path !== '/oauth/access_token')
