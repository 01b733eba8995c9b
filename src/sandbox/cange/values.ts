import { type Account, type Field, fieldsOfForm, type Stored, titleOf, type Values } from './account.ts'
import { Refusal } from './refusal.ts'

// How values are taken, kept and shown, by the type of their field (C2).

const amount = new Intl.NumberFormat('pt-BR', { style: 'currency', currency: 'BRL' })

/** Vendor screens show moments in this zone. */
const shownDate = new Intl.DateTimeFormat('pt-BR', { timeZone: 'America/Sao_Paulo', dateStyle: 'short' })

function shown(account: Account, field: Field, value: string): string {
  switch (field.type) {
    case 'CURRENCY_FIELD':
      return Number.isNaN(Number(value)) ? `R$ ${value}` : amount.format(Number(value))
    case 'DATE_PICKER_FIELD':
      return shownDate.format(Date.parse(value))
    case 'SWITCH_FIELD':
      return value === 'true' ? 'Sim' : 'Não'
    case 'COMBO_BOX_FIELD':
    case 'RADIO_BOX_FIELD':
    case 'CHECK_BOX_FIELD':
      return field.options?.find((option) => option.value === value)?.label ?? value
    case 'COMBO_BOX_REGISTER_FIELD': {
      const register = account.registers.get(field.register_id ?? 0)
      return register ? titleOf(account, register.form_id, register.entries.get(Number(value))?.values) : value
    }
    case 'COMBO_BOX_FLOW_FIELD': {
      const flow = account.flows.get(field.flow_id ?? 0)
      return flow ? titleOf(account, flow.form_init_id, flow.cards.get(Number(value))?.forms.get(flow.form_init_id)) : value
    }
    default:
      return value
  }
}

export const stored = (account: Account, field: Field, value: string): Stored => ({ value, shown: shown(account, field, value) })

const isText = (value: unknown) => typeof value === 'string'
const isNumber = (value: unknown) => typeof value === 'number' && Number.isFinite(value)
const isMoment = (value: unknown) => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value) && !Number.isNaN(Date.parse(value))
const isDocument = (value: unknown) => typeof value === 'string' && /^(\d{11}|[0-9A-Z]{12}\d{2})$/.test(value.replace(/[./-]/g, ''))
const isEmail = (value: unknown) => typeof value === 'string' && /^[^@\s,;]+@[^@\s,;]+$/.test(value)

const CHECKS: Record<string, (value: unknown) => boolean> = {
  TEXT_SHORT_FIELD: isText,
  TEXT_LONG_FIELD: isText,
  PHONE_FIELD: isText,
  EMAIL_FIELD: isEmail,
  DOC_FIELD: isDocument,
  DATE_PICKER_FIELD: isMoment,
  NUMBER_FIELD: isNumber,
  CURRENCY_FIELD: isNumber,
  SWITCH_FIELD: (value) => typeof value === 'boolean',
}

function items(account: Account, field: Field, value: unknown): unknown[] {
  const wrong = new Refusal(400, `Valor inválido para o campo ${field.title}`)
  const options = field.options?.map((option) => option.value)
  if (field.type === 'COMBO_BOX_FIELD' || field.type === 'RADIO_BOX_FIELD') {
    if (!options?.includes(value as string)) throw wrong
    return [value]
  }
  if (field.type === 'CHECK_BOX_FIELD') {
    if (!Array.isArray(value) || !value.every((one) => options?.includes(one))) throw wrong
    return value
  }
  if (field.type === 'COMBO_BOX_REGISTER_FIELD' || field.type === 'COMBO_BOX_FLOW_FIELD') {
    const known = account.registers.get(field.register_id ?? 0)?.entries ?? account.flows.get(field.flow_id ?? 0)?.cards
    if (!Array.isArray(value) || !value.every((one) => isNumber(one) && known?.has(one as number))) throw wrong
    return value
  }
  if (!CHECKS[field.type]?.(value)) throw wrong
  return [value]
}

/** Sets what is sent, and leaves the rest as it is (assumed). Null, empty text and an empty list clear (assumed). */
export function setValues(account: Account, formId: number, sent: unknown, values: Values): void {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) throw new Refusal(400, 'Parâmetros inválidos: values')
  const byHash = new Map(fieldsOfForm(account, formId).map((field) => [field.name, field]))
  const changes: [Field, unknown[]][] = []
  for (const [hash, value] of Object.entries(sent)) {
    const field = byHash.get(hash)
    if (!field) throw new Refusal(422, 'O campo não pertence ao formulário', 'FIELD_FORM_MISMATCH')
    const isBlank = value === null || value === '' || (Array.isArray(value) && value.length === 0)
    changes.push([field, isBlank ? [] : items(account, field, value)])
  }
  for (const [field, list] of changes) {
    if (list.length === 0) values.delete(field.id_field)
    else
      values.set(
        field.id_field,
        list.map((one) => stored(account, field, String(one))),
      )
  }
}

/** A new record has every required field that the form shows (C3). */
export function assertRequired(account: Account, formId: number, values: Values): void {
  const missing = fieldsOfForm(account, formId).filter(
    ({ required, show_on_form, id_field }) => required && show_on_form !== 'S' && !values.has(id_field),
  )
  if (missing.length > 0) throw new Refusal(400, `Campos obrigatórios não preenchidos: ${missing.map(({ title }) => title).join(', ')}`)
}

/** As the first engine gives them: one row for each value. */
export function answerFields(account: Account, values: Values, withField: boolean): unknown[] {
  return [...values].flatMap(([id, list]) => {
    const field = account.fields.find(({ id_field }) => id_field === id)!
    return list.map(({ value, shown: valueString }, index) => ({
      field_id: id,
      value,
      valueString,
      deleted: null,
      index,
      ...(withField && { field: { id_field: id, name: field.name, title: field.title, type: field.type } }),
    }))
  })
}
