import { afterAll, beforeAll, expect, it } from 'vitest'
import { live } from '../../src/sandbox/egestor/records.ts'
import { applyThenReset } from '../../src/sandbox/faults.ts'
import { json } from '../support/gateway.ts'
import { startTwoStores, type TwoStores, writesAt } from '../support/two-stores.ts'

let stores: TwoStores
beforeAll(async () => {
  stores = await startTwoStores()
})
afterAll(() => stores.close())

const settle = (id: string | number, body: unknown) => stores.gateway.fetch(`/receivables/centro:${id}/settlements`, json('POST', body))
const openOnes = () => [...live(stores.centro.data.recebimentos)].filter(({ situacao }) => situacao === 20)
const paidOne = () => [...live(stores.centro.data.recebimentos)].find(({ situacao }) => situacao === 40)!

it('settles a receivable today, for all that is due', async () => {
  const { codigo, valor } = openOnes()[0]!
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/Sao_Paulo' }).format(Date.now())
  const { status, body } = await settle(codigo, {})
  expect(status).toBe(200)
  expect(body.data).toMatchObject({ status: 'paid', paidAmount: valor.toFixed(2), balance: '0.00', overdue: false })
  expect([today, new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/Sao_Paulo' }).format(Date.now())]).toContain(body.data.paidOn)
  expect(stores.centro.data.recebimentos.rows.get(codigo)!.situacao).toBe(40)
})

it('settles on a day and for an amount that are given', async () => {
  const { codigo, valor } = openOnes()[0]!
  const { status, body } = await settle(codigo, { amount: `${valor.toFixed(2)}0`, receivedOn: '2026-02-28' })
  expect([status, body.data.status, body.data.paidOn, body.data.paidAmount]).toEqual([200, 'paid', '2026-02-28', valor.toFixed(2)])
})

it('refuses one that is already paid before anything is written', async () => {
  const writes = writesAt(stores.centro).length
  const { status, body } = await settle(paidOne().codigo, {})
  expect([status, body.code, body.outcome, body.operation]).toEqual([409, 'conflict', 'not_applied', 'receivables.settle'])
  expect(writesAt(stores.centro)).toHaveLength(writes)
})

it('refuses a part of the amount, naming it, since nobody knows what the vendor does with it', async () => {
  const { codigo, valor } = openOnes()[0]!
  const writes = writesAt(stores.centro).length
  for (const amount of [(valor / 2).toFixed(2), (valor + 1).toFixed(2), '0', '-1']) {
    const { status, body } = await settle(codigo, { amount })
    expect([status, body.code, body.outcome, body.errors[0].pointer]).toEqual([422, 'vendor_rejected', 'not_applied', '/amount'])
  }
  expect(writesAt(stores.centro)).toHaveLength(writes)
})

it.each<[string, unknown, string]>([
  ['an amount as a number', { amount: 10 }, '/amount'],
  ['an amount that is none', { amount: '10,00' }, '/amount'],
  ['a day that is none', { receivedOn: '2026-02-30' }, '/receivedOn'],
  ['an unknown member', { paid: true }, '/paid'],
  ['no object', [], ''],
])('refuses %s before the store is asked', async (_what, body, pointer) => {
  const before = stores.centro.requests.length
  const { status, body: problem } = await settle(openOnes()[0]!.codigo, body)
  expect([status, problem.code, problem.outcome, problem.errors?.[0].pointer]).toEqual([400, 'validation_failed', 'not_applied', pointer])
  expect(stores.centro.requests).toHaveLength(before)
})

it('of a receivable that is not there is 404, of one that was removed 410', async () => {
  const removed = stores.centro.data.recebimentos.deleted.values().next().value!
  expect((await settle(999_999, {})).status).toBe(404)
  expect((await settle(removed, {})).status).toBe(410)
})

it('says that its outcome is unknown when the connection breaks, and is not sent again', async () => {
  const { codigo } = openOnes()[0]!
  const fault = stores.centro.faults.add({
    when: ({ path }) => path.endsWith('/receber'),
    times: Number.POSITIVE_INFINITY,
    do: applyThenReset,
  })
  const { status, body } = await settle(codigo, {})
  stores.centro.faults.clear()
  expect([status, body.outcome, body.retryable, fault.hits]).toEqual([502, 'unknown', false, 1])
  const again = await settle(codigo, {})
  expect([again.status, again.body.code]).toEqual([409, 'conflict'])
})
