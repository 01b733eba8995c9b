import type { Customer } from '../../contract/customer.ts'
import type { Address, CustomField } from '../../contract/fields.ts'
import type { Writable } from '../../contract/operations.ts'
import type { Product } from '../../contract/product.ts'
import type { Receivable } from '../../contract/receivable.ts'
import type { Sale } from '../../contract/sale.ts'
import type { Context } from '../../kernel/adapter.ts'
import { bareTaxId, cityNamed } from '../../kernel/brazil.ts'
import { type Flaw, GatewayError } from '../../kernel/errors.ts'
import { isEmpty, type Note, refuse, sameAmount, text, times, total } from '../../kernel/wire.ts'
import {
  CAMPOS,
  CONTATO_FIELDS,
  contacts,
  EMAIL_KEYS,
  PHONE_KEYS,
  PRODUTO_FIELDS,
  receivableStatus,
  SERVICE_PREFIX,
  SERVICO_FIELDS,
} from './map.ts'
import type { Contato, Recebimento } from './wire.ts'

// Our records, as eGestor takes them. A member that is absent is not sent; null clears.

type Body = Record<string, unknown>

/** The gateway's own refusal, before anything is sent. */
export function rejected(errors: Flaw[], message = 'eGestor cannot take this record as it is.'): GatewayError {
  return new GatewayError('vendor_rejected', { origin: 'gateway', outcome: 'not_applied', message, errors })
}

function refuseIfAny(flaws: Flaw[]) {
  if (flaws.length > 0) throw rejected(flaws)
}

/** eGestor has empty text where we have null. */
const orEmpty = (value: string | null | undefined) => (value === null ? '' : value)
/** Codes and amounts travel as JSON numbers (seed); 0 is none. */
const orZero = (value: string | null | undefined) => (value === undefined ? undefined : Number(value ?? 0))

/** Leaves out what would only say that there is nothing: a new record has nothing to clear. */
export function withoutBlanks(body: Body): Body {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined && value !== '' && value !== null))
}

function inReais(currency: string | null | undefined, flaws: Flaw[]) {
  if (currency && currency !== 'BRL') flaws.push({ pointer: '/currency', detail: 'eGestor keeps amounts in BRL only' })
}

/** The vendor's own code in a reference that may be null; undefined stays undefined. */
function codeOf(reference: string | null | undefined, pointer: string, context: Context): number | undefined {
  if (reference === undefined) return undefined
  return reference === null ? 0 : Number(context.vendorId(reference, pointer))
}

/** Custom fields that are members of eGestor go back to them; there is no room for others. */
function setFields(body: Body, fields: CustomField[] | undefined, known: Readonly<Record<string, string>>, context: Context) {
  for (const { id, value } of fields ?? []) {
    if (id !== null && Object.hasOwn(known, id)) body[id] = known[id] === 'text' ? (value ?? '') : Number(value ?? 0)
    else context.warn(null, 'customFields', 'eGestor has no such field')
  }
}

const TIPOS = { customer: 'cliente', supplier: 'fornecedor', carrier: 'transportadora' } as const
const INDICADORES_IE = { taxpayer: 1, exempt: 2, non_taxpayer: 9 } as const
const NAME_LIMIT = 60

function labelled(entries: { value: string; label: string }[], field: string, context: Context): string[] {
  for (const [position, { label }] of entries.entries()) {
    if (label !== (position === 0 ? 'main' : 'other')) context.warn(null, `${field}.label`, 'eGestor keeps the order and no labels')
  }
  return entries.map((entry) => entry.value)
}

/** The code that eGestor derives the city from; empty where there is none, so that it never contradicts the state. */
function codIBGE(address: Address, field: string, context: Context): string {
  const code = address.cityCode ?? cityNamed(address.city, address.state)?.code
  if (code === undefined && address.city !== null)
    context.warn(null, `${field}.city`, 'no IBGE code was found for it, and eGestor keeps a city as its code')
  return code ?? ''
}

/** A number, as the seed's samples have it: eGestor's own reads lose the left zero, and ours restore it. */
function cep(address: Address, field: string, context: Context): number | string {
  const found = (address.postalCode ?? '').replace(/\D/g, '')
  if (found.length === 8) return Number(found)
  if (address.postalCode !== null) context.warn(null, `${field}.postalCode`, 'eGestor keeps a CEP of 8 digits only')
  return ''
}

const NO_ADDRESS: Address = {
  street: null,
  number: null,
  complement: null,
  district: null,
  city: null,
  cityCode: null,
  state: null,
  postalCode: null,
  country: null,
}

function setAddress(body: Body, given: Address | null | undefined, suffix: '' | 'Entrega', field: string, context: Context) {
  if (given === undefined) return
  const address = { ...NO_ADDRESS, ...given }
  body[`logradouro${suffix}`] = address.street ?? ''
  body[`numero${suffix}`] = address.number ?? ''
  body[`complemento${suffix}`] = address.complement ?? ''
  body[`bairro${suffix}`] = address.district ?? ''
  body[`codIBGE${suffix}`] = codIBGE(address, field, context)
  body[`uf${suffix}`] = address.state ?? ''
  body[`cep${suffix}`] = cep(address, field, context)
  if (suffix === '') body.pais = address.country ?? ''
}

/** eGestor tells a person from a company by the tax id, and has one date for birth and founding. */
function setBirth(body: Body, record: Writable<Customer>, cpfcnpj: string, context: Context) {
  const isCompany = cpfcnpj === '' ? record.kind === 'company' : cpfcnpj.length === 14
  if (
    record.kind &&
    record.kind !== 'unknown' &&
    record.kind !== (cpfcnpj.length === 14 ? 'company' : cpfcnpj.length === 11 ? 'person' : 'unknown')
  ) {
    context.warn(null, 'kind', 'eGestor tells it from the tax id')
  }
  const [own, other] = isCompany ? (['foundedOn', 'birthDate'] as const) : (['birthDate', 'foundedOn'] as const)
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
  if (record.finalConsumer !== undefined && record.finalConsumer !== null) body.clienteFinal = record.finalConsumer
  if (record.roles !== undefined || current === undefined) {
    // Without this role it would be no customer, and could not be found again.
    body.tipo = [...new Set(['cliente', ...(record.roles ?? []).map((role) => TIPOS[role])])]
    if (record.roles && !record.roles.includes('customer') && current) context.warn(null, 'roles', 'a customer stays one')
  }
  if (record.stateRegistrationStatus === 'unknown') context.warn(null, 'stateRegistrationStatus', 'eGestor has no word for unknown')
  else if (record.stateRegistrationStatus) body.indicadorIE = INDICADORES_IE[record.stateRegistrationStatus]
  else if (record.stateRegistrationStatus === null && current) body.indicadorIE = INDICADORES_IE.non_taxpayer
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
] as const

const KEPT: Note = () => {}

/** A CEP as samples of writes have it, a number (seed), whatever a read gave. */
const asCep = (value: unknown) => (typeof value === 'string' && /^\d{7,8}$/.test(value) ? Number(value) : value)

/** Whether a partial PUT of a contact keeps the rest is shown once (K1) and denied nowhere: everything is sent. */
export function mergedContact(current: Contato, changes: Body): Body {
  const indicadorIE = Number(current.indicadorIE ?? 9)
  const before: Body = {
    ...current,
    nomeParaContato: current.nomeParaContato ?? current.nomeContato,
    emails: contacts(current.emails, EMAIL_KEYS, KEPT, 'emails').filter((entry) => text(entry, KEPT, 'emails') !== null),
    fones: contacts(current.fones, PHONE_KEYS, KEPT, 'phones').filter((entry) => text(entry, KEPT, 'phones') !== null),
    cep: asCep(current.cep),
    cepEntrega: asCep(current.cepEntrega),
    // Read as 0, refused as 0 (F1, F4).
    indicadorIE: indicadorIE === 0 ? 9 : indicadorIE,
    dtNasc: current.dtNasc === '0000-00-00' ? '' : current.dtNasc,
  }
  return Object.fromEntries(
    CONTATO_WRITABLE.map((name) => [name, name in changes && changes[name] !== undefined ? changes[name] : before[name]]),
  )
}

/** Members of goods that a service lacks. */
const GOODS_ONLY = ['sku', 'barcode', 'unit', 'cost', 'stock', 'category', 'weight'] as const
const GOODS_FISCAL = ['ncm', 'cest', 'origin', 'exTipi'] as const
const SERVICE_FISCAL = ['serviceCode', 'cnae'] as const

function checkProduct(record: Writable<Product>, isNew: boolean) {
  const flaws: Flaw[] = []
  inReais(record.currency, flaws)
  if (record.name === null || (isNew && record.name === undefined)) flaws.push({ pointer: '/name', detail: 'eGestor requires a name' })
  refuseIfAny(flaws)
}

function warnOfMembers(
  record: Writable<Product>,
  members: readonly (keyof Writable<Product>)[],
  fiscal: readonly string[],
  what: string,
  context: Context,
) {
  for (const member of members) if (!isEmpty(record[member])) context.warn(null, member, `eGestor has none for ${what}`)
  for (const member of fiscal) {
    if (!isEmpty((record.fiscal as Record<string, unknown> | null | undefined)?.[member]))
      context.warn(null, `fiscal.${member}`, `eGestor has none for ${what}`)
  }
}

export function fromProduct(record: Writable<Product>, context: Context, isNew: boolean): Body {
  checkProduct(record, isNew)
  if (record.kind === 'combo' || record.kind === 'service') context.warn(null, 'kind', 'eGestor keeps it as a product')
  warnOfMembers(record, [], SERVICE_FISCAL, 'goods', context)
  const { fiscal, stock, weight, category } = record
  const body: Body = {
    descricao: record.name,
    codigoProprio: orEmpty(record.sku),
    refEanGtin: orEmpty(record.barcode),
    unidadeTributada: orEmpty(record.unit),
    precoVenda: orZero(record.price),
    precoCusto: orZero(record.cost),
    codCategoria: category === undefined ? undefined : orZero(category?.id ?? null),
    anotacoesInternas: orEmpty(record.notes),
    tags: record.tags,
  }
  if (stock !== undefined) {
    body.controlarEstoque = stock?.tracked ?? false
    body.estoque = orZero(stock?.quantity ?? null)
    body.estoqueMinimo = orZero(stock?.minimum ?? null)
  }
  if (weight !== undefined) {
    body.pesoBruto = orZero(weight?.gross ?? null)
    body.pesoLiquido = orZero(weight?.net ?? null)
  }
  if (fiscal !== undefined) {
    body.ncm = fiscal?.ncm ?? ''
    body.codigoCEST = fiscal?.cest ?? ''
    body.origemFiscal = orZero(fiscal?.origin ?? null)
    body.excecaoIPI = fiscal?.exTipi ? Number(fiscal.exTipi) : ''
    body.codigoGrupoTributos = orZero(fiscal?.taxGroupId ?? null)
  }
  setFields(body, record.customFields, PRODUTO_FIELDS, context)
  return body
}

export function fromService(record: Writable<Product>, context: Context, isNew: boolean): Body {
  checkProduct(record, isNew)
  if (record.kind && record.kind !== 'service') context.warn(null, 'kind', 'eGestor keeps it as a service')
  warnOfMembers(record, GOODS_ONLY, GOODS_FISCAL, 'services', context)
  const body: Body = {
    descricao: record.name,
    precoVenda: orZero(record.price),
    anotacoesInternas: orEmpty(record.notes),
    tags: record.tags,
  }
  if (record.fiscal !== undefined) {
    body.itemListaServico = record.fiscal?.serviceCode ?? ''
    body.cnae = record.fiscal?.cnae ?? ''
    body.codigoGrupoTributos = orZero(record.fiscal?.taxGroupId ?? null)
  }
  setFields(body, record.customFields, SERVICO_FIELDS, context)
  return body
}

const SITUACOES = { quote: 10, completed: 50 } as const

/** eGestor's two states of a sale; cancelling is a DELETE. */
function situacao(status: Sale['status'] | undefined, flaws: Flaw[]): number | undefined {
  if (status === undefined) return undefined
  if (status === 'quote' || status === 'completed') return SITUACOES[status]
  flaws.push({
    pointer: '/status',
    detail: status === 'cancelled' ? 'eGestor cancels a sale by removing it: DELETE it' : 'eGestor takes quote and completed',
  })
  return undefined
}

/** Without a situacaoOS ours is the number of the situacao (see map.ts), which is no text to store. */
function situacaoOS(vendorStatus: string | null | undefined): string | undefined {
  if (vendorStatus === undefined) return undefined
  return vendorStatus === null || vendorStatus === '10' || vendorStatus === '50' ? '' : vendorStatus
}

type Items = NonNullable<Sale['items']>

function produtos(items: Items, context: Context, flaws: Flaw[]): Body[] {
  return items.map((item, position) => {
    const at = `/items/${position}`
    if (!item.productId) flaws.push({ pointer: `${at}/productId`, detail: 'eGestor sells only what is one of its products' })
    if (!item.quantity) flaws.push({ pointer: `${at}/quantity`, detail: 'eGestor requires it' })
    if (!item.unitPrice) flaws.push({ pointer: `${at}/unitPrice`, detail: 'eGestor requires it' })
    const code = item.productId ? context.vendorId(item.productId, `${at}/productId`) : ''
    const isService = code.startsWith(SERVICE_PREFIX)
    const due = total([1, times(item.quantity ?? null, item.unitPrice ?? null)], [-1, item.discount ?? '0'])
    if (item.total && due !== null && !sameAmount(item.total, due))
      context.warn(null, 'items.total', 'eGestor computes it from quantity, price and discount')
    return {
      codProduto: Number(isService ? code.slice(SERVICE_PREFIX.length) : code),
      // assumed: reads name the type of a line (D1), and whether products and services share their codes is not known.
      ...(isService && { tipo: 'servico' }),
      quant: Number(item.quantity ?? 0),
      preco: Number(item.unitPrice ?? 0),
      vDesc: Number(item.discount ?? 0),
      obs: item.notes ?? '',
    }
  })
}

function financeiros(installments: Sale['installments'], context: Context): Body[] {
  const { paymentMethodId, categoryId, accountId } = context.defaults
  return installments.map((installment, position) => {
    if (installment.status === 'partially_paid' || installment.status === 'cancelled') {
      context.warn(null, 'installments.status', 'eGestor takes open and paid')
    }
    if (installment.number && installment.number !== position + 1)
      context.warn(null, 'installments.number', 'eGestor numbers them by their order')
    return withoutBlanks({
      dtVenc: installment.dueOn,
      valor: installment.amount ? Number(installment.amount) : undefined,
      pago: installment.status === 'paid',
      codFormaPgto: paymentMethodId === undefined ? undefined : Number(paymentMethodId),
      codPlanoContas: categoryId === undefined ? undefined : Number(categoryId),
      codCaixa: accountId === undefined ? undefined : Number(accountId),
    })
  })
}

/** What the lines, freight and discount come to. */
function computedTotal(record: Writable<Sale>, items: Items): string | null {
  const lines = items.flatMap((item) => [
    [1, times(item.quantity ?? null, item.unitPrice ?? null)] as const,
    [-1, item.discount ?? '0'] as const,
  ])
  return total(...lines, [1, record.freight ?? '0'], [-1, record.discount ?? '0'])
}

export function fromSale(record: Writable<Sale>, context: Context): Body {
  const flaws: Flaw[] = []
  const items = record.items ?? []
  const salesperson = record.salesperson?.id ?? context.defaults.salespersonId
  if (salesperson === undefined)
    flaws.push({ pointer: '/salesperson/id', detail: 'eGestor requires one; settings.defaults.salespersonId stands in for it' })
  if (items.length === 0) flaws.push({ pointer: '/items', detail: 'eGestor requires at least one' })
  inReais(record.currency, flaws)
  const state = situacao(record.status ?? 'completed', flaws)
  const lines = produtos(items, context, flaws)
  refuseIfAny(flaws)
  const sum = computedTotal(record, items)
  if (record.total && sum !== null && !sameAmount(record.total, sum))
    context.warn(null, 'total', 'eGestor computes it from the items, freight and discount')
  const customizado: Body = {}
  for (const { id, value } of record.customFields ?? []) {
    if (id !== null && CAMPOS.includes(id)) customizado[id] = value ?? ''
    else context.warn(null, 'customFields', 'eGestor has no such field')
  }
  const installments = record.installments ?? []
  return withoutBlanks({
    codContato: codeOf(record.customer?.id ?? undefined, '/customer/id', context),
    codVendedor: Number(salesperson),
    dtVenda: record.soldOn ?? context.today,
    dtEntrega: record.deliveredOn,
    situacao: state,
    situacaoOS: situacaoOS(record.vendorStatus),
    valorFrete: record.freight ? Number(record.freight) : undefined,
    valorDesc: record.discount ? Number(record.discount) : undefined,
    tags: record.tags ?? [],
    customizado: Object.keys(customizado).length > 0 ? customizado : undefined,
    produtos: lines,
    financeiros: installments.length > 0 ? financeiros(installments, context) : undefined,
  })
}

/** PUT /vendas takes these and nothing else (D1). */
export function fromSaleChanges(changes: Writable<Sale>, context: Context): Body {
  const flaws: Flaw[] = []
  const body: Body = {}
  const state = situacao(changes.status, flaws)
  refuseIfAny(flaws)
  if (state !== undefined) body.situacao = state
  const stage = situacaoOS(changes.vendorStatus)
  if (stage !== undefined) body.situacaoOS = stage
  for (const { id, value } of changes.customFields ?? []) {
    const position = id === null ? -1 : CAMPOS.indexOf(id)
    if (position >= 0) body[`campoAdicional${position + 1}`] = value ?? ''
    else context.warn(null, 'customFields', 'eGestor has no such field')
  }
  if (Object.keys(body).length === 0) {
    throw new GatewayError('unsupported_field', {
      outcome: 'not_applied',
      message: 'eGestor changes only the status and the custom fields of a sale.',
    })
  }
  return body
}

function receivableMembers(record: Writable<Receivable>, context: Context): Body {
  return {
    codContato: record.customer === undefined ? undefined : codeOf(record.customer?.id ?? null, '/customer/id', context),
    codPlanoContas: record.category === undefined ? undefined : orZero(record.category?.id ?? null),
    codDisponivel: record.account === undefined ? undefined : orZero(record.account?.id ?? null),
    codFormaPgto: record.paymentMethod === undefined ? undefined : orZero(record.paymentMethod?.id ?? null),
    numDoc: orEmpty(record.documentNumber),
    descricao: orEmpty(record.description),
    valor: record.amount === null || record.amount === undefined ? undefined : Number(record.amount),
    dtVenc: record.dueOn ?? undefined,
    dtComp: orEmpty(record.issuedOn),
    dtCred: orEmpty(record.creditedOn),
    obs: orEmpty(record.notes),
    tags: record.tags,
  }
}

/** Required by the connector of MindCloud (M1); the pages do not say. */
const RECEBIMENTO_REQUIRED = {
  codPlanoContas: { pointer: '/category/id', detail: 'eGestor requires one; settings.defaults.categoryId stands in for it' },
  codDisponivel: { pointer: '/account/id', detail: 'eGestor requires one; settings.defaults.accountId stands in for it' },
  descricao: { pointer: '/description', detail: 'eGestor requires it' },
  valor: { pointer: '/amount', detail: 'eGestor requires it' },
  dtVenc: { pointer: '/dueOn', detail: 'eGestor requires it' },
} as const

export function fromReceivable(record: Writable<Receivable>, context: Context): Body {
  const { categoryId, accountId, paymentMethodId } = context.defaults
  const status = record.status ?? 'open'
  const isPaid = status === 'paid'
  const given = receivableMembers(record, context)
  const body: Body = {
    ...given,
    codPlanoContas: given.codPlanoContas || Number(categoryId ?? 0),
    codDisponivel: given.codDisponivel || Number(accountId ?? 0),
    codFormaPgto: given.codFormaPgto || Number(paymentMethodId ?? 0) || undefined,
    codContato: given.codContato || undefined,
    dtComp: given.dtComp || record.dueOn,
    recebido: isPaid,
    // An open one leaves it out: whether null or empty text is taken is not known (F7).
    dtPgto: isPaid ? (record.paidOn ?? context.today) : undefined,
  }
  const flaws: Flaw[] = []
  inReais(record.currency, flaws)
  if (status !== 'open' && !isPaid) flaws.push({ pointer: '/status', detail: 'eGestor takes open and paid' })
  for (const [name, flaw] of Object.entries(RECEBIMENTO_REQUIRED)) {
    if (body[name] === undefined || body[name] === '' || (name.startsWith('cod') && body[name] === 0)) flaws.push(flaw)
  }
  refuseIfAny(flaws)
  const due = isPaid ? record.amount! : '0'
  if (record.paidAmount && !sameAmount(record.paidAmount, due)) context.warn(null, 'paidAmount', 'eGestor keeps one amount, paid or not')
  if (record.paidOn && !isPaid) context.warn(null, 'paidOn', 'eGestor keeps it once the status is paid')
  if (record.vendorStatus && receivableStatus(record.vendorStatus) !== status)
    context.warn(null, 'vendorStatus', 'eGestor tells it from the status')
  return withoutBlanks(body)
}

/** All that PUT /recebimentos takes (D1): whether it was paid is not among them. */
const RECEBIMENTO_WRITABLE = [
  'codPlanoContas',
  'codFormaPgto',
  'numDoc',
  'descricao',
  'valor',
  'dtVenc',
  'dtComp',
  'dtCred',
  'codContato',
  'codDisponivel',
  'obs',
  'tags',
] as const

export function mergedReceivable(current: Recebimento, changes: Writable<Receivable>, context: Context): Body {
  const flaws: Flaw[] = []
  const settle = 'eGestor does not change it here: settle the receivable'
  inReais(changes.currency, flaws)
  if (changes.status !== undefined && changes.status !== receivableStatus(current.situacao))
    flaws.push({ pointer: '/status', detail: settle })
  for (const member of ['paidOn', 'paidAmount'] as const) {
    if (changes[member] !== undefined) flaws.push({ pointer: `/${member}`, detail: settle })
  }
  for (const member of ['amount', 'dueOn'] as const) {
    if (changes[member] === null) flaws.push({ pointer: `/${member}`, detail: 'eGestor requires it' })
  }
  refuseIfAny(flaws)
  const body = receivableMembers(changes, context)
  return Object.fromEntries(
    RECEBIMENTO_WRITABLE.map((name) => [name, body[name] ?? current[name]]).filter(([, value]) => value !== undefined),
  )
}
