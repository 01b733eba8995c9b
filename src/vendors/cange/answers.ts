import { id, isEmpty, type Note, object, ownId, part, rows, text } from '../../kernel/wire.ts'
import type { CampoRespondido, Cartao, LinhaDeFluxo, Resposta, ValorProjetado } from './wire.ts'

// The four shapes in which a record comes, as one: what each field holds, by its id.

/** One value of a field: what is stored, what the screen shows, and the number where one is sent as such. */
export interface Entry {
  value: unknown
  display: unknown
  number?: unknown
}

export interface Given {
  entries: readonly Entry[]
  /** As it came. */
  raw: unknown
  /** Its definition, where the row carries one. */
  field?: unknown
}

export interface Answer {
  vendorId: string
  title: unknown
  createdAt: unknown
  values: ReadonlyMap<string, Given>
  card: Cartao | null
}

type Values = Map<string, Given>

const isDeleted = ({ deleted }: { deleted?: unknown }) => deleted === 'S'

function respondidos(list: unknown, values: Values, note: Note): void {
  const found = new Map<string, CampoRespondido[]>()
  for (const row of rows(list, note, 'customFields', 5000)) {
    const respondido = part(row, note, 'customFields') as CampoRespondido
    if (isDeleted(respondido) || (isEmpty(respondido.value) && isEmpty(respondido.valueString))) continue
    const fieldId = id(respondido.field_id ?? part(respondido.field, note, 'customFields').id_field, note, 'customFields')
    if (fieldId === null) continue
    const same = found.get(fieldId)
    if (same) same.push(respondido)
    else found.set(fieldId, [respondido])
  }
  for (const [fieldId, same] of found) {
    if (same.length > 1) same.sort((one, other) => Number(one.index ?? 0) - Number(other.index ?? 0))
    values.set(fieldId, {
      entries: same.map(({ value, valueString }) => ({ value, display: valueString })),
      raw: same.length === 1 ? same[0]!.value : same.map(({ value }) => value),
      field: same[0]!.field,
    })
  }
}

const FIELD = 'field:'
/** Those with a minus sign are no fields of the form (C3). */
const FIELD_KEY = /^field:\d{1,15}$/

function entriesOf(given: unknown, note: Note): Entry[] {
  if (typeof given !== 'object' || given === null) return [{ value: given, display: undefined }]
  const valor = part(given, note, 'customFields') as ValorProjetado
  if (Array.isArray(valor.items)) return valor.items.flatMap((item) => (isEmpty(item) ? [] : entriesOf(item, note)))
  // assumed: several are joined so, as the toolkit splits them; their ids are not sent.
  if (Number(valor.mvCount) > 1 && typeof valor.mvDisplayValue === 'string')
    return valor.mvDisplayValue.split(', ').map((display) => ({ value: undefined, display }))
  const display = valor.display_value ?? valor.related_title ?? valor.valueString
  const entry: Entry = { value: valor.value, display }
  if (typeof valor.valueNumber === 'number') entry.number = valor.valueNumber
  return isEmpty(entry.value) && isEmpty(display) && entry.number === undefined ? [] : [entry]
}

function projetados(row: object, values: Values, note: Note): void {
  for (const key in row) {
    if (!FIELD_KEY.test(key)) continue
    const given = (row as Record<string, unknown>)[key]
    if (isEmpty(given)) continue
    const entries = entriesOf(given, note)
    if (entries.length > 0) values.set(key.slice(FIELD.length), { entries, raw: given })
  }
}

/** Forms answered twice are kept twice: the later one counts (C3). */
const byDate = (one: Resposta, other: Resposta) => String(one.dt_created ?? '').localeCompare(String(other.dt_created ?? ''))

function fromCard(card: Cartao, fields: unknown, note: Note): Answer {
  const values: Values = new Map()
  const respostas = rows(card.form_answers, note, 'customFields', 1000).map((row) => part(row, note, 'customFields') as Resposta)
  for (const resposta of respostas.filter((one) => !isDeleted(one)).sort(byDate)) respondidos(resposta.form_answer_fields, values, note)
  projetados(part(fields, note, 'customFields'), values, note)
  return { vendorId: ownId(card.id_card, 'vendorId'), title: card.title, createdAt: card.dt_created, values, card }
}

const META = 'form_answer.'

/** A row of either engine, of a register or a flow; null where it was deleted. */
export function toAnswer(row: unknown, noteOf: (vendorId: string) => Note): Answer | null {
  const given = object(row)
  if ('card' in given || 'id_card' in given) {
    const linha = given as LinhaDeFluxo
    const card = object<Cartao>('card' in given ? linha.card : given)
    return isDeleted(card) ? null : fromCard(card, 'card' in given ? linha.fields : undefined, noteOf(ownId(card.id_card, 'vendorId')))
  }
  const values: Values = new Map()
  if (`${META}id_form_answer` in given) {
    if (given[`${META}deleted`] === 'S') return null
    const vendorId = ownId(given[`${META}id_form_answer`], 'vendorId')
    projetados(given, values, noteOf(vendorId))
    return { vendorId, title: given[`${META}title`], createdAt: given[`${META}dt_created`], values, card: null }
  }
  const resposta = given as Resposta
  if (isDeleted(resposta)) return null
  const vendorId = ownId(resposta.id_form_answer, 'vendorId')
  respondidos(resposta.form_answer_fields, values, noteOf(vendorId))
  return { vendorId, title: resposta.title, createdAt: resposta.dt_created, values, card: null }
}

/** The id of a row that could not be read, for the warning. */
export function rowId(row: unknown): string | null {
  const given = (typeof row === 'object' && row !== null ? row : {}) as Record<string, unknown>
  const card = part(given.card, () => {}, 'card')
  return text(given[`${META}id_form_answer`] ?? given.id_form_answer ?? given.id_card ?? card.id_card, () => {}, 'vendorId')
}
