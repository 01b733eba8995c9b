import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTwoStores, type TwoStores, walk } from '../support/two-stores.ts'

let stores: TwoStores
beforeAll(async () => {
  stores = await startTwoStores()
})
afterAll(() => stores.close())

const read = async (path: string) => (await stores.gateway.fetch(path)).body.data
const aSale = () =>
  [...stores.norte.data.vendas.rows.values()].find((row) => row.ativo && row.codContato > 0 && row.financeiros.length > 1)!

it('leads from a sale to its customer and its products as they are', async () => {
  const { codigo, nomeContato } = aSale()
  const sale = await read(`/sales/norte:${codigo}`)
  expect(await read(`/customers/${sale.customer.id}`)).toMatchObject({ id: sale.customer.id, name: nomeContato })
  for (const { productId, description } of sale.items)
    expect(await read(`/products/${encodeURIComponent(productId)}`)).toMatchObject({ id: productId, name: description })
})

it('leads from a sale to its receivables and from each back to the sale', async () => {
  const { codigo, financeiros } = aSale()
  const sale = await read(`/sales/norte:${codigo}`)
  const receivables = await walk(stores.gateway, `/receivables?saleId=${sale.id}`)
  expect(receivables.map(({ id }) => id).sort()).toEqual(financeiros.map((code) => `norte:${code}`).sort())
  for (const { receivableId, amount, dueOn } of sale.installments) {
    expect(await read(`/receivables/${receivableId}`)).toMatchObject({ saleId: sale.id, amount, dueOn, customer: { id: sale.customer.id } })
  }
})

it('leads from a customer to all sales and receivables, which lead back', async () => {
  const { codContato } = aSale()
  const [sales, receivables] = await Promise.all(
    ['sales', 'receivables'].map((resource) => walk(stores.gateway, `/${resource}?customerId=norte:${codContato}`)),
  )
  expect(sales!.length).toBeGreaterThan(0)
  expect(receivables!.length).toBeGreaterThan(0)
  for (const { customer } of [...sales!, ...receivables!]) expect(customer.id).toBe(`norte:${codContato}`)
})
