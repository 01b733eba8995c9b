import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { connectionTo, startGateway, startStore, type TestGateway } from '../support/gateway.ts'
import { UNLIMITED, walk } from '../support/two-stores.ts'

let store: EgestorSandbox
let gateway: TestGateway

beforeAll(async () => {
  store = await startStore({ store: 'centro', limit: null })
  gateway = await startGateway([connectionTo('centro', store, UNLIMITED)])
})
afterAll(async () => {
  await gateway.close()
  await store.close()
})

describe('sales without a status', () => {
  it('are all but quotes: cancelled quotes are among them, and sales of a state that nobody knows', async () => {
    const rows = [...store.data.vendas.rows.values()]
    const cancelledQuote = rows.find(({ situacao, ativo }) => situacao === 10 && !ativo)!
    const quote = rows.find(({ situacao, ativo }) => situacao === 10 && ativo)!
    const lost = rows.find(({ situacao, ativo }) => situacao === 50 && ativo)!
    // What a PUT without a situacao makes of it (notes).
    lost.situacao = 0
    const statuses = new Map((await walk(gateway, '/sales?limit=200')).map(({ vendorId, status }) => [vendorId, status]))
    const shown = rows.filter(({ situacao, ativo }) => situacao !== 10 || !ativo)
    expect([...statuses.keys()]).toEqual(shown.map(({ codigo }) => String(codigo)))
    expect(statuses.get(String(cancelledQuote.codigo))).toBe('cancelled')
    expect(statuses.get(String(lost.codigo))).toBe('unknown')
    expect(statuses.has(String(quote.codigo))).toBe(false)
  })
})
