import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Effect, holdUntil } from '../../src/sandbox/faults.ts'
import { json } from '../support/gateway.ts'
import { startTwoStores, type TwoStores } from '../support/two-stores.ts'

let stores: TwoStores
beforeEach(async () => {
  stores = await startTwoStores()
  await stores.gateway.fetch('/customers?limit=1')
})
afterEach(() => stores.close())

/** A fault that never answers, and tells when it was met and when the gateway hung up. */
function held() {
  let effect: Effect = () => {}
  const closed = Promise.withResolvers<void>()
  const met = new Promise<void>((resolve) => {
    effect = ({ response }) => {
      response.on('close', closed.resolve)
      resolve()
    }
  })
  return { effect, met, closed: closed.promise }
}

it.each(['/sales?limit=200', '/customers/centro:1'])('ends the vendor call of a reader who goes away: %s (row 44)', async (path) => {
  const slow = held()
  stores.centro.faults.add({ when: ({ path: asked }) => asked.startsWith('/v1/'), do: slow.effect })
  const client = new AbortController()
  const request = fetch(stores.gateway.url + path, { signal: client.signal })
  await slow.met
  const asked = stores.centro.requests.length
  client.abort()
  await expect(request).rejects.toThrow()
  await slow.closed
  // The next one is served on a fresh call; nothing was asked again for the one who left.
  expect((await stores.gateway.fetch('/products?connection=norte&limit=1')).status).toBe(200)
  expect(stores.centro.requests).toHaveLength(asked)
})

it('lets a write that was sent go on to its end (row 44)', async () => {
  const gate = Promise.withResolvers<void>()
  const met = Promise.withResolvers<void>()
  const hold = holdUntil(gate.promise)
  stores.centro.faults.add({
    when: ({ method }) => method === 'POST',
    do: (exchange) => {
      met.resolve()
      return hold(exchange)
    },
  })
  const client = new AbortController()
  const request = fetch(`${stores.gateway.url}/products?connection=centro`, { ...json('POST', { name: 'Fica' }), signal: client.signal })
  await met.promise
  client.abort()
  await expect(request).rejects.toThrow()
  gate.resolve()
  const isDone = () =>
    stores.gateway.lines.some(({ operation, method, status }) => operation === 'products.create' && method === 'POST' && status === 200)
  await expect.poll(isDone, { timeout: 10_000 }).toBe(true)
  expect([...stores.centro.data.produtos.rows.values()].filter(({ descricao }) => descricao === 'Fica')).toHaveLength(1)
})
