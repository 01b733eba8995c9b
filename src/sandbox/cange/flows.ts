import { type Account, activeCards, type Card, type Flow, fieldsOfFlow, formsOfFlow, titleOf, type Values } from './account.ts'
import { bodyOf, type Call, contains, type Endpoints, only, pageAfter, type Traps, viewOf } from './endpoint.ts'
import { noAccess, Refusal } from './refusal.ts'
import { answerFields } from './values.ts'

function find({ account }: Call, id: unknown): Flow {
  const flow = account.flows.get(Number(id))
  if (!flow) throw noAccess('fluxo')
  return flow
}

function cardOf(account: Account, flow: Flow, card: Card) {
  return {
    id_card: card.id,
    title: titleOf(account, flow.form_init_id, card.forms.get(flow.form_init_id)),
    flow_id: flow.id_flow,
    flow_step_id: card.step,
    complete: card.complete ? 'S' : 'N',
    archived: card.archived ? 'S' : 'N',
    dt_due: card.due,
    dt_created: card.created,
  }
}

/** With definitions of fields in a single read, without them in lists (C3). */
function wholeCard(account: Account, flow: Flow, card: Card, withField: boolean): unknown {
  const forms = [...card.forms].map(([form_id, values], index) => ({
    id_form_answer: card.id * 10 + index,
    form_id,
    deleted: 'N',
    dt_created: card.created,
    form_answer_fields: answerFields(account, values, withField),
  }))
  return { ...cardOf(account, flow, card), user: { id_user: 76, name: 'Camila Galvão' }, form_answers: forms }
}

const LARGE_PAGE = 150

function byFlow(call: Call): unknown {
  const { flow_id, isArchived, limit, cursorKey, offset } = only(call.query, ['flow_id', 'isArchived', 'limit', 'cursorKey', 'offset'])
  const { account, cursors, now, traps } = call
  const flow = find(call, flow_id)
  const all = isArchived === 'false' ? activeCards(flow) : [...flow.cards.values()]
  const cards = (ids: readonly number[]) => ids.map((id) => wholeCard(account, flow, flow.cards.get(id)!, false))
  if (!flow.isLargeData) return cards(all.map(({ id }) => id))
  const pageSize = limit === undefined ? LARGE_PAGE : Number(limit)
  const known = cursorKey === undefined ? undefined : cursors.lists.get(cursorKey)
  if (cursorKey !== undefined && (!known || known.until <= now)) throw new Refusal(400, 'Cursor inválido ou expirado')
  const key = cursorKey ?? `flow_cards:67:76:${flow.id_flow}:${cursors.lists.size + 1}`
  const ids = known?.ids ?? all.map(({ id }) => id)
  if (!known && !traps.cursorStoreDown) cursors.lists.set(key, { ids, until: now + cursors.lifeMs })
  const start = known ? Number(offset ?? 0) : 0
  const page = ids.slice(start, start + pageSize)
  return {
    mode: 'largeData',
    cursorKey: traps.cursorStoreDown ? null : key,
    totalIds: ids.length,
    pageSize,
    offset: start + page.length,
    ids: page,
    cards: cards(page),
  }
}

const merged = (card: Card): Values => new Map([...card.forms.values()].flatMap((values) => [...values]))

/** A value of a flow's row: stored, shown, and as a number where it is one. */
function projected(values: Values, view: ReadonlySet<number>, traps: Traps): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const [id, list] of values) {
    if (!view.has(id)) continue
    const [first] = list
    const number = Number(first!.value)
    fields[`field:${id}`] = {
      valueString: first!.shown,
      ...(!traps.storedValuesHidden && { value: first!.value }),
      ...(/^\d+(\.\d+)?$/.test(first!.value) && { valueNumber: number }),
      ...(list.length > 1 && { mvCount: list.length, mvDisplayValue: list.map(({ shown }) => shown).join(', ') }),
    }
  }
  return fields
}

function query(call: Call): unknown {
  const body = bodyOf(call.body, ['flow_id', 'fields', 'search', 'page_size', 'cursor', 'flags', 'flow_step_id'])
  const { account, traps } = call
  const flow = find(call, body.flow_id)
  const view = viewOf(body.fields)
  const wanted = body.search
  const texts = (card: Card) => [...merged(card).values()].flatMap((list) => list.map(({ shown }) => shown))
  const found = activeCards(flow).filter((card) => wanted === undefined || contains(texts(card), String(wanted)))
  const { page, ...rest } = pageAfter(found, body.cursor, body.page_size, 500)
  const isTitled = (body.flags as { ensure_card_title?: unknown } | undefined)?.ensure_card_title === true
  const items = page.map((card) => ({
    card: { ...cardOf(account, flow, card), user_id: 76, ...(!isTitled && { title: '(Sem título)' }) },
    fields: projected(merged(card), view, traps),
  }))
  return { items, ...rest }
}

function get(call: Call): unknown {
  const { id_card, flow_id } = only(call.query, ['id_card', 'flow_id'])
  const flow = find(call, flow_id)
  const card = flow.cards.get(Number(id_card))
  if (!card) throw noAccess('cartão')
  if (card.deleted) throw new Refusal(404, 'O cartão foi excluído', 'CARD_DELETED')
  return wholeCard(call.account, flow, card, true)
}

export const flows: Endpoints = {
  'GET /flow': (call) => {
    const { steps, engine, isLargeData, cards: _cards, ...flow } = find(call, only(call.query, ['id_flow']).id_flow)
    return { ...flow, flow_steps: steps, use_flow_query_v2: engine === 'v2' ? 'S' : 'N', isLargeData: isLargeData ? 'S' : 'N' }
  },
  'GET /flow/my-flows': ({ account }) =>
    [...account.flows.values()].map(({ id_flow, name, form_init_id }) => ({ id_flow, name, form_init_id })),
  // Off for all: a flow's own flag turns it on (C3).
  'GET /flow/v2/query-engine-status': () => ({ enabled: false }),
  'GET /field/by-flow': (call) => fieldsOfFlow(call.account, find(call, only(call.query, ['flow_id']).flow_id)),
  'GET /card/by-flow': byFlow,
  'GET /card': get,
  'POST /flow/v2/query': query,
}

/** Forms of a card that can be changed: the first and that of the step it stands on. */
export const openForms = (flow: Flow, card: Card) =>
  formsOfFlow(flow).filter((_form, index) => index === 0 || flow.steps[index - 1]?.id_step === card.step)
