import { type Account, type Entry, fieldsOfForm, live, type Register, titleOf, type Values } from './account.ts'
import { bodyOf, type Call, contains, type Endpoints, only, pageAfter, type Traps, viewOf } from './endpoint.ts'
import { noAccess, Refusal } from './refusal.ts'
import { answerFields } from './values.ts'

function find({ account }: Call, id: unknown): Register {
  const register = account.registers.get(Number(id))
  if (!register) throw noAccess('cadastro')
  return register
}

const textsOf = (values: Values) => [...values.values()].flatMap((list) => list.map(({ shown }) => shown))

function firstRow(account: Account, register: Register, entry: Entry): unknown {
  return {
    id_form_answer: entry.id,
    title: titleOf(account, register.form_id, entry.values),
    deleted: entry.deleted ? 'S' : null,
    dt_created: entry.created,
    form_id: register.form_id,
    form_answer_fields: answerFields(account, entry.values, true),
  }
}

function secondRow(account: Account, register: Register, entry: Entry, view: ReadonlySet<number>, traps: Traps): unknown {
  const row: Record<string, unknown> = {
    'form_answer.id_form_answer': entry.id,
    'form_answer.title': titleOf(account, register.form_id, entry.values),
    'form_answer.register_id': register.id_register,
    'field:-3': { display_value: String(entry.id) },
  }
  for (const { id_field } of fieldsOfForm(account, register.form_id)) {
    if (!view.has(id_field)) continue
    const items = (entry.values.get(id_field) ?? []).map(({ value, shown }) => ({
      display_value: shown,
      ...(!traps.storedValuesHidden && { value }),
    }))
    const several = { items, mv_count: items.length, mv_display_value: items.map(({ display_value }) => display_value).join(', ') }
    row[`field:${id_field}`] = items.length === 0 ? null : items.length === 1 ? items[0] : several
  }
  return row
}

function meta(register: Register) {
  return {
    id_register: register.id_register,
    hash: String(register.id_register).padStart(40, '0'),
    name: register.name,
    form_id: register.form_id,
  }
}

function list(call: Call): unknown {
  const query = only(call.query, ['id_register', 'withAnswers', 'likeSearch'])
  const register = find(call, query.id_register)
  if (query.withAnswers !== 'true') return meta(register)
  const wanted = query.likeSearch
  const entries = [...register.entries.values()].filter(({ values }) => wanted === undefined || contains(textsOf(values), wanted))
  return { ...meta(register), form_answers: entries.map((entry) => firstRow(call.account, register, entry)) }
}

function parsed(filterSchema: unknown): { fieldView?: unknown; searchText?: unknown } {
  if (filterSchema === undefined) return {}
  try {
    return JSON.parse(String(filterSchema))
  } catch {
    throw new Refusal(400, 'Parâmetros inválidos: filterSchema')
  }
}

function query(call: Call): unknown {
  const body = bodyOf(call.body, ['id_register', 'filterSchema', 'page_size', 'cursor'])
  const register = find(call, body.id_register)
  const { fieldView, searchText } = parsed(body.filterSchema)
  const rows = live(register).filter(({ values }) => searchText === undefined || contains(textsOf(values), String(searchText)))
  const { page, ...rest } = pageAfter(rows, body.cursor, body.page_size, 200)
  const view = viewOf(fieldView)
  return { items: page.map((entry) => secondRow(call.account, register, entry, view, call.traps)), ...rest }
}

function single(call: Call): unknown {
  const { id_register, id_form_answer } = only(call.query, ['id_register', 'id_form_answer'])
  const register = find(call, id_register)
  const entry = register.entries.get(Number(id_form_answer))
  if (!entry || entry.deleted) throw new Refusal(404, '[V2 Query-Single] Registro não encontrado')
  const all = new Set(fieldsOfForm(call.account, register.form_id).map(({ id_field }) => id_field))
  return { item: secondRow(call.account, register, entry, all, call.traps) }
}

export const registers: Endpoints = {
  'GET /register': list,
  'GET /register/my-registers': ({ account }) => [...account.registers.values()].map(meta),
  'GET /register/v2/query-engine-status': (call) => {
    const { id_register, engine } = find(call, only(call.query, ['id_register']).id_register)
    return { id_register, use_query_v2: engine === 'v2' ? 'S' : 'N', isLargeData: 'N' }
  },
  'POST /register/v2/query': query,
  'GET /register/v2/query-single': single,
  'GET /field/by-register': (call) => {
    const { register_id } = only(call.query, ['register_id', 'typeFilter', 'withChildren'])
    return fieldsOfForm(call.account, find(call, register_id).form_id)
  },
}
