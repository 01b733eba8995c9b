import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { json } from '../support/gateway.ts'
import { startTwoStores, type TwoStores } from '../support/two-stores.ts'

let stores: TwoStores
beforeAll(async () => {
  stores = await startTwoStores()
})
afterAll(() => stores.close())

it('takes whatever stands in members that are read-only', async () => {
  const name = 'Padaria Várzea'
  const body = { name, id: 7, vendorId: null, createdAt: '2024-01-01', updatedAt: {}, raw: [] }
  const { status, body: told } = await stores.gateway.fetch('/customers?connection=centro&dryRun=true', json('POST', body))
  expect([status, told.data.requests[0].body.nome]).toEqual([200, name])
})

/** Sends it, and makes sure that no store was asked for anything. */
async function refused(path: string, request: RequestInit) {
  const asked = () => [stores.centro.requests.length, stores.norte.requests.length]
  const before = asked()
  const answered = await stores.gateway.fetch(path, request)
  expect(asked()).toEqual(before)
  return answered
}

const BODIES: [string, string, unknown, string][] = [
  ['no member at all', 'customers', {}, ''],
  ['an array', 'customers', [{ name: 'X' }], ''],
  ['text', 'customers', 'name', ''],
  ['null', 'customers', null, ''],
  ['an unknown member', 'customers', { name: 'X', age: 3 }, '/age'],
  ['an unknown member deep inside', 'customers', { address: { street: 'X', zip: '1' } }, '/address/zip'],
  ['an unknown member in a list', 'sales', { items: [{ quantity: '1' }, { quantity: '1', colour: 'x' }] }, '/items/1/colour'],
  ['an unknown member with a slash and a tilde', 'customers', { 'a/b~c': 1 }, '/a~1b~0c'],
  ['a number for text', 'customers', { name: 5 }, '/name'],
  ['text for a boolean', 'customers', { finalConsumer: 'true' }, '/finalConsumer'],
  ['text for a list', 'customers', { tags: 'a,b' }, '/tags'],
  ['an e-mail without its value', 'customers', { emails: [{ label: 'main' }] }, '/emails/0/value'],
  ['a label that is none', 'customers', { phones: [{ value: '1', label: 'desk' }] }, '/phones/0/label'],
  ['a formatted tax id', 'customers', { taxId: { value: '832.944.896-54' } }, '/taxId/value'],
  ['a decimal as a number', 'products', { price: 10.37 }, '/price'],
  ['a decimal with a comma', 'products', { price: '10,37' }, '/price'],
  ['a decimal with an exponent', 'products', { price: '1e3' }, '/price'],
  ['a quantity that is no number', 'products', { stock: { quantity: 'NaN' } }, '/stock/quantity'],
  ['a day that is no day', 'sales', { soldOn: '2026-02-30' }, '/soldOn'],
  ['a day written the Brazilian way', 'receivables', { dueOn: '31/12/2026' }, '/dueOn'],
  ['a day with a time', 'receivables', { dueOn: '2026-12-31T00:00:00Z' }, '/dueOn'],
  ['a status that is none', 'sales', { status: 'done' }, '/status'],
  ['a status that is null', 'receivables', { status: null }, '/status'],
  ['an id that is no full id', 'sales', { customer: { id: '1' } }, '/customer/id'],
  ['a control character', 'customers', { name: 'a\u0000b' }, '/name'],
  ['text that is too long', 'customers', { name: 'x'.repeat(1_001) }, '/name'],
  ['too many tags', 'customers', { tags: Array(501).fill('x') }, '/tags'],
]

describe.each(['POST', 'PATCH'])('%s', (method) => {
  it.each(BODIES)('refuses %s, says where it is and asks no store (row 49)', async (_what, resource, body, pointer) => {
    const path = method === 'POST' ? `/${resource}?connection=centro` : `/${resource}/centro:1`
    const { status, body: problem } = await refused(path, json(method, body))
    expect([status, problem.code, problem.origin, problem.outcome]).toEqual([400, 'validation_failed', 'gateway', 'not_applied'])
    expect(problem.errors[0].pointer).toBe(pointer)
    expect(problem.errors[0].detail).toBeTruthy()
  })

  it('never repeats a value that it refuses', async () => {
    const path = method === 'POST' ? '/customers?connection=centro' : '/customers/centro:1'
    const { text } = await refused(
      path,
      json(method, { name: 'Segredo da Silva', taxId: { value: '832.944.896-54', type: 'rg' }, birthDate: 'ontem' }),
    )
    for (const value of ['Segredo', '832.944', 'rg"', 'ontem']) expect(text).not.toContain(value)
  })
})

const PARAMETERS: [string, string][] = [
  ['/customers?limit=0', 'limit'],
  ['/customers?limit=201', 'limit'],
  ['/customers?limit=-1', 'limit'],
  ['/customers?limit=abc', 'limit'],
  ['/customers?limit=1.5', 'limit'],
  ['/customers?limit=', 'limit'],
  ['/customers?limit=1&limit=2', 'limit'],
  ['/customers?page=2', 'page'],
  ['/customers?Limit=5', 'Limit'],
  ['/customers?sku=1', 'sku'],
  ['/customers?taxId=1&taxId=2', 'taxId'],
  ['/customers?q=a&q=b', 'q'],
  ['/customers?q=%00', 'q'],
  ['/customers?raw=yes', 'raw'],
  ['/customers?require=some', 'require'],
  ['/customers?connection=', 'connection'],
  ['/customers?connection=Centro', 'connection'],
  ['/customers?connection=centro,', 'connection'],
  ['/customers?cursor=%20', 'cursor'],
  ['/customers?cursor=a&cursor=b', 'cursor'],
  ['/customers?__proto__=1', '__proto__'],
  ['/customers?constructor[prototype]=1', 'constructor[prototype]'],
  ['/customers?q[a]=b', 'q[a]'],
  ['/sales?soldFrom=2026-13-01', 'soldFrom'],
  ['/sales?status=done', 'status'],
  ['/products?updatedSince=2026-01-01', 'updatedSince'],
  ['/products?updatedSince=2026-01-01T00:00:00', 'updatedSince'],
  ['/products?updatedSince=2026-01-01T00:00:00-03', 'updatedSince'],
  ['/products?updatedSince=2016-12-31T23:59:60%2B00', 'updatedSince'],
  ['/products?updatedSince=2026-01-01%E2%80%A800:00:00Z', 'updatedSince'],
  ['/customers/centro:1?limit=5', 'limit'],
  ['/customers/centro:1?dryRun=true', 'dryRun'],
  ['/customers?strict=true', 'strict'],
  ['/vendors?q=a', 'q'],
  ['/connections?q=a', 'q'],
  ['/healthz?q=a', 'q'],
  ['/readyz?q=a', 'q'],
]

it.each(PARAMETERS)('refuses the parameter of %s and asks no store (rows 49, 50)', async (path, parameter) => {
  const { status, body } = await refused(path, {})
  expect([status, body.code, body.errors?.[0]?.parameter]).toEqual([400, 'validation_failed', parameter])
})

it.each([
  ['POST', '/customers?connection=centro&dryRun=yes', 'dryRun'],
  ['POST', '/customers?connection=centro&strict=yes', 'strict'],
  ['POST', '/customers?connection=centro&raw=true', 'raw'],
  ['POST', '/customers?connection=centro&connection=norte', 'connection'],
  ['PATCH', '/customers/centro:1?dryrun=true', 'dryrun'],
  ['PATCH', '/customers/centro:1?strict=', 'strict'],
  ['DELETE', '/customers/centro:1?strict=true', 'strict'],
  ['POST', '/receivables/centro:1/settlements?connection=centro', 'connection'],
])('refuses a promise it does not keep, rather than write: %s %s', async (method, path, parameter) => {
  const body = path.includes('settlements') ? {} : { name: 'X' }
  const { status, body: problem } = await refused(path, method === 'DELETE' ? { method } : json(method, body))
  expect([status, problem.code, problem.outcome, problem.errors[0].parameter]).toEqual([400, 'validation_failed', 'not_applied', parameter])
})

it.each(['if-match', 'if-unmodified-since'])('refuses the header %s, rather than write without what it asks for', async (name) => {
  const { status, body } = await refused('/customers?connection=centro', json('POST', { name: 'X' }, { [name]: 'abc' }))
  expect([status, body.code, body.outcome, body.errors[0].parameter]).toEqual([400, 'validation_failed', 'not_applied', name])
})
