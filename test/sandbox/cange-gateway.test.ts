import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Resource } from '../../src/contract/operations.ts'
import { activeCards, live } from '../../src/sandbox/cange/account.ts'
import { type CangeSandbox, startCange } from '../../src/sandbox/cange/index.ts'
import { answer } from '../../src/sandbox/faults.ts'
import { json, startGateway, type TestGateway } from '../support/gateway.ts'
import { keepSecrets } from '../support/results.ts'
import { UNLIMITED, walk } from '../support/two-stores.ts'

let sandbox: CangeSandbox
let gateway: TestGateway
let now = Date.parse('2026-11-16T12:00:00Z')

const connection = (
  id: string,
  settings: object = {},
  credentials: Record<string, unknown> = { grant: 'apikey', ...sandbox.credentials },
) => ({
  id,
  vendor: 'cange',
  credentials,
  settings: { ...sandbox.settings, ...UNLIMITED, ...settings },
})

beforeAll(async () => {
  sandbox = await startCange({ limit: null, now: () => now })
  keepSecrets([sandbox.credentials.apikey])
  const wrong = { customers: { source: 'register', registerId: 7, formId: 12, fields: { name: 'Nome' } } }
  gateway = await startGateway([
    connection('crm'),
    connection('fixo', {}, { grant: 'token', token: sandbox.issueToken() }),
    connection('errado', { resources: wrong }),
  ])
})
afterAll(async () => {
  await gateway.close()
  await sandbox.close()
})
beforeEach(() => {
  sandbox.faults.clear()
  sandbox.set({ traps: { createAnswer: 'root', storedValuesHidden: false } })
})

const idsIn = (resource: Resource): string[] => {
  const { registers, flows } = sandbox.data
  const rows = {
    customers: () => live(registers.get(7)!),
    products: () => live(registers.get(8)!),
    sales: () => activeCards(flows.get(3)!).filter(({ step }) => step !== 485),
    receivables: () => activeCards(flows.get(4)!),
  }
  return rows[resource]().map(({ id }) => `crm:${id}`)
}

describe.each(['customers', 'products', 'sales', 'receivables'] as const)('%s of a simulated account', (resource) => {
  it('are each listed once, in order and without a warning, whatever the engine', async () => {
    const records = await walk(gateway, `/${resource}?connection=crm&limit=37`)
    expect(records.map(({ id }) => id)).toEqual(idsIn(resource))
  })

  it('are the same in a list as alone', async () => {
    for (const record of (await walk(gateway, `/${resource}?connection=crm&limit=200`)).slice(0, 5)) {
      const alone = (await gateway.fetch(`/${resource}/${record.id}`)).body.data
      // Lists leave out the name of a card's user and the moment a record was made.
      const plain = ({ createdAt: _createdAt, customFields, ...rest }: typeof alone) => ({
        ...rest,
        customFields: customFields.filter(({ id }: { id: string }) => id !== 'user'),
      })
      if (resource === 'receivables') alone.customFields = record.customFields
      expect(plain(alone)).toEqual(plain(record))
    }
  })

  it('can be made from what was read', async () => {
    const [record] = await walk(
      gateway,
      `/${resource}?connection=crm&limit=1&q=${resource === 'sales' ? '2026-0001' : ''}`.replace(/&q=$/, ''),
    )
    const { status, body } = await gateway.fetch(`/${resource}?connection=crm`, json('POST', record))
    expect(status).toBe(201)
    const same = ['name', 'taxId', 'emails', 'address', 'price', 'total', 'soldOn', 'amount', 'dueOn', 'customer', 'description', 'number']
    for (const member of same) expect(body.data[member], member).toEqual(record[member])
  })
})

describe('a list of a large flow', () => {
  it('goes on where it stood when the vendor has forgotten it', async () => {
    const first = await gateway.fetch('/sales?connection=crm&limit=200')
    now += 200_000
    const second = await gateway.fetch(`${first.body.links.next}&limit=200`)
    expect([...first.body.data, ...second.body.data].map(({ id }) => id)).toEqual(idsIn('sales'))
  })

  it('ends when the vendor has forgotten it and the cards have changed', async () => {
    const { body } = await gateway.fetch('/sales?connection=crm&limit=200')
    now += 200_000
    const gone = [...sandbox.data.flows.get(3)!.cards.values()][4]!
    gone.archived = true
    const next = await gateway.fetch(body.links.next)
    gone.archived = false
    expect(next).toMatchObject({ status: 400, body: { code: 'invalid_cursor', origin: 'vendor' } })
  })
})

describe('a connection', () => {
  it('says what its settings name in vain, with pointers into them', async () => {
    expect(await gateway.fetch('/customers?connection=errado')).toMatchObject({
      status: 424,
      body: { code: 'connection_misconfigured', errors: [{ pointer: '/resources/customers/fields/name' }] },
    })
  })

  it('offers what it maps and nothing else', async () => {
    expect(await gateway.fetch('/sales?connection=errado')).toMatchObject({ status: 501, body: { code: 'unsupported_operation' } })
  })

  it('logs in again once its token is refused', async () => {
    sandbox.revokeTokens()
    expect((await gateway.fetch('/customers?connection=crm&limit=1')).status).toBe(200)
  })

  it('with a fixed token that has ended is unauthorized', async () => {
    sandbox.revokeTokens()
    expect(await gateway.fetch('/customers?connection=fixo&limit=1')).toMatchObject({
      status: 424,
      body: { code: 'connection_unauthorized' },
    })
  })

  it('sends an Origin with every call for data', async () => {
    await gateway.fetch('/customers?connection=crm&limit=1')
    const data = sandbox.requests.filter(({ path }) => path !== '/session')
    expect(new Set(data.map(({ headers }) => headers.origin))).toEqual(new Set(['https://app.cange.me']))
  })
})

describe('a write', () => {
  const writes = () => sandbox.requests.filter(({ path, method }) => path.startsWith('/form/') && method !== 'GET').length

  it('whose answer tells no id was applied, and is not sent again', async () => {
    sandbox.set({ traps: { createAnswer: 'nowhere' } })
    const before = writes()
    expect(await gateway.fetch('/customers?connection=crm', json('POST', { name: 'Sem número' }))).toMatchObject({
      status: 502,
      body: { code: 'bad_vendor_response', outcome: 'applied', retryable: false },
    })
    expect(writes()).toBe(before + 1)
  })

  it('that fails at the vendor is sent once', async () => {
    const fault = sandbox.faults.add({ when: ({ path }) => path === '/form/new-answer', times: 5, do: answer(500) })
    const { body } = await gateway.fetch('/customers?connection=crm', json('POST', { name: 'Uma vez' }))
    expect(body).toMatchObject({ code: 'vendor_error', outcome: 'unknown' })
    expect(fault.hits).toBe(1)
  })

  it('of what has no field is refused before anything is sent', async () => {
    const before = writes()
    const { status, body } = await gateway.fetch('/customers/crm:6501', json('PATCH', { suframa: '1' }))
    expect([status, body.code, body.outcome]).toEqual([422, 'unsupported_field', 'not_applied'])
    expect(writes()).toBe(before)
  })

  it('changes what it names and clears what it names as null', async () => {
    const { body } = await gateway.fetch('/customers/crm:6501', json('PATCH', { name: 'Outro nome', foundedOn: null }))
    expect(body.data).toMatchObject({ name: 'Outro nome', foundedOn: null, taxId: { value: '64484661000112' } })
  })
})

it('reads amounts and days from what is shown where nothing else is sent', async () => {
  const [before] = await walk(gateway, '/receivables?connection=crm&limit=200')
  sandbox.set({ traps: { storedValuesHidden: true } })
  const [after] = await walk(gateway, '/receivables?connection=crm&limit=200')
  expect(after).toMatchObject({ amount: before.amount, dueOn: before.dueOn, customer: { id: null, name: before.customer.name } })
})
