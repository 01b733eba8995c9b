import type { Email, Phone } from '../../contract/fields.ts'
import type { Receivable } from '../../contract/receivable.ts'

// Our words and Kommo's for them. Those of the seed that a translator made are read, and never written.

/** The codes of phones and e-mails that each label is written as (seed). */
export const LABEL_CODES: Readonly<Record<string, string>> = {
  work: 'WORK',
  mobile: 'MOB',
  fax: 'FAX',
  home: 'HOME',
  personal: 'PRIV',
  other: 'OTHER',
}

/** The codes read: WORKDD is a direct line at work, INÍCIO the translated HOME of the seed's sample. */
export const LABELS: Readonly<Record<string, Email['label'] | Phone['label']>> = {
  WORK: 'work',
  WORKDD: 'work',
  MOB: 'mobile',
  FAX: 'fax',
  HOME: 'home',
  INÍCIO: 'home',
  PRIV: 'personal',
  OTHER: 'other',
}

export type AddressPart = 'address_line_1' | 'address_line_2' | 'city' | 'state' | 'zip' | 'country'

/** Parts of an address by code or by number (seed), and by the codes that the seed's sample translates. */
export const ADDRESS_PARTS: Readonly<Record<string, AddressPart>> = {
  '1': 'address_line_1',
  '2': 'address_line_2',
  '3': 'city',
  '4': 'state',
  '5': 'zip',
  '6': 'country',
  address_line_1: 'address_line_1',
  address_line_2: 'address_line_2',
  city: 'city',
  state: 'state',
  zip: 'zip',
  country: 'country',
  cidade: 'city',
  equipe: 'state',
  país: 'country',
}

/** Kinds of entities that the seed's samples translate. */
export const ENTITY_TYPES: Readonly<Record<string, string>> = {
  contactos: 'contacts',
  empresas: 'companies',
  elementos_do_catalogo: 'catalog_elements',
}

/** 1 private, 2 legal (seed). */
export const LEGAL_ENTITY_KINDS = { '1': 'person', '2': 'company' } as const
export const KIND_CODES = { person: 1, company: 2 } as const

/** The same in every pipeline (KPT); all others are the account's own. */
export const WON = 142
export const LOST = 143

/** Codes of BILL_STATUS (PHP). */
export const BILL_STATUSES: Readonly<Record<string, Receivable['status']>> = {
  created: 'open',
  partially_paid: 'partially_paid',
  paid: 'paid',
  paid_in_advance: 'paid',
}

/** States by name: Kommo keeps them as text, and its sample has the whole name (seed). */
export const STATES: Readonly<Record<string, string>> = {
  acre: 'AC',
  alagoas: 'AL',
  amapá: 'AP',
  amazonas: 'AM',
  bahia: 'BA',
  ceará: 'CE',
  'distrito federal': 'DF',
  'espírito santo': 'ES',
  goiás: 'GO',
  maranhão: 'MA',
  'mato grosso': 'MT',
  'mato grosso do sul': 'MS',
  'minas gerais': 'MG',
  pará: 'PA',
  paraíba: 'PB',
  paraná: 'PR',
  pernambuco: 'PE',
  piauí: 'PI',
  'rio de janeiro': 'RJ',
  'rio grande do norte': 'RN',
  'rio grande do sul': 'RS',
  rondônia: 'RO',
  roraima: 'RR',
  'santa catarina': 'SC',
  'são paulo': 'SP',
  sergipe: 'SE',
  tocantins: 'TO',
}
