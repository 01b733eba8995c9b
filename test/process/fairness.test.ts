import { afterEach, beforeEach, expect, it } from 'vitest'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { hang, holdUntil } from '../../src/sandbox/faults.ts'
import { runs } from '../support/cases.ts'
import { as, clientWith } from '../support/clients.ts'
import { isData } from '../support/faulty.ts'
import { connectionTo, startGateway, startStore, type TestGateway } from '../support/gateway.ts'
import { UNLIMITED } from '../support/two-stores.ts'

// What hangs somewhere, or asks for too much, is not felt by anybody else (row 30). Judged by what is answered and in which order.

let slow: EgestorSandbox
let well: EgestorSandbox
let gateway: TestGateway
beforeEach(async () => {
  ;[slow, well] = await Promise.all([startStore({ limit: null }), startStore({ limit: null, store: 'norte' })])
  const settings = { ...UNLIMITED, timeoutMs: 60_000 }
  gateway = await startGateway([connectionTo('slow', slow, settings), connectionTo('well', well, settings)], {
    clients: [
      clientWith('flood', { rateLimit: { max: 20, windowSeconds: 600 } }),
      clientWith('calm'),
      clientWith('watch', { scopes: ['metrics'] }),
    ],
  })
  for (const id of ['slow', 'well']) await gateway.fetch(`/products/${id}:1`, as('calm'))
})
afterEach(async () => {
  await gateway.close()
  await Promise.all([slow.close(), well.close()])
})

const read = (id: string, client = 'calm') => gateway.fetch(`/products/${id}:1`, as(client))
/** Each another one: equal reads at the same time are one call. */
const listOf = (id: string, index: number) => `/products?connection=${id}&limit=1&q=${index}`
const asked = () => slow.requests.filter(isData).length

async function underWay(): Promise<Record<string, number>> {
  const { text } = await gateway.fetch('/metrics', as('watch'))
  return Object.fromEntries(
    [...text.matchAll(/^fachada_vendor_calls\{state="(\w+)"\} (\d+)$/gm)].map(([, state, count]) => [state, Number(count)]),
  )
}

it('a vendor that hangs takes its own slots and a line of bounded length, and everything else goes on (row 30)', async () => {
  const gate = Promise.withResolvers<void>()
  slow.faults.add({ when: isData, times: Number.POSITIVE_INFINITY, do: holdUntil(gate.promise) })
  const before = asked()
  const stuck = Array.from({ length: 120 }, (_, index) => gateway.fetch(listOf('slow', index), as('calm')))
  await expect.poll(underWay, { timeout: 25_000 }).toEqual({ in_flight: 16, waiting: 64 })
  await expect.poll(() => asked() - before).toBe(16)

  for (let round = 0; round < runs(20); round += 1) expect((await read('well')).status).toBe(200)
  expect((await gateway.fetch('/healthz')).status).toBe(200)
  const both = await gateway.fetch('/connections', as('calm'))
  expect(both.status).toBe(200)

  gate.resolve()
  const ends = await Promise.all(stuck)
  const shed = ends.filter(({ status }) => status === 503)
  expect([ends.filter(({ status }) => status === 200).length, shed.length]).toEqual([80, 40])
  for (const { headers, body } of shed)
    expect([headers.get('retry-after'), body.code, body.origin]).toEqual(['1', 'vendor_unavailable', 'gateway'])
  expect(await underWay()).toEqual({ in_flight: 0, waiting: 0 })
})

it('a client that floods is limited by itself, and the others are served (row 30)', async () => {
  const flood = Array.from({ length: 300 }, () => read('well', 'flood'))
  const calm = await Promise.all(Array.from({ length: 20 }, () => read('well')))
  expect(calm.map(({ status }) => status)).toEqual(Array(20).fill(200))
  const ends = (await Promise.all(flood)).map(({ status }) => status)
  expect([ends.filter((status) => status === 200).length, ends.filter((status) => status === 429).length]).toEqual([20, 280])
})

it('readers who leave by the hundred leave nothing behind (row 44)', async () => {
  slow.faults.add({ when: isData, times: Number.POSITIVE_INFINITY, do: hang })
  for (let round = 0; round < runs(4); round += 1) {
    const client = new AbortController()
    const leaves = { ...as('calm'), signal: client.signal }
    const gone = Array.from({ length: 60 }, (_, index) => fetch(gateway.url + listOf('slow', index), leaves).catch(() => 'left'))
    // Not what the vendor was asked: of those who left before, some calls may reach it only now.
    await expect.poll(underWay, { timeout: 25_000 }).toEqual({ in_flight: 16, waiting: 44 })
    client.abort()
    await Promise.all(gone)
    await expect.poll(underWay, { timeout: 25_000 }).toEqual({ in_flight: 0, waiting: 0 })
  }
  slow.faults.clear()
  expect((await read('slow')).status).toBe(200)
  await expect.poll(() => slow.sockets(), { timeout: 20_000 }).toBe(0)
})
