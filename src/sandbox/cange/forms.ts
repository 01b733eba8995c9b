import type { Card, Flow, Register } from './account.ts'
import { bodyOf, type Call, type Endpoints } from './endpoint.ts'
import { openForms } from './flows.ts'
import { noAccess, Refusal } from './refusal.ts'
import { assertRequired, setValues } from './values.ts'

/** The register or flow must be named at the root, and have this form (C3). */
function target({ account }: Call, body: Record<string, unknown>): Register | Flow {
  const register = account.registers.get(Number(body.register_id))
  if (register && register.form_id === Number(body.id_form)) return register
  const flow = account.flows.get(Number(body.flow_id))
  if (flow && (flow.form_init_id === Number(body.id_form) || body.card_id !== undefined)) return flow
  throw new Refusal(404, 'Parâmetros inválidos, não foi possível encontrar a referência do formulário!')
}

function answered(id: number, { createAnswer }: Call['traps']): unknown {
  const told = { id_form_answer: id }
  if (createAnswer === 'root') return told
  if (createAnswer === 'nowhere') return { message: 'Registro criado com sucesso!' }
  return createAnswer === 'data' ? { data: told } : { form_answer: told }
}

function create(call: Call): unknown {
  const body = bodyOf(call.body, ['id_form', 'register_id', 'flow_id', 'origin', 'values'])
  if (typeof body.origin !== 'string' || body.origin === '') throw new Refusal(400, 'Parâmetros inválidos: origin')
  const { account } = call
  const place = target(call, body)
  const formId = Number(body.id_form)
  const values = new Map()
  setValues(account, formId, body.values, values)
  assertRequired(account, formId, values)
  const id = account.nextId++
  const created = new Date(call.now).toISOString()
  if ('entries' in place) {
    place.entries.set(id, { id, values, deleted: false, created })
    return answered(id, call.traps)
  }
  const step = place.steps[0]!.id_step
  const card: Card = { id, step, forms: new Map([[formId, values]]), archived: false, deleted: false, complete: false, due: null, created }
  place.cards.set(id, card)
  return { id_card: id, flow_id: place.id_flow, flow_step_id: step }
}

function update(call: Call): unknown {
  const body = bodyOf(call.body, ['id_form', 'register_id', 'form_answer_id', 'flow_id', 'card_id', 'values'])
  const { account } = call
  const place = target(call, body)
  const formId = Number(body.id_form)
  if ('entries' in place) {
    const entry = place.entries.get(Number(body.form_answer_id))
    if (!entry || entry.deleted) throw new Refusal(404, 'Não foi possível encontrar o registro que você deseja alterar')
    setValues(account, formId, body.values, entry.values)
    return { id_form_answer: entry.id }
  }
  const card = place.cards.get(Number(body.card_id))
  if (!card || card.deleted) throw noAccess('cartão')
  if (!openForms(place, card).includes(formId)) throw new Refusal(422, 'O formulário não é o da etapa atual', 'STEP_FORM_NOT_CURRENT')
  const values = card.forms.get(formId) ?? new Map()
  setValues(account, formId, body.values, values)
  card.forms.set(formId, values)
  return { id_card: card.id }
}

export const forms: Endpoints = { 'POST /form/new-answer': create, 'PUT /form/answer': update }
