import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type CplugSandbox, startCplug } from '../../src/sandbox/cplug/index.ts'
import { answer, applyThenHang, applyThenReset, reset } from '../../src/sandbox/faults.ts'
import { json, startGateway, type TestGateway } from '../support/gateway.ts'
import { UNLIMITED } from '../support/two-stores.ts'

// CPlug takes a key with every write, and the same key again does not write twice (DOC).

let store: CplugSandbox
let gateway: TestGateway
beforeAll(async () => {
  store = await startCplug({ limit: null })
  const settings = { ...store.settings, ...UNLIMITED, timeoutMs: 2_000 }
  gateway = await startGateway([{ id: 'pdv', vendor: 'cplug', credentials: { ...store.credentials }, settings }])
})
afterEach(() => store.faults.clear())
afterAll(async () => {
  await gateway.close()
  await store.close()
})

const create = (key: string, name = 'Padaria Três Rios') =>
  gateway.fetch('/customers', json('POST', { kind: 'company', name }, { 'idempotency-key': key }))

const isCreate = ({ method, path }: { method: string; path: string }) => method === 'POST' && path.endsWith('/customers')
const keysSent = () => store.requests.filter(isCreate).map(({ headers }) => headers['idempotency-key'])
const made = () => store.data.customers.length

describe('a write whose outcome is unknown, at a vendor that does it once for each key', () => {
  it.each([
    ['was done', applyThenReset],
    ['was not done', reset],
    ['was done, with no answer,', applyThenHang],
  ])('and that %s, is sent again under the same key when its client repeats its own', async (_what, effect) => {
    const key = randomUUID()
    const [before, from] = [made(), keysSent().length]
    store.faults.add({ when: isCreate, do: effect })
    const first = await create(key)
    expect([502, 504]).toContain(first.status)
    expect(first.body).toMatchObject({ outcome: 'unknown', detail: expect.stringContaining('same Idempotency-Key') })
    const second = await create(key)
    expect([second.status, second.body.data?.name]).toEqual([201, 'Padaria Três Rios'])
    expect(made()).toBe(before + 1)
    const third = await create(key)
    expect([third.text, third.headers.get('idempotency-replayed')]).toEqual([second.text, 'true'])
    const [one, other, ...more] = keysSent().slice(from)
    expect([other, more]).toEqual([one, []])
  })

  it('is never sent again by itself, nor with another body', async () => {
    const key = randomUUID()
    const from = keysSent().length
    store.faults.add({ when: isCreate, do: applyThenReset })
    await create(key)
    const other = await create(key, 'Outra Padaria')
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_mismatch'])
    expect(keysSent()).toHaveLength(from + 1)
  })

  it('stays unknown when the vendor refuses it the second time', async () => {
    const key = randomUUID()
    store.faults.add({ when: isCreate, do: applyThenReset })
    await create(key)
    store.faults.add({ when: isCreate, do: answer(422, undefined, '{"code":"duplicated","message":"Já existe"}') })
    const second = await create(key)
    expect([second.status, second.body.outcome]).toEqual([422, 'unknown'])
    const third = await create(key)
    expect([third.status, third.headers.get('idempotency-replayed')]).toEqual([201, null])
  })
})

it('gives every write a key of its own where the client gives none', async () => {
  const from = keysSent().length
  for (const name of ['Ana', 'Bia']) await gateway.fetch('/customers', json('POST', { kind: 'person', name }))
  expect(new Set(keysSent().slice(from)).size).toBe(2)
})
