import type { CustomField } from '../../contract/fields.ts'
import type { Context } from '../../kernel/adapter.ts'
import type { VendorRequest } from '../../kernel/call.ts'
import { money, quantity } from '../../kernel/decimals.ts'
import { boolean, id, isEmpty, type Note, part, words } from '../../kernel/wire.ts'
import type { Body } from './body.ts'
import type { Venda } from './wire.ts'

// Members of eGestor that have none of ours: they are read and written as custom fields, under their own names.

type FieldType = 'text' | 'number' | 'money' | 'checkbox' | 'code' | 'object'

export const CONTATO_FIELDS = {
  inscricaoEstadualST: 'text',
  cpfCnpjEntrega: 'text',
  pontoRefEntrega: 'text',
  inscEstadualEntrega: 'text',
  fonesEntrega: 'text',
  emailsEntrega: 'text',
} as const

export const PRODUTO_FIELDS = { margemLucro: 'number', anotacoesNFE: 'text' } as const

export const SERVICO_FIELDS = { codTributacaoMun: 'text' } as const

/** Read only. */
export const VENDA_FIELDS = {
  valorFinanc: 'money',
  numParcelas: 'number',
  valorDespesasAcessorias: 'money',
  clienteFinal: 'checkbox',
  publicURL: 'text',
  despesas: 'object',
} as const

/** The free fields of a sale, members of its `customizado`; the account names them (seed). */
export const CAMPOS = { xCampo1: 'text', xCampo2: 'text', xCampo3: 'text', xCampo4: 'text' } as const

/** Where the account names them. */
export const CUSTOM_FIELDS: VendorRequest = { method: 'GET', path: '/v1/config/vendas/customizado' }

/** Whether each free field that a sale fills has a name. */
export function isLabelled(venda: Venda, labels: unknown): boolean {
  const unnoted: Note = () => {}
  const values = part(venda.customizado, unnoted, 'customFields')
  const names = part(labels, unnoted, 'customFields')
  return Object.keys(CAMPOS).every((campo) => isEmpty(values[campo]) || !isEmpty(names[campo]))
}

/** Read only. */
export const RECEBIMENTO_FIELDS = { taxa: 'money', codBoleto: 'code', codRecibo: 'code' } as const

function fieldValue(type: FieldType, value: unknown, note: Note): unknown {
  switch (type) {
    case 'text':
      return words(value, note, 'customFields')
    case 'number':
      return quantity(value, note, 'customFields')
    case 'money':
      return money(value, note, 'customFields')
    case 'checkbox':
      return boolean(value, note, 'customFields')
    case 'code':
      return id(value, note, 'customFields')
    case 'object':
      return value
  }
}

export function readFields(row: object, fields: Readonly<Record<string, FieldType>>, note: Note): CustomField[] {
  const found: CustomField[] = []
  for (const name in fields) {
    const given = (row as Record<string, unknown>)[name]
    if (isEmpty(given)) continue
    const type = fields[name]!
    const value = fieldValue(type, given, note)
    if (value !== null) found.push({ id: name, code: null, label: null, type, value })
  }
  return found
}

/** Puts custom fields back into the members they are; there is no room for others. */
export function setFields(
  body: Body,
  given: CustomField[] | undefined,
  fields: Readonly<Record<string, 'text' | 'number'>>,
  context: Context,
) {
  const note: Note = (field, reason) => context.warn(null, field, reason)
  for (const { id: name, value } of given ?? []) {
    if (name === null || !Object.hasOwn(fields, name)) context.warn(null, 'customFields', 'eGestor has no such field')
    else if (fields[name] === 'text') body[name] = value ?? ''
    else {
      const number = isEmpty(value) ? '0' : quantity(value, note, 'customFields')
      if (number !== null) body[name] = Number(number)
    }
  }
}
