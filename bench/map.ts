import { getMunicipalities } from '@brazilian-utils/brazilian-utils/get-municipalities'
import { getStates } from '@brazilian-utils/brazilian-utils/get-states'
import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import type { Contato, ContatoRow } from './contatos.ts'
import { CONNECTION, type NewCustomer } from './settings.ts'

// What somebody would write by hand who knows this account: the same `data` as the gateway's, trusting the vendor's types, checking nothing.

const text = (value: string | undefined) => value?.trim() || null

/** Area code and number as Brazilian businesses write them. Whatever looks different is the library's. */
const USUAL_PHONE = /^\(?([1-9][1-9])\)? ?(9\d{4}|[2-5]\d{3})-?(\d{4})$/

function phone(value: string): string {
  const usual = USUAL_PHONE.exec(value)
  if (usual) return `+55${usual[1]}${usual[2]}${usual[3]}`
  const parsed = parsePhoneNumberFromString(value, 'BR')
  return parsed?.isValid() ? parsed.number : value
}

const cityCodes = new Map<string, string>()

function cityCode(city: string | null, state: string | null): string | null {
  if (city === null || state === null) return null
  if (cityCodes.size === 0) {
    for (const { code: uf } of getStates()) for (const { code, name } of getMunicipalities(uf)) cityCodes.set(`${uf} ${name}`, code)
  }
  return cityCodes.get(`${state} ${city}`) ?? null
}

const saoPaulo = new Intl.DateTimeFormat('en', { timeZone: 'America/Sao_Paulo', timeZoneName: 'longOffset' })
const offsets = new Map<string, string>()

/** Brazil had summer time until February 2019. */
function offset(day: string): string {
  if (day >= '2019-02-18') return '-03:00'
  let known = offsets.get(day)
  if (known === undefined) {
    known = saoPaulo.format(new Date(`${day}T12:00:00Z`)).slice(-6)
    offsets.set(day, known)
  }
  return known
}

function instant(value: string): string | null {
  if (value === '' || value.startsWith('0000')) return null
  const day = value.slice(0, 10)
  return `${day}T${value.slice(11)}${offset(day)}`
}

const labelled = (values: readonly string[]) => values.map((value, index) => ({ value, label: index === 0 ? 'main' : 'other' }))

const INDICADORES_IE: Record<number, string> = { 0: 'non_taxpayer', 1: 'taxpayer', 2: 'exempt', 9: 'non_taxpayer' }
const TIPOS: Record<string, string> = { cliente: 'customer', fornecedor: 'supplier', transportadora: 'carrier' }
const CUSTOM_FIELDS = [
  'inscricaoEstadualST',
  'cpfCnpjEntrega',
  'pontoRefEntrega',
  'inscEstadualEntrega',
  'fonesEntrega',
  'emailsEntrega',
] as const

function customFields(contato: Partial<Contato>) {
  const found = []
  for (const id of CUSTOM_FIELDS) {
    const value = text(contato[id])
    if (value !== null) found.push({ id, code: null, label: null, type: 'text', value })
  }
  return found
}

function deliveryAddress(contato: Partial<Contato>) {
  if (!contato.logradouroEntrega && !contato.cidadeEntrega && !contato.cepEntrega) return null
  return {
    street: text(contato.logradouroEntrega),
    number: text(contato.numeroEntrega),
    complement: text(contato.complementoEntrega),
    district: text(contato.bairroEntrega),
    city: text(contato.cidadeEntrega),
    cityCode: text(contato.codIBGEEntrega),
    state: text(contato.ufEntrega),
    postalCode: text(contato.cepEntrega)?.padStart(8, '0') ?? null,
    country: null,
  }
}

export function toCustomer(contato: ContatoRow & Partial<Contato>) {
  const taxId = contato.cpfcnpj
  const isCompany = taxId.length === 14
  const born = contato.dtNasc === '' ? null : contato.dtNasc
  const city = text(contato.cidade)
  const state = text(contato.uf)
  return {
    id: `${CONNECTION}:${contato.codigo}`,
    connection: CONNECTION,
    vendor: 'egestor',
    vendorId: contato.codigo,
    kind: taxId === '' ? 'unknown' : isCompany ? 'company' : 'person',
    name: text(contato.nome),
    tradeName: text(contato.fantasia),
    contactName: text(contato.nomeParaContato),
    taxId: taxId === '' ? null : { type: isCompany ? 'cnpj' : 'cpf', value: taxId },
    stateRegistration: text(contato.inscricaoEstadual),
    stateRegistrationStatus: INDICADORES_IE[contato.indicadorIE] ?? 'unknown',
    municipalRegistration: text(contato.inscricaoMunicipal),
    suframa: text(contato.suframa),
    birthDate: isCompany ? null : born,
    foundedOn: isCompany ? born : null,
    emails: labelled(contato.emails),
    phones: labelled(contato.fones.map(phone)),
    address: {
      street: text(contato.logradouro),
      number: text(contato.numero),
      complement: text(contato.complemento),
      district: text(contato.bairro),
      city,
      cityCode: text(contato.codIBGE) ?? cityCode(city, state),
      state,
      postalCode: text(contato.cep)?.padStart(8, '0') ?? null,
      country: text(contato.pais),
    },
    deliveryAddress: deliveryAddress(contato),
    roles: contato.tipo.map((tipo) => TIPOS[tipo]),
    finalConsumer: contato.clienteFinal,
    segment: null,
    salesperson: null,
    registration: null,
    consent: null,
    tags: contato.tags,
    notes: text(contato.obs),
    customFields: customFields(contato),
    createdAt: instant(contato.dtCad),
    updatedAt: null,
  }
}

/** The other way, for what a client writes here. */
export const fromCustomer = ({ name, taxId, emails, phones, address, notes }: NewCustomer) => ({
  tipo: ['cliente'],
  nome: name,
  cpfcnpj: taxId.value,
  emails: emails.map(({ value }) => value),
  fones: phones.map(({ value }) => value),
  logradouro: address.street,
  numero: address.number,
  bairro: address.district,
  codIBGE: cityCode(address.city, address.state),
  uf: address.state,
  cep: Number(address.postalCode),
  obs: notes,
})

/** The vendor's id in one of ours. */
export const vendorIdOf = (id: string) => id.slice(id.indexOf(':') + 1)
