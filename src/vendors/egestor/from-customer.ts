import type { Customer } from '../../contract/customer.ts'
import type { Writable } from '../../contract/operations.ts'
import type { Context } from '../../kernel/adapter.ts'
import { bareTaxId } from '../../kernel/brazil.ts'
import type { Flaw } from '../../kernel/errors.ts'
import { list, refuse, text } from '../../kernel/wire.ts'
import { type Body, orEmpty, refuseIfAny, unnoted } from './body.ts'
import { CONTATO_FIELDS, setFields } from './custom-fields.ts'
import { setAddress } from './from-address.ts'
import { emailTexts, phoneTexts } from './to-customer.ts'
import type { Contato } from './wire.ts'
import { INDICADORES_IE, TIPOS } from './words.ts'

const NAME_LIMIT = 60

function labelled(entries: { value: string; label: string }[], field: string, context: Context): string[] {
  for (const [position, { label }] of entries.entries()) {
    if (label !== (position === 0 ? 'main' : 'other')) context.warn(null, `${field}.label`, 'eGestor keeps the order and no labels')
  }
  return entries.map((entry) => entry.value)
}

/** eGestor tells a person from a company by the tax id, and has one date for birth and founding. */
function setBirth(body: Body, record: Writable<Customer>, cpfcnpj: string, context: Context) {
  const told = cpfcnpj.length === 14 ? 'company' : cpfcnpj.length === 11 ? 'person' : 'unknown'
  if (record.kind && record.kind !== 'unknown' && record.kind !== told) context.warn(null, 'kind', 'eGestor tells it from the tax id')
  const [own, other] = told === 'company' ? (['foundedOn', 'birthDate'] as const) : (['birthDate', 'foundedOn'] as const)
  if (record[own] !== undefined) body.dtNasc = record[own] ?? ''
  if (record[other]) context.warn(null, other, `eGestor keeps one date, and here it is ${own}`)
}

/** `current` is what eGestor has, for an update. */
export function fromCustomer(record: Writable<Customer>, context: Context, current?: Contato): Body {
  const flaws: Flaw[] = []
  for (const member of ['name', 'tradeName', 'contactName'] as const) {
    if ((record[member]?.length ?? 0) > NAME_LIMIT) flaws.push({ pointer: `/${member}`, detail: `eGestor takes ${NAME_LIMIT} characters` })
  }
  if (record.name === null || (record.name === undefined && current === undefined)) {
    flaws.push({ pointer: '/name', detail: 'eGestor requires a name' })
  }
  refuseIfAny(flaws)
  const body: Body = {
    nome: record.name,
    fantasia: orEmpty(record.tradeName),
    nomeParaContato: orEmpty(record.contactName),
    inscricaoEstadual: orEmpty(record.stateRegistration),
    inscricaoMunicipal: orEmpty(record.municipalRegistration),
    suframa: orEmpty(record.suframa),
    obs: orEmpty(record.notes),
    tags: record.tags,
  }
  if (record.taxId !== undefined) body.cpfcnpj = record.taxId?.value ?? ''
  if (record.emails !== undefined) body.emails = labelled(record.emails, 'emails', context)
  if (record.phones !== undefined) body.fones = labelled(record.phones, 'phones', context)
  if (record.finalConsumer === null && current) context.warn(null, 'finalConsumer', 'eGestor has yes and no, and nothing between')
  else if (typeof record.finalConsumer === 'boolean') body.clienteFinal = record.finalConsumer
  if (record.roles !== undefined || current === undefined) {
    // Without this role it would be no customer, and could not be found again.
    body.tipo = [...new Set(['cliente', ...(record.roles ?? []).map((role) => TIPOS[role])])]
    if (record.roles && !record.roles.includes('customer') && current) context.warn(null, 'roles', 'a customer stays one')
  }
  if (record.stateRegistrationStatus === 'unknown') context.warn(null, 'stateRegistrationStatus', 'eGestor has no word for unknown')
  else if (record.stateRegistrationStatus) body.indicadorIE = INDICADORES_IE[record.stateRegistrationStatus]
  else if (record.stateRegistrationStatus === null && current) {
    context.warn(null, 'stateRegistrationStatus', 'eGestor always has one: it is non_taxpayer')
    body.indicadorIE = INDICADORES_IE.non_taxpayer
  }
  setAddress(body, record.address, '', 'address', context)
  setAddress(body, record.deliveryAddress, 'Entrega', 'deliveryAddress', context)
  setBirth(body, record, String(body.cpfcnpj ?? bareTaxId(text(current?.cpfcnpj, refuse, 'taxId') ?? '')), context)
  setFields(body, record.customFields, CONTATO_FIELDS, context)
  return body
}

/** All that PUT /contatos takes. With codigo, dtCad, cidade or cidadeEntrega it is a 422 and nothing is saved (F4). */
const CONTATO_WRITABLE = [
  'nome',
  'fantasia',
  'nomeParaContato',
  'cpfcnpj',
  'tipo',
  'dtNasc',
  'emails',
  'fones',
  'cep',
  'logradouro',
  'numero',
  'complemento',
  'bairro',
  'codIBGE',
  'uf',
  'pais',
  'clienteFinal',
  'indicadorIE',
  'inscricaoMunicipal',
  'inscricaoEstadual',
  'inscricaoEstadualST',
  'suframa',
  'obs',
  'tags',
  'cepEntrega',
  'cpfCnpjEntrega',
  'logradouroEntrega',
  'numeroEntrega',
  'complementoEntrega',
  'bairroEntrega',
  'codIBGEEntrega',
  'ufEntrega',
  'pontoRefEntrega',
  'inscEstadualEntrega',
  'fonesEntrega',
  'emailsEntrega',
] as const satisfies readonly (keyof Contato)[]

/** A CEP as samples of writes have it, a number (seed), whatever a read gave. */
const asCep = (value: unknown) => (typeof value === 'string' && /^\d{7,8}$/.test(value) ? Number(value) : value)

/** Whether a partial PUT of a contact keeps the rest is shown once (K1) and denied nowhere: everything is sent. */
export function mergedContact(current: Contato, changes: Body): Body {
  const indicadorIE = Number(current.indicadorIE ?? 9)
  const before: Body = {
    ...current,
    nomeParaContato: current.nomeParaContato ?? current.nomeContato,
    emails: emailTexts(current.emails, unnoted).filter((entry) => text(entry, unnoted, 'emails') !== null),
    fones: phoneTexts(current.fones, unnoted).filter((entry) => text(entry, unnoted, 'phones') !== null),
    cep: asCep(current.cep),
    cepEntrega: asCep(current.cepEntrega),
    // Read as 0, refused as 0 (F1, F4).
    indicadorIE: indicadorIE === 0 ? 9 : indicadorIE,
    dtNasc: current.dtNasc === '0000-00-00' ? '' : current.dtNasc,
    tags: current.tags === undefined ? undefined : list(current.tags, unnoted, 'tags'),
  }
  return Object.fromEntries(CONTATO_WRITABLE.map((name) => [name, changes[name] ?? before[name]]))
}
