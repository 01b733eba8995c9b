import { afterAll, expect, it } from 'vitest'
import type { ConnectionConfig } from '../../src/config-schema.ts'
import type { Resource } from '../../src/contract/operations.ts'
import { remembered } from '../../src/kernel/remembered.ts'
import { startCange } from '../../src/sandbox/cange/index.ts'
import { startCplug } from '../../src/sandbox/cplug/index.ts'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { startKommo } from '../../src/sandbox/kommo/index.ts'
import { startYandeh } from '../../src/sandbox/yandeh/index.ts'
import { some } from '../support/cases.ts'
import { connectionTo, startGateway, startStore } from '../support/gateway.ts'
import type { Json } from '../support/json.ts'
import { UNLIMITED, walk } from '../support/two-stores.ts'

// Every id in a record leads to the record that it names, unless that was removed at the vendor: any other dead one would look like lost data.

const [centro, norte, pdv, crm, processos, atacado] = await Promise.all([
  startStore({ store: 'centro', limit: null }),
  startStore({ store: 'norte', limit: null }),
  startCplug({ limit: null }),
  startKommo({ limit: null }),
  startCange({ limit: null }),
  startYandeh({ limit: null }),
])
const connection = (id: string, vendor: string, credentials: object, settings: object): ConnectionConfig => ({
  id,
  vendor,
  credentials: { ...credentials },
  settings: { ...settings, ...UNLIMITED },
})
const connections = [
  connectionTo('centro', centro, UNLIMITED),
  connectionTo('norte', norte, UNLIMITED),
  connection('pdv', 'cplug', pdv.credentials, pdv.settings),
  connection('crm', 'kommo', { grant: 'long_lived_token', token: crm.longLivedToken }, crm.settings),
  connection('processos', 'cange', { grant: 'apikey', ...processos.credentials }, processos.settings),
  connection('atacado', 'yandeh', { token: atacado.token }, atacado.settings),
]
const gateway = await startGateway(connections)
afterAll(async () => {
  await gateway.close()
  await Promise.all([centro, norte, pdv, crm, processos, atacado].map((each) => each.close()))
})

type Removed = Partial<Record<Resource, readonly (number | string)[]>>

function removedAt({ data: { contatos, produtos, servicos, recebimentos } }: EgestorSandbox): Removed {
  const services = [...servicos.deleted].map((code) => `service-${code}`)
  return { customers: [...contatos.deleted], products: [...produtos.deleted, ...services], receivables: [...recebimentos.deleted] }
}

/** Vendor ids of what was removed. */
const REMOVED: Readonly<Record<string, Removed>> = {
  centro: removedAt(centro),
  norte: removedAt(norte),
  pdv: {
    customers: pdv.data.customers.filter((row) => row.deleted_at !== null).map(({ id }) => id),
    products: pdv.data.products.filter((row) => row.deleted_at !== null).map(({ id }) => id),
  },
  processos: {
    customers: [...processos.data.registers.get(7)!.entries.values()].filter(({ deleted }) => deleted).map(({ id }) => id),
  },
}

/** What an id leads to, asked once for each. */
const followed = new Map<string, Promise<string>>()
const follow = (resource: Resource, id: string): Promise<string> =>
  remembered(followed, `/${resource}/${id}`, async () => {
    const { status, body } = await gateway.fetch(`/${resource}/${id}`)
    return body.data?.id === id ? 'itself' : `${status} ${body.code}`
  })

type Link = [member: string, resource: Resource, id: string | null | undefined]

const linksOfSale = (sale: Json): Link[] => [
  ['customer.id', 'customers', sale.customer?.id],
  ...(sale.items ?? []).map(({ productId }: Json): Link => ['items.productId', 'products', productId]),
  ...sale.installments.map(({ receivableId }: Json): Link => ['installments.receivableId', 'receivables', receivableId]),
]
const linksOfReceivable = (receivable: Json): Link[] => [
  ['customer.id', 'customers', receivable.customer?.id],
  ['saleId', 'sales', receivable.saleId],
]

/** Ids that lead nowhere although nothing was removed there, in words. */
async function dead(at: string, records: readonly Json[], linksOf: (record: Json) => Link[]): Promise<string[]> {
  const found: string[] = []
  for (const record of records) {
    for (const [member, resource, id] of linksOf(record)) {
      if (!id || REMOVED[at]?.[resource]?.some((vendorId) => `${at}:${vendorId}` === id)) continue
      const outcome = await follow(resource, id)
      if (outcome !== 'itself') found.push(`${record.id} (${record.status}) ${member} ${id}: ${outcome}`)
    }
  }
  return found
}

it.each(connections)('ids in sales of $id lead to what they name', async ({ id }) => {
  const listed = await walk(gateway, `/sales?connection=${id}&limit=200`)
  expect(listed.length).toBeGreaterThan(0)
  const whole: Json[] = []
  for (const sale of some(listed, 15)) whole.push((await gateway.fetch(`/sales/${sale.id}`)).body.data)
  expect(await dead(id, [...some(listed, 15), ...whole], linksOfSale)).toEqual([])
})

it.each(connections)('ids in receivables of $id lead to what they name', async ({ id }) => {
  const listed = await walk(gateway, `/receivables?connection=${id}&limit=200`)
  expect(listed.length).toBeGreaterThan(0)
  expect(await dead(id, some(listed, 15), linksOfReceivable)).toEqual([])
})

it('says that what a sale names is gone where it was removed', async () => {
  const { data } = (await gateway.fetch('/sales/centro:8')).body
  const [removed] = data.items.filter(({ productId }: Json) => REMOVED.centro?.products?.includes(Number(productId.split(':')[1])))
  const { status, body } = await gateway.fetch(`/products/${removed.productId}`)
  expect([status, body.code]).toEqual([410, 'gone'])
})

it.each(['centro', 'processos', 'atacado'])('finds the receivables of a sale of %s, and the sale of each', async (id) => {
  const [one] = (await walk(gateway, `/receivables?connection=${id}&limit=200`)).filter(({ saleId }) => saleId !== null)
  const ofSale = await walk(gateway, `/receivables?saleId=${one.saleId}`)
  expect(ofSale.map((receivable: Json) => receivable.id)).toContain(one.id)
  for (const { saleId } of ofSale) expect(saleId).toBe(one.saleId)
  const { installments } = (await gateway.fetch(`/sales/${one.saleId}`)).body.data
  if (id === 'centro')
    expect(installments.map(({ receivableId }: Json) => receivableId).sort()).toEqual(ofSale.map((row: Json) => row.id).sort())
})
