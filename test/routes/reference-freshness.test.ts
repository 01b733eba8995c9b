import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Clock, systemClock } from '../../src/kernel/clock.ts'
import { type CangeSandbox, startCange } from '../../src/sandbox/cange/index.ts'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import type { RecordedRequest } from '../../src/sandbox/exchange.ts'
import { answer } from '../../src/sandbox/faults.ts'
import { type KommoSandbox, startKommo } from '../../src/sandbox/kommo/index.ts'
import { connectionTo, json, startGateway, startStore, type TestGateway } from '../support/gateway.ts'
import type { Json } from '../support/json.ts'
import { UNLIMITED } from '../support/two-stores.ts'

// What was added at the vendor a moment ago is read and written as what it is, although the gateway keeps what it knows of the account.

let store: EgestorSandbox
let crm: KommoSandbox
let office: CangeSandbox
let gateway: TestGateway
let passedMs = 0
const clock: Clock = { ...systemClock, now: () => performance.now() + passedMs, wall: () => Date.now() + passedMs }

beforeAll(async () => {
  ;[store, crm, office] = await Promise.all([startStore({ limit: null }), startKommo({ limit: null }), startCange({ limit: null })])
})
afterAll(() => Promise.all([store, crm, office].map((each) => each.close())))

/** A gateway that knows nothing yet. */
beforeEach(async () => {
  passedMs = 0
  for (const { requests, faults } of [store, crm, office]) {
    requests.length = 0
    faults.clear()
  }
  const settings = (own: object) => ({ ...own, ...UNLIMITED })
  const token = { grant: 'long_lived_token', token: crm.longLivedToken }
  gateway = await startGateway(
    [
      connectionTo('loja', store, UNLIMITED),
      { id: 'crm', vendor: 'kommo', credentials: token, settings: settings(crm.settings) },
      { id: 'office', vendor: 'cange', credentials: { grant: 'apikey', ...office.credentials }, settings: settings(office.settings) },
    ],
    { clock },
  )
})
afterEach(() => gateway.close())

const callsTo = ({ requests }: { requests: RecordedRequest[] }, path: string) =>
  requests.filter((request) => request.method === 'GET' && request.path === path).length

const get = async (path: string) => (await gateway.fetch(path)).body
const fieldIn = (fields: Json[], id: string) => fields.find((field) => field.id === id)

describe('a free field of a sale that the store has just named', () => {
  const path = '/v1/config/vendas/customizado'
  const read = async () => fieldIn((await get('/sales/loja:10')).data.customFields, 'xCampo4')?.label

  beforeEach(async () => {
    store.data.customizado = { xCampo1: 'Observações gerais' }
    const sale = store.data.vendas.rows.get(10)!
    sale.customizado = { xCampo1: 'frágil' }
    await read()
    sale.customizado = { xCampo1: 'frágil', xCampo4: 'dois anos' }
  })

  it('is read with its name, by one call more', async () => {
    store.data.customizado = { xCampo1: 'Observações gerais', xCampo4: 'Garantia' }
    expect(await Promise.all([read(), read(), read()])).toEqual(['Garantia', 'Garantia', 'Garantia'])
    expect(callsTo(store, path)).toBe(2)
    await read()
    expect(callsTo(store, path)).toBe(2)
  })

  it('costs a call every half minute while it has none', async () => {
    for (let reads = 0; reads < 5; reads += 1) expect(await read()).toBeNull()
    expect(callsTo(store, path)).toBe(2)
    passedMs += 31_000
    for (let reads = 0; reads < 5; reads += 1) await read()
    expect(callsTo(store, path)).toBe(3)
  })

  it('is still read while the store does not answer for the names', async () => {
    store.faults.add({ when: (request) => request.path === path, times: 9, do: answer(500) })
    const { data, meta } = await get('/sales/loja:10')
    expect(fieldIn(data.customFields, 'xCampo1')).toMatchObject({ label: 'Observações gerais', value: 'frágil' })
    expect(fieldIn(data.customFields, 'xCampo4')).toMatchObject({ label: null, value: 'dois anos' })
    expect(meta.warnings).toEqual([])
  })
})

describe('a field, an option and a stage that the CRM has just been given', () => {
  const path = '/api/v4/contacts/custom_fields'
  const change = (customFields: object[]) => gateway.fetch('/customers/crm:3001', json('PATCH', { customFields }))
  const origin = (label: string) => ({ id: '3007', code: null, label: null, type: null, value: { id: null, code: null, label } })
  const define = (id: number, name: string, type: string, enums: { id: number; value: string }[] | null = null) => {
    const options = enums?.map((each, sort) => ({ ...each, sort, code: null })) ?? null
    const others = crm.data.definitions.contacts.filter((each) => each.id !== id)
    crm.data.definitions.contacts = [...others, { id, code: null, name, type, enums: options }]
  }

  beforeEach(async () => {
    expect((await change([origin('Site')])).body.meta.warnings).toEqual([])
  })

  it('are written as what they are, by one call more', async () => {
    define(3099, 'Apelido', 'text')
    define(3007, 'Origem', 'select', [
      { id: 30_001, value: 'Site' },
      { id: 30_077, value: 'Anúncio' },
    ])
    const { body } = await change([origin('Anúncio'), { id: '3099', code: null, label: null, type: null, value: 'Zé' }])
    expect(body.meta.warnings).toEqual([])
    expect(fieldIn(body.data.customFields, '3007').value).toMatchObject({ id: '30077', label: 'Anúncio' })
    expect(fieldIn(body.data.customFields, '3099')).toMatchObject({ label: 'Apelido', type: 'text', value: 'Zé' })
    expect(callsTo(crm, path)).toBe(2)
  })

  it('cost one call for any number of writes that name what there is not', async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => change([origin('Panfleto'), origin('Rádio')])))
    for (const { status, body } of answers) expect([status, body.code]).toEqual([422, 'unsupported_field'])
    expect(callsTo(crm, path)).toBe(2)
  })

  it('take a lead to a stage of a pipeline that was made just now', async () => {
    const lead = [...crm.data.tables.leads.values()].find(({ status_id }) => status_id === 32_156)!
    const move = (vendorStatus: string) => gateway.fetch(`/sales/crm:${lead.id}`, json('PATCH', { vendorStatus }))
    expect((await move('32159')).body.data.vendorStatus).toBe('32159')
    crm.data.pipelines = [...crm.data.pipelines, { id: 77, name: 'Exportação', statuses: [{ id: 7_701, name: 'Contato' }] }]
    const { body } = await move('7701')
    expect([body.data.vendorStatus, body.meta.warnings]).toEqual(['7701', []])
    expect(callsTo(crm, '/api/v4/leads/pipelines')).toBe(2)
  })
})

describe('a field that a form has just been given', () => {
  const fields = (id: string) => get(id).then(({ data }) => data.customFields as Json[])
  const calls = () => office.requests.filter((request) => request.path === '/field/by-register').length
  const add = (formId: number, id: number, title: string, values: string[]) => {
    const options = values.map((value, index) => ({ id_field_option: id * 10 + index, value: `v${index}`, label: value }))
    const own = {
      id_field: id,
      name: String(id).repeat(10),
      title,
      type: 'COMBO_BOX_FIELD',
      form_id: formId,
      required: null,
      show_on_form: null,
    }
    office.data.fields = [...office.data.fields.filter(({ id_field }) => id_field !== id), { ...own, options }]
  }
  const answerIt = (register: number, entry: number, field: number, value: string, shown: string) =>
    office.data.registers.get(register)!.entries.get(entry)!.values.set(field, [{ value, shown }])

  it('is typed and labelled where a record answers it, by one call more', async () => {
    await fields('/customers/office:6501')
    expect(calls()).toBe(1)
    add(12, 9_901, 'Porte', ['Pequeno', 'Grande'])
    answerIt(7, 6_501, 9_901, 'v1', 'Grande')
    const read = await Promise.all([1, 2, 3].map(() => fields('/customers/office:6501')))
    for (const each of read) {
      expect(fieldIn(each, '9901')).toEqual({
        id: '9901',
        code: '9901'.repeat(10),
        label: 'Porte',
        type: 'COMBO_BOX_FIELD',
        value: { id: '99011', code: 'v1', label: 'Grande' },
      })
    }
    expect(calls()).toBe(2)
  })

  it('is so for an option that it has just been given, in a list as well', async () => {
    add(13, 9_902, 'Linha', ['Casa'])
    answerIt(8, 8_201, 9_902, 'v0', 'Casa')
    const listed = async () => {
      const { data } = await get('/products?connection=office&limit=5')
      return fieldIn(data.find(({ vendorId }: { vendorId: string }) => vendorId === '8201').customFields, '9902')?.value
    }
    expect(await listed()).toEqual({ id: '99020', code: 'v0', label: 'Casa' })
    add(13, 9_902, 'Linha', ['Casa', 'Jardim'])
    answerIt(8, 8_201, 9_902, 'v1', 'Jardim')
    expect(await listed()).toEqual({ id: '99021', code: 'v1', label: 'Jardim' })
    expect(calls()).toBe(2)
  })

  it('is in lists of the second engine, which shows only what it is asked for, a minute later', async () => {
    const listed = async () => {
      const { data } = await get('/customers?connection=office&limit=5')
      return fieldIn(data.find(({ vendorId }: { vendorId: string }) => vendorId === '6501').customFields, '9903')?.value
    }
    expect(await listed()).toBeUndefined()
    add(12, 9_903, 'Rota', ['Norte'])
    answerIt(7, 6_501, 9_903, 'v0', 'Norte')
    passedMs += 60_000
    expect(await listed()).toEqual({ id: '99030', code: 'v0', label: 'Norte' })
  })

  it('is written, by one call more', async () => {
    await fields('/customers/office:6501')
    add(12, 9_904, 'Região', ['Sul'])
    const customFields = [{ id: '9904', code: null, label: null, type: null, value: { id: null, code: null, label: 'Sul' } }]
    const { body } = await gateway.fetch('/customers/office:6501', json('PATCH', { customFields }))
    expect(body.meta.warnings).toEqual([])
    expect(fieldIn(body.data.customFields, '9904').value).toEqual({ id: '99040', code: 'v0', label: 'Sul' })
    expect(calls()).toBe(2)
  })
})
