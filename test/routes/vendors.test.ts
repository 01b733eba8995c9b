import { afterAll, beforeAll, expect, it } from 'vitest'
import { RECORD_SCHEMAS } from '../../src/contract/components.ts'
import { FILTERS } from '../../src/contract/query.ts'
import type { ListOperation } from '../../src/kernel/adapter.ts'
import { vendors } from '../../src/vendors/index.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway([])
})
afterAll(() => gateway.close())

interface Coverage {
  operation: string
  verb: string
  evidence: string
  filters?: { native: string[]; emulated: string[] }
  members?: string[]
  writable?: string[]
}

it('lists every vendor with every operation that its adapter has, and no other', async () => {
  const { body } = await gateway.fetch('/vendors')
  expect(body.data.map(({ id }: { id: string }) => id)).toEqual(vendors.map(({ id }) => id))
  for (const [index, vendor] of vendors.entries()) {
    const operations: Coverage[] = body.data[index].operations
    const references = Object.entries(vendor.references ?? {}).map(([kind, { evidence }]) => ({ kind, evidence }))
    expect(body.data[index].references).toEqual(references)
    expect(operations.map(({ operation }) => operation).sort()).toEqual(Object.keys(vendor.operations).sort())
    for (const { operation, evidence, filters } of operations) {
      const defined = vendor.operations[operation as keyof typeof vendor.operations]!
      expect(evidence).toBe(defined.evidence)
      expect(filters).toEqual((defined as Partial<ListOperation<unknown>>).filters)
    }
  }
})

it('names only members that records have, and only filters that lists take', async () => {
  const { body } = await gateway.fetch('/vendors')
  for (const { operations } of body.data as { operations: Coverage[] }[]) {
    for (const { operation, filters, members, writable } of operations) {
      const resource = operation.split('.')[0] as keyof typeof FILTERS
      const known = Object.keys((RECORD_SCHEMAS[resource] as unknown as { properties: object }).properties)
      for (const path of [...(members ?? []), ...(writable ?? [])]) expect(known).toContain(path.split('.')[0])
      const taken = Object.keys(FILTERS[resource])
      for (const name of [...(filters?.native ?? []), ...(filters?.emulated ?? [])]) expect(taken).toContain(name)
    }
  }
})

it('says what eGestor can do, how one logs in and how often one may call', async () => {
  const { body } = await gateway.fetch('/vendors/egestor')
  expect(body.data).toMatchObject({
    id: 'egestor',
    name: 'eGestor',
    login: ['personal', 'authorization_code'],
    limits: { requests: 60, perMs: 60_000 },
  })
  const operations = Object.fromEntries(body.data.operations.map((one: Coverage) => [one.operation, one]))
  expect(operations['sales.update'].writable).toEqual(['status', 'vendorStatus', 'customFields'])
  expect(operations['customers.list']).toMatchObject({ pagination: 'native', filters: { emulated: ['taxId'] } })
  expect(operations['sales.list'].members).not.toContain('items')
  expect(operations['sales.get'].members).toContain('items')
})

it('gives one vendor as the list has it, and 404 for one that there is not', async () => {
  const [list, one, none] = await Promise.all(['/vendors', '/vendors/egestor', '/vendors/sap'].map((path) => gateway.fetch(path)))
  expect(one!.body.data).toEqual(list!.body.data.find(({ id }: { id: string }) => id === 'egestor'))
  expect([none!.status, none!.body.code]).toEqual([404, 'not_found'])
})
