import { afterAll, beforeAll, expect, it } from 'vitest'
import { type CplugSandbox, startCplug } from '../../src/sandbox/cplug/index.ts'
import { json, startGateway, type TestGateway } from '../support/gateway.ts'
import { keepSecrets } from '../support/results.ts'

// A product of CPlug's may have several barcodes, and is one product by each of them.

let store: CplugSandbox
let gateway: TestGateway

beforeAll(async () => {
  store = await startCplug({ limit: null })
  keepSecrets([store.credentials.clientSecret, store.credentials.password])
  const settings = { ...store.settings, limits: { requests: 10_000, perMs: 100 } }
  gateway = await startGateway([{ id: 'loja', vendor: 'cplug', credentials: { ...store.credentials }, settings }])
})
afterAll(async () => {
  await gateway.close()
  await store.close()
})

const several = () => store.data.products.find(({ barcodes, deleted_at }) => barcodes.length > 1 && deleted_at === null)!

it('is found by each of them', async () => {
  const { id, barcodes } = several()
  for (const barcode of barcodes) {
    const { body } = await gateway.fetch(`/products?barcode=${barcode}`)
    expect(body.data).toMatchObject([{ id: `loja:${id}`, barcode }])
  }
})

it('keeps them all where it is written back as it was found', async () => {
  const { id, barcodes } = several()
  const before = [...barcodes]
  const { body } = await gateway.fetch(`/products?barcode=${before[1]}`)
  const { barcode, name } = body.data[0]
  const { status } = await gateway.fetch(`/products/loja:${id}`, json('PATCH', { barcode, name }))
  expect(status).toBe(200)
  expect(new Set(store.data.products.find((each) => each.id === id)!.barcodes)).toEqual(new Set(before))
})
