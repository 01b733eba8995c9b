import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CangeSandbox, startCange } from '../../src/sandbox/cange/index.ts'
import type { Json } from '../support/json.ts'
import { request } from './client.ts'

let sandbox: CangeSandbox
let now = Date.parse('2026-11-16T12:00:00Z')
let token: string

beforeEach(async () => {
  sandbox = await startCange({ now: () => now, limit: null })
  token = sandbox.issueToken()
})
afterEach(() => sandbox.close())

async function call(method: string, path: string, body?: unknown): Promise<Json> {
  const headers = { authorization: `Bearer ${token}`, origin: 'https://app.cange.me', 'content-type': 'application/json' }
  return request(sandbox.url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
}

const hashOf = (id: number) => sandbox.data.fields.find(({ id_field }) => id_field === id)!.name

/** What the second engine is told of a field. */
const shown = (id: number, form: number) => ({ id_field: id, form_id: form, type: 'TEXT_SHORT_FIELD' })

describe('a register', () => {
  it('has the companies that other simulated vendors have', async () => {
    const { body } = await call('GET', '/register?id_register=7&withAnswers=true')
    const documents = body.form_answers
      .flatMap((answer: Json) => answer.form_answer_fields)
      .filter((field: Json) => field.field_id === 9802)
    expect(documents.slice(0, 3).map((field: Json) => field.value)).toEqual(['20122123000102', '64484661000112', '11222333000181'])
  })

  it('is the same each time', async () => {
    const other = await startCange()
    expect(other.data.registers.get(7)).toEqual(sandbox.data.registers.get(7))
    await other.close()
  })

  it('gives all its records by the first engine, deleted ones too', async () => {
    const { body } = await call('GET', '/register?id_register=8&withAnswers=true')
    expect(body.form_answers).toHaveLength(60)
    expect(body.form_answers.filter(({ deleted }: Json) => deleted === 'S').length).toBeGreaterThan(0)
  })

  it('pages by the second engine, 200 at most, each record once', async () => {
    const seen = new Set<number>()
    let cursor: string | null = null
    do {
      const { body }: Json = await call('POST', '/register/v2/query', { id_register: 7, page_size: 100, ...(cursor && { cursor }) })
      for (const row of body.items) seen.add(row['form_answer.id_form_answer'])
      expect(body.page_info.has_more).toBe(body.page_info.next_cursor !== null)
      cursor = body.page_info.next_cursor
    } while (cursor)
    expect(seen.size).toBe([...sandbox.data.registers.get(7)!.entries.values()].filter(({ deleted }) => !deleted).length)
    expect((await call('POST', '/register/v2/query', { id_register: 7, page_size: 201 })).status).toBe(400)
  })

  it('shows values of the fields that are named whole, and of no others', async () => {
    const rowWith = async (fieldView?: unknown[]) => {
      const filterSchema = fieldView && JSON.stringify({ fieldView })
      return (await call('POST', '/register/v2/query', { id_register: 7, filterSchema, page_size: 1 })).body.items[0]
    }
    expect(Object.keys(await rowWith()).filter((key) => /^field:\d/.test(key))).toEqual([])
    expect(await rowWith([shown(9801, 12), { id_field: 9802 }])).toMatchObject({
      'field:9801': { display_value: expect.stringMatching(/Mirante/) },
    })
    expect(await rowWith([shown(9801, 12), { id_field: 9802 }])).not.toHaveProperty('field:9802')
  })

  it('finds text without accents by either engine', async () => {
    const first = await call('GET', '/register?id_register=7&withAnswers=true&likeSearch=informatica ltda')
    const second = await call('POST', '/register/v2/query', {
      id_register: 7,
      filterSchema: JSON.stringify({ searchText: 'informatica ltda' }),
    })
    expect(first.body.form_answers).toHaveLength(second.body.items.length)
    expect(second.body.items.length).toBeGreaterThan(0)
  })

  it('says the same of what is missing and of what may not be seen', async () => {
    expect(await call('GET', '/field/by-register?register_id=99')).toMatchObject({
      status: 404,
      body: { message: expect.stringMatching(/ou você não possuí acesso/) },
    })
    expect((await call('GET', '/register/v2/query-single?id_register=7&id_form_answer=1')).status).toBe(404)
  })

  it('refuses parameters and cursors it does not know', async () => {
    expect((await call('GET', '/register?id_register=7&page=2')).status).toBe(400)
    expect((await call('POST', '/register/v2/query', { id_register: 7, cursor: 'x' })).body.message).toBe('Cursor inválido ou expirado')
  })
})

describe('a new record', () => {
  const create = (values: unknown, rest: object = { register_id: 7 }) =>
    call('POST', '/form/new-answer', { id_form: 12, origin: 'https://app.cange.me', values, ...rest })

  it('is kept, and told by its id', async () => {
    const { status, body } = await create({
      [hashOf(9801)]: 'Novo',
      [hashOf(9811)]: '2',
      [hashOf(9814)]: ['1', '3'],
      [hashOf(9813)]: '2020-01-01T03:00:00.000Z',
    })
    expect(status).toBe(200)
    const { item } = (await call('GET', `/register/v2/query-single?id_register=7&id_form_answer=${body.id_form_answer}`)).body
    expect(item).toMatchObject({
      'field:9801': { display_value: 'Novo' },
      'field:9811': { display_value: 'Mercearia', value: '2' },
      'field:9814': { mv_display_value: 'WhatsApp, Feira' },
    })
  })

  it('is refused without its register at the root, and without its required fields', async () => {
    const without = await create({ [hashOf(9801)]: 'Novo' }, { register: { register_id: 7 } })
    expect(without.status).toBe(400)
    expect((await create({ [hashOf(9801)]: 'Novo' }, {})).body.message).toMatch(/referência do formulário/)
    // The other required one is hidden.
    expect((await create({})).body.message).toMatch(/: Razão social$/)
  })

  it('is refused with values of another type or another form', async () => {
    for (const [id, value] of [
      [9801, 1],
      [9802, '123'],
      [9803, 'x'],
      [9811, 'Mercearia'],
      [9812, 'sim'],
      [9813, '2020-01-01'],
      [9814, '1'],
      [9817, '10,00'],
    ] as const)
      expect((await create({ [hashOf(9801)]: 'Novo', [hashOf(id)]: value })).status, String(id)).toBe(400)
    expect(await create({ [hashOf(9831)]: 'Novo' })).toMatchObject({ status: 422, body: { complement: { code: 'FIELD_FORM_MISMATCH' } } })
  })

  it('can be answered in other shapes, or without an id', async () => {
    const answers = []
    for (const createAnswer of ['form_answer', 'data', 'nowhere'] as const) {
      sandbox.set({ traps: { createAnswer } })
      answers.push((await create({ [hashOf(9801)]: 'Novo' })).body)
    }
    expect(answers).toEqual([
      { form_answer: { id_form_answer: 100_000 } },
      { data: { id_form_answer: 100_001 } },
      { message: expect.stringMatching(/sucesso/) },
    ])
  })

  it('is changed in what is sent, and cleared by null', async () => {
    const { body } = await create({ [hashOf(9801)]: 'Novo', [hashOf(9806)]: 'Rua A' })
    const at = { id_form: 12, register_id: 7, form_answer_id: body.id_form_answer }
    expect((await call('PUT', '/form/answer', { ...at, values: { [hashOf(9806)]: null } })).status).toBe(200)
    const { item } = (await call('GET', `/register/v2/query-single?id_register=7&id_form_answer=${body.id_form_answer}`)).body
    expect(item).toMatchObject({ 'field:9801': { display_value: 'Novo' }, 'field:9806': null })
    expect((await call('PUT', '/form/answer', { ...at, form_answer_id: 1, values: {} })).status).toBe(404)
  })
})

describe('a flow', () => {
  const active = (flowId: number) =>
    [...sandbox.data.flows.get(flowId)!.cards.values()].filter(({ archived }) => !archived).map(({ id }) => id)

  it('that is large pages over a list kept for three minutes', async () => {
    const path = '/card/by-flow/?flow_id=3&isArchived=false&limit=200'
    const first = (await call('GET', path)).body
    expect(first).toMatchObject({ mode: 'largeData', totalIds: active(3).length, offset: 200 })
    const next = `${path}&cursorKey=${first.cursorKey}&offset=200`
    now += 179_999
    const second = (await call('GET', next)).body
    expect([...first.ids, ...second.ids]).toEqual(active(3))
    now += 1
    expect(await call('GET', next)).toMatchObject({ status: 400, body: { message: 'Cursor inválido ou expirado' } })
  })

  it('gives no key where the list cannot be kept', async () => {
    sandbox.set({ traps: { cursorStoreDown: true } })
    expect((await call('GET', '/card/by-flow/?flow_id=3&isArchived=false')).body).toMatchObject({ cursorKey: null, pageSize: 150 })
  })

  it('that is small comes whole', async () => {
    expect((await call('GET', '/card/by-flow?flow_id=4&isArchived=false')).body.map(({ id_card }: Json) => id_card)).toEqual(active(4))
  })

  it('gives titles by the second engine only where they are asked for', async () => {
    const query = async (flags?: object) =>
      (await call('POST', '/flow/v2/query', { flow_id: 4, page_size: 1, fields: [shown(9894, 14)], flags })).body.items[0]
    expect((await query()).card.title).toBe('(Sem título)')
    const item = await query({ ensure_card_title: true })
    expect(item.card.title).toMatch(/^Parcela/)
    expect(item.fields['field:9894']).toMatchObject({ valueNumber: expect.any(Number), valueString: expect.stringMatching(/^R\$/) })
  })

  it('takes a card on its first step', async () => {
    const { body } = await call('POST', '/form/new-answer', {
      id_form: 9,
      flow_id: 3,
      origin: 'x',
      values: { [hashOf(9861)]: 'P-1', [hashOf(9862)]: [6500] },
    })
    expect(body).toEqual({ id_card: 100_000, flow_id: 3, flow_step_id: 485 })
    const card = (await call('GET', '/card/?id_card=100000&flow_id=3')).body
    expect(card).toMatchObject({ title: 'P-1', flow_step_id: 485, archived: 'N' })
    expect(card.form_answers[0].form_answer_fields[1]).toMatchObject({ value: '6500', valueString: expect.stringMatching(/Mirante/) })
  })

  it('takes changes of the first form and of the step a card stands on', async () => {
    const change = (card_id: number, id_form: number, values: object) =>
      call('PUT', '/form/answer', { id_form, flow_id: 3, card_id, values })
    const cards = [...sandbox.data.flows.get(3)!.cards.values()]
    const billed = cards.find(({ step }) => step === 486)!.id
    const offered = cards.find(({ step }) => step === 485)!.id
    expect((await change(billed, 9, { [hashOf(9863)]: 12.5 })).status).toBe(200)
    expect((await change(billed, 21, { [hashOf(9866)]: '123' })).status).toBe(200)
    expect(await change(offered, 21, { [hashOf(9866)]: '123' })).toMatchObject({
      status: 422,
      body: { complement: { code: 'STEP_FORM_NOT_CURRENT' } },
    })
    expect((await change(1, 9, {})).body.complement.code).toBe('CARD_NOT_FOUND')
  })

  it('says what it is made of', async () => {
    const { body } = await call('GET', '/flow?id_flow=4')
    expect(body).toMatchObject({ form_init_id: 14, use_flow_query_v2: 'S', flow_steps: [{ id_step: 501 }, { id_step: 502 }] })
    expect((await call('GET', '/field/by-flow?flow_id=3')).body.map(({ form_id }: Json) => form_id)).toContain(21)
    expect((await call('GET', '/flow/my-flows')).body).toHaveLength(2)
  })
})
