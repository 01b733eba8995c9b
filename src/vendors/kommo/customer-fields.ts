import type { Context } from '../../kernel/adapter.ts'
import { byCode, byName, byRef, byType, type Selector } from './fields.ts'
import { settingsOf } from './settings.ts'

export const CUSTOMER_TEXTS = ['tradeName', 'contactName', 'stateRegistration', 'municipalRegistration', 'segment', 'notes'] as const

/** Which fields of a contact or a company are members of ours. */
export type CustomerSelectors = Readonly<
  Record<'email' | 'phone' | 'taxId' | 'address' | 'birthday' | (typeof CUSTOMER_TEXTS)[number], readonly Selector[]>
>

/** "CPF", "CNPJ", "CPF/CNPJ", "cpf_cnpj", "CNPJ ou CPF". */
const TAX_ID = /^(?:cpf|cnpj)(?:[^a-z]*(?:ou|e)?[^a-z]*(?:cpf|cnpj))?$/i

const USUAL: CustomerSelectors = {
  email: [byCode('EMAIL')],
  phone: [byCode('PHONE')],
  taxId: [byType('legal_entity', 'vat_id'), byName(TAX_ID)],
  address: [byType('smart_address')],
  birthday: [byType('birthday')],
  tradeName: [],
  contactName: [],
  stateRegistration: [],
  municipalRegistration: [],
  segment: [],
  notes: [],
}

/** Paths into a value that is an object, where the settings name none. */
const PATHS: Readonly<Record<string, string>> = { taxId: 'vat_id', address: 'address', tradeName: 'name', contactName: 'director' }

export function customerSelectors(context: Context): CustomerSelectors {
  const { fields } = settingsOf(context, 'customers')
  if (fields === undefined) return USUAL
  const mapped = Object.entries(fields).map(([member, ref]) => [
    member,
    (Array.isArray(ref) ? ref : [ref]).map((each) => byRef(each, PATHS[member])),
  ])
  return { ...USUAL, ...Object.fromEntries(mapped) }
}
