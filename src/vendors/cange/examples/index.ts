import type { Resource } from '../../../contract/operations.ts'
import type { Field, Reading } from '../fields.ts'
import { MEMBERS, type Shape } from '../members.ts'
import type { Source } from '../settings.ts'
import type { CampoRespondido, Cartao, Resposta } from '../wire.ts'
import * as cadastros from './cadastros.ts'
import * as fluxos from './fluxos.ts'

// An account that maps every member there is, but for the status, which the steps of its flows tell: what a read can fill is derived from
// it. A connection fills what it maps.

/** What a field holds: what is stored, and what the screen shows where that is something else. */
export type Content = Readonly<Record<string, string | readonly [value: string, shown: string]>>

const TYPES: Partial<Record<Shape['kind'], string>> = {
  money: 'CURRENCY_FIELD',
  quantity: 'NUMBER_FIELD',
  integer: 'NUMBER_FIELD',
  day: 'DATE_PICKER_FIELD',
  boolean: 'SWITCH_FIELD',
  emails: 'EMAIL_FIELD',
  phones: 'PHONE_FIELD',
  taxId: 'DOC_FIELD',
  status: 'COMBO_BOX_FIELD',
  id: 'COMBO_BOX_FIELD',
  reference: 'COMBO_BOX_REGISTER_FIELD',
}

/** One that is mapped to nothing. */
const UNMAPPED = 'Código no sistema antigo'

const FIRST_FIELD = 9801

const hashOf = (index: number) => (index + 1).toString(16).padStart(2, '0').repeat(20)

function fieldsOf(resource: Resource): Field[] {
  const members = Object.entries(MEMBERS[resource])
  return [...members, [UNMAPPED, { kind: 'words' }] as const].map(([title, { kind }], index) => ({
    id: String(FIRST_FIELD + index),
    hash: hashOf(index),
    title,
    type: TYPES[kind] ?? 'TEXT_SHORT_FIELD',
    formId: '500',
    isRequired: false,
    options: [],
    target: null,
  }))
}

function answered(fields: readonly Field[], content: Content): CampoRespondido[] {
  return fields.flatMap(({ id, title }) => {
    const held = title === UNMAPPED ? 'A-0042' : content[title!]
    if (held === undefined) return []
    const [value, valueString] = typeof held === 'string' ? [held, held] : held
    return [{ field_id: Number(id), value, valueString, deleted: null }]
  })
}

function reading(resource: Resource, source: Source, fields: readonly Field[]): Reading {
  return {
    resource,
    source,
    fields: new Map(fields.map((field) => [field.id, field])),
    members: new Map(fields.filter(({ title }) => title !== UNMAPPED && title !== 'status').map((field) => [field.title!, field])),
    steps: new Map([['485', 'Faturamento']]),
  }
}

interface Examples {
  reading: Reading
  rows: readonly object[]
}

/** A register, as its first engine gives it. */
function register(resource: Resource, contents: readonly Content[]): Examples {
  const fields = fieldsOf(resource)
  const rows = contents.map(
    (content, index): Resposta => ({
      id_form_answer: 6507 + index,
      title: 'Registro de exemplo',
      deleted: null,
      dt_created: '2026-03-12T12:41:07.000Z',
      form_answer_fields: answered(fields, content),
    }),
  )
  return { reading: reading(resource, { source: 'register', registerId: 183, formId: 500, fields: {} }, fields), rows }
}

/** A flow, as a card is given. */
function flow(resource: Resource, content: Content, status: string): Examples {
  const fields = fieldsOf(resource)
  const card: Cartao = {
    id_card: 1001,
    title: 'Cartão de exemplo',
    flow_id: 316,
    flow_step_id: 485,
    complete: 'N',
    archived: 'N',
    dt_due: '2026-06-10T03:00:00.000Z',
    dt_created: '2026-03-12T12:41:07.000Z',
    user: { id_user: 76, name: 'Camila Galvão' },
    form_answers: [{ id_form_answer: 1, deleted: 'N', form_answer_fields: answered(fields, content) }],
  }
  const source: Source = { source: 'flow', flowId: 316, formInitId: 500, fields: {}, statusByStep: { '485': status } }
  return { reading: reading(resource, source, fields), rows: [card] }
}

export const EXAMPLES: Readonly<Record<Resource, Examples>> = {
  customers: register('customers', [cadastros.empresa, cadastros.pessoa]),
  products: register('products', [cadastros.produto]),
  sales: flow('sales', fluxos.venda, 'completed'),
  receivables: flow('receivables', fluxos.titulo, 'open'),
}
