import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RESOURCES, type Resource } from '../../src/contract/operations.ts'
import { runs } from '../support/cases.ts'
import type { TestGateway } from '../support/gateway.ts'
import { startWholeSandbox, type WholeSandbox } from '../support/sandbox.ts'

// Lists over all vendors of the sandbox together: six connections, five vendors, each with its own pages.

let sandbox: WholeSandbox
let gateway: TestGateway
const everything: Partial<Record<Resource, string[]>> = {}
beforeAll(async () => {
  sandbox = await startWholeSandbox()
  gateway = sandbox.gateway
  for (const resource of RESOURCES) {
    const text = await (await fetch(`${gateway.url}/${resource}`, { headers: { accept: 'application/x-ndjson' } })).text()
    everything[resource] = text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line).id)
  }
}, 60_000)
afterAll(() => sandbox.close())

const connectionOf = (id: string) => id.slice(0, id.indexOf(':'))

/** Ids of an export, in the order of a list: connections as they are configured. */
const inOrder = (resource: Resource, connections: readonly string[]) =>
  connections.flatMap((connection) => everything[resource]!.filter((id) => connectionOf(id) === connection))

async function walk(resource: Resource, connections: readonly string[], limits: readonly number[]): Promise<string[]> {
  const ids: string[] = []
  let next: string | null = `/${resource}?connection=${connections.join(',')}`
  for (let page = 0; next !== null; page += 1) {
    const limit = limits[page % limits.length]!
    const answered = await gateway.fetch(`${next}&limit=${limit}`)
    expect([answered.status, answered.body.data.length <= limit]).toEqual([200, true])
    ids.push(...answered.body.data.map(({ id }: { id: string }) => id))
    next = answered.body.links.next
  }
  return ids
}

describe('a walk over connections of all vendors', () => {
  it('gives each record once, in the order of connections, whatever the mix and the limits', async () => {
    const able = (resource: Resource) => [...new Set(everything[resource]!.map(connectionOf))]
    const ids = sandbox.connections.map(({ id }) => id)
    const mixes = fc.constantFrom(...RESOURCES).chain((resource) =>
      fc.record({
        resource: fc.constant(resource),
        chosen: fc.subarray(able(resource), { minLength: 1 }),
        limits: fc.array(fc.integer({ min: 7, max: 200 }), { minLength: 1, maxLength: 5 }),
      }),
    )
    await fc.assert(
      fc.asyncProperty(mixes, async ({ resource, chosen, limits }) => {
        const connections = ids.filter((id) => chosen.includes(id))
        expect(await walk(resource, connections, limits)).toEqual(inOrder(resource, connections))
      }),
      { numRuns: runs(12) },
    )
  }, 300_000)
})

describe('a tax id', () => {
  it('finds the same company in several vendors with one call', async () => {
    const text = await (await fetch(`${gateway.url}/customers`, { headers: { accept: 'application/x-ndjson' } })).text()
    const holders = new Map<string, Set<string>>()
    for (const line of text.split('\n').slice(0, -1)) {
      const { taxId, connection } = JSON.parse(line)
      if (taxId?.type === 'cnpj') holders.set(taxId.value, (holders.get(taxId.value) ?? new Set()).add(connection))
    }
    const [value, connections] = [...holders].sort((a, b) => b[1].size - a[1].size)[0]!
    expect(connections.size).toBeGreaterThan(3)
    const { body } = await gateway.fetch(`/customers?taxId=${value}`)
    expect(new Set(body.data.map(({ connection }: { connection: string }) => connection))).toEqual(connections)
    expect(body.data.every(({ taxId }: { taxId: { value: string } }) => taxId.value === value)).toBe(true)
  })
})

/** A value for every filter; what it finds does not matter here. */
const VALUES: Record<string, string> = {
  q: 'a',
  updatedSince: '2026-01-01T00:00:00Z',
  taxId: '11222333000181',
  email: 'a@b.com.br',
  registrationStatus: 'new',
  sku: 'A1',
  barcode: '7891000315507',
  soldFrom: '2026-01-01',
  soldTo: '2026-12-31',
  dueFrom: '2026-01-01',
  dueTo: '2026-12-31',
}
const STATUS: Partial<Record<Resource, string>> = { sales: 'completed', receivables: 'open' }

describe('every filter of every resource at every connection', () => {
  it('is native, emulated or refused, never dropped', async () => {
    const { body: document } = await gateway.fetch('/openapi.json')
    const told: string[] = []
    for (const resource of RESOURCES) {
      const names = document.paths[`/${resource}`].get.parameters
        .filter((parameter: { in: string }) => parameter.in === 'query')
        .map(({ name }: { name: string }) => name)
        .filter((name: string) => !['connection', 'limit', 'cursor', 'require', 'raw'].includes(name))
      for (const name of names) {
        for (const { id, vendor } of sandbox.connections) {
          const value = name === 'status' ? STATUS[resource] : name.endsWith('Id') && name !== 'taxId' ? `${id}:1` : VALUES[name]
          const { status, body } = await gateway.fetch(`/${resource}?connection=${id}&limit=1&${name}=${encodeURIComponent(value!)}`)
          if (status === 200) {
            const { native, emulated } = body.meta.sources[0].filters
            expect([...native, ...emulated], `${vendor} ${resource} ${name}`).toEqual([name])
            told.push(`${vendor} ${resource} ${name}: ${native.length > 0 ? 'native' : 'emulated'}`)
          } else {
            // An id that the vendor would never give is malformed before it is refused.
            expect(['unsupported_filter', 'unsupported_operation', 'validation_failed'], `${vendor} ${resource} ${name}`).toContain(
              body.code,
            )
          }
        }
      }
    }
    expect(told.length).toBeGreaterThan(60)
  }, 60_000)
})
