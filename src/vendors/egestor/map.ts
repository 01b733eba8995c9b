import type { Customer } from '../../contract/customer.ts'
import type { Address, CustomField } from '../../contract/fields.ts'
import type { Product } from '../../contract/product.ts'
import type { Receivable } from '../../contract/receivable.ts'
import type { ReceivableStatus, Sale } from '../../contract/sale.ts'
import type { Context } from '../../kernel/adapter.ts'
import { cityCoded, cityNamed, phone, postalCode, taxId } from '../../kernel/brazil.ts'
import {
  boolean,
  day,
  digits,
  id,
  instant,
  isEmpty,
  list,
  money,
  type Note,
  object,
  oneOf,
  ownId,
  part,
  quantity,
  refuse,
  rows,
  text,
  times,
  total,
  words,
} from '../../kernel/wire.ts'
import type { Contato, Financeiro, ItemDeVenda, Produto, Recebimento, Venda } from './wire.ts'

// What eGestor sends, as our records. The other way is in body.ts.

type FieldType = 'text' | 'number' | 'money' | 'checkbox' | 'code' | 'object'

/** Members of eGestor that have none of ours: they are read as custom fields. */
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
const VENDA_FIELDS = {
  valorFinanc: 'money',
  numParcelas: 'number',
  valorDespesasAcessorias: 'money',
  clienteFinal: 'checkbox',
  publicURL: 'text',
  despesas: 'object',
} as const
const RECEBIMENTO_FIELDS = { taxa: 'money', codBoleto: 'code', codRecibo: 'code' } as const

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

function customFields(row: object, fields: Readonly<Record<string, FieldType>>, note: Note): CustomField[] {
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

const TIPOS = { cliente: 'customer', fornecedor: 'supplier', transportadora: 'carrier' } as const
const INDICADORES_IE = { '1': 'taxpayer', '2': 'exempt', '9': 'non_taxpayer', '0': 'non_taxpayer' } as const
const KINDS = { cpf: 'person', cnpj: 'company', other: 'unknown' } as const

/** Whether a contact is a customer. Without that it is no record of ours, so it is not guessed. */
export function isCliente(contato: Contato): boolean {
  if (contato.tipo === undefined || contato.tipo === null) refuse('roles', 'is missing')
  return list(contato.tipo, refuse, 'roles').includes('cliente')
}

function roles(tipo: unknown, note: Note): Customer['roles'] {
  const read: Customer['roles'] = []
  for (const word of list(tipo, note, 'roles', 200, 10)) {
    const role = oneOf(TIPOS, word)
    if (role === 'unknown') note('roles', 'is none that is known')
    else read.push(role)
  }
  return read
}

/** The texts among e-mails or phones, each a text or an object with one of `keys`. */
export function contacts(value: unknown, keys: readonly string[], note: Note, field: string): unknown[] {
  const entries = typeof value === 'string' ? list(value, note, field) : rows(value, note, field, 100)
  return entries.map((entry) => {
    if (typeof entry !== 'object' || entry === null) return entry
    const key = keys.find((name) => (entry as Record<string, unknown>)[name] !== undefined)
    if (key === undefined) note(field, 'is an object of an unknown shape')
    return key === undefined ? null : (entry as Record<string, unknown>)[key]
  })
}

export const EMAIL_KEYS = ['email', 'valor', 'endereco']
export const PHONE_KEYS = ['fone', 'telefone', 'numero', 'valor']

function emails(value: unknown, note: Note): Customer['emails'] {
  const read: Customer['emails'] = []
  for (const entry of contacts(value, EMAIL_KEYS, note, 'emails')) {
    const email = text(entry, note, 'emails.value', 320)
    if (email !== null) read.push({ value: email, label: read.length === 0 ? 'main' : 'other' })
  }
  return read
}

function phones(value: unknown, note: Note): Customer['phones'] {
  const read: Customer['phones'] = []
  for (const entry of contacts(value, PHONE_KEYS, note, 'phones')) {
    const number = phone(entry, note, 'phones.value')
    if (number !== null) read.push({ value: number, label: read.length === 0 ? 'main' : 'other' })
  }
  return read
}

const addressFields = (at: string) => ({
  street: `${at}.street`,
  number: `${at}.number`,
  complement: `${at}.complement`,
  district: `${at}.district`,
  city: `${at}.city`,
  cityCode: `${at}.cityCode`,
  state: `${at}.state`,
  postalCode: `${at}.postalCode`,
  country: `${at}.country`,
})
const MAIN = addressFields('address')
const DELIVERY = addressFields('deliveryAddress')

/** Adds the city to a code and the code to a city, so that either is enough; null where nothing is filled. */
function located(address: Address, codIBGE: string | null, note: Note, at: typeof MAIN): Address | null {
  const city = cityCoded(codIBGE) ?? cityNamed(address.city, address.state)
  if (codIBGE !== null && city === null) note(at.cityCode, 'is no code of a city')
  if (city !== null) {
    address.city ??= city.name
    address.state ??= city.state
    address.cityCode = city.code
  }
  for (const member in address) if (address[member as keyof Address] !== null) return address
  return null
}

function address(contato: Contato, note: Note): Address | null {
  const read = {
    street: text(contato.logradouro, note, MAIN.street),
    number: text(contato.numero, note, MAIN.number, 100),
    complement: text(contato.complemento, note, MAIN.complement),
    district: text(contato.bairro, note, MAIN.district),
    city: text(contato.cidade, note, MAIN.city),
    cityCode: null,
    state: text(contato.uf, note, MAIN.state, 60),
    postalCode: postalCode(contato.cep, note, MAIN.postalCode),
    country: text(contato.pais, note, MAIN.country, 100),
  }
  return located(read, digits(contato.codIBGE, note, MAIN.cityCode), note, MAIN)
}

function deliveryAddress(contato: Contato, note: Note): Address | null {
  const read = {
    street: text(contato.logradouroEntrega, note, DELIVERY.street),
    number: text(contato.numeroEntrega, note, DELIVERY.number, 100),
    complement: text(contato.complementoEntrega, note, DELIVERY.complement),
    district: text(contato.bairroEntrega, note, DELIVERY.district),
    city: text(contato.cidadeEntrega, note, DELIVERY.city),
    cityCode: null,
    state: text(contato.ufEntrega, note, DELIVERY.state, 60),
    postalCode: postalCode(contato.cepEntrega, note, DELIVERY.postalCode),
    country: null,
  }
  return located(read, digits(contato.codIBGEEntrega, note, DELIVERY.cityCode), note, DELIVERY)
}

export function toCustomer(contato: Contato, context: Context): Customer {
  const vendorId = ownId(contato.codigo, 'vendorId')
  const note: Note = (field, reason) => context.warn(vendorId, field, reason)
  const tax = taxId(contato.cpfcnpj, note, 'taxId')
  const isCompany = tax?.type === 'cnpj'
  const born = day(contato.dtNasc, note, isCompany ? 'foundedOn' : 'birthDate')
  return {
    id: context.id(vendorId),
    connection: context.connection,
    vendor: context.vendor,
    vendorId,
    kind: tax === null ? 'unknown' : KINDS[tax.type],
    name: text(contato.nome, note, 'name'),
    tradeName: text(contato.fantasia, note, 'tradeName'),
    contactName: text(contato.nomeParaContato ?? contato.nomeContato, note, 'contactName'),
    taxId: tax,
    stateRegistration: text(contato.inscricaoEstadual, note, 'stateRegistration', 100),
    stateRegistrationStatus: isEmpty(contato.indicadorIE) ? null : oneOf(INDICADORES_IE, contato.indicadorIE),
    municipalRegistration: text(contato.inscricaoMunicipal, note, 'municipalRegistration', 100),
    suframa: text(contato.suframa, note, 'suframa', 100),
    birthDate: isCompany ? null : born,
    foundedOn: isCompany ? born : null,
    emails: emails(contato.emails, note),
    phones: phones(contato.fones, note),
    address: address(contato, note),
    deliveryAddress: deliveryAddress(contato, note),
    roles: roles(contato.tipo, note),
    finalConsumer: boolean(contato.clienteFinal, note, 'finalConsumer'),
    segment: null,
    salesperson: null,
    registration: null,
    consent: null,
    tags: list(contato.tags, note, 'tags'),
    notes: words(contato.obs, note, 'notes'),
    customFields: customFields(contato, CONTATO_FIELDS, note),
    createdAt: instant(contato.dtCad, context.timeZone, note, 'createdAt'),
    updatedAt: null,
  }
}

function images(value: unknown, note: Note): string[] {
  const read: string[] = []
  for (const entry of rows(value, note, 'images', 100)) {
    const link = text(part(part(entry, note, 'images').foto, note, 'images').link, note, 'images', 4000)
    if (link !== null) read.push(link)
  }
  return read
}

export const SERVICE_PREFIX = 'service-'

const named = (vendorId: string | null, name: string | null = null) => (vendorId === null && name === null ? null : { id: vendorId, name })

/** Goods and services share this: a service leaves out what only goods have. */
export function toProduct(produto: Produto, context: Context, isService: boolean): Product {
  const codigo = ownId(produto.codigo, 'vendorId')
  const vendorId = isService ? SERVICE_PREFIX + codigo : codigo
  const note: Note = (field, reason) => context.warn(vendorId, field, reason)
  const tracked = boolean(produto.controlarEstoque, note, 'stock.tracked')
  return {
    id: context.id(vendorId),
    connection: context.connection,
    vendor: context.vendor,
    vendorId,
    kind: isService ? 'service' : 'product',
    name: text(produto.descricao, note, 'name'),
    sku: text(produto.codigoProprio, note, 'sku', 200),
    barcode: text(produto.refEanGtin, note, 'barcode', 100),
    description: null,
    unit: text(produto.unidadeTributada, note, 'unit', 60),
    price: money(produto.precoVenda, refuse, 'price'),
    minimumPrice: null,
    maximumPrice: null,
    cost: money(produto.precoCusto, note, 'cost'),
    currency: 'BRL',
    active: null,
    stock: isService
      ? null
      : {
          tracked,
          // Where eGestor does not keep count the number means nothing.
          quantity: tracked === true ? quantity(produto.estoque, note, 'stock.quantity') : null,
          minimum: quantity(produto.estoqueMinimo, note, 'stock.minimum'),
        },
    category: named(id(produto.codCategoria, note, 'category.id')),
    brand: null,
    manufacturer: null,
    fiscal: {
      ncm: text(produto.ncm, note, 'fiscal.ncm', 20),
      cest: text(produto.codigoCEST, note, 'fiscal.cest', 20),
      origin: text(produto.origemFiscal, note, 'fiscal.origin', 20),
      exTipi: text(produto.excecaoIPI, note, 'fiscal.exTipi', 20),
      taxGroupId: id(produto.codigoGrupoTributos, note, 'fiscal.taxGroupId'),
      serviceCode: text(produto.itemListaServico, note, 'fiscal.serviceCode', 20),
      cnae: text(produto.cnae, note, 'fiscal.cnae', 20),
    },
    weight: isService
      ? null
      : { gross: quantity(produto.pesoBruto, note, 'weight.gross'), net: quantity(produto.pesoLiquido, note, 'weight.net') },
    packSize: null,
    expiresOn: null,
    images: images(produto.listaImagens, note),
    tags: list(produto.tags, note, 'tags'),
    notes: words(produto.anotacoesInternas, note, 'notes'),
    customFields: customFields(produto, isService ? SERVICO_FIELDS : PRODUTO_FIELDS, note),
    createdAt: instant(produto.dtCad, context.timeZone, note, 'createdAt'),
    updatedAt: instant(produto.updatedAt, context.timeZone, note, 'updatedAt'),
  }
}

const SITUACOES_DE_VENDA = { '10': 'quote', '50': 'completed' } as const
const SITUACOES_DE_RECEBIMENTO = { '20': 'open', '40': 'paid' } as const
const TIPOS_DE_PRODUTO = { produto: 'product', servico: 'service' } as const

export const receivableStatus = (situacao: unknown): ReceivableStatus => oneOf(SITUACOES_DE_RECEBIMENTO, situacao)

function customer(codContato: unknown, nomeContato: unknown, context: Context, note: Note): Sale['customer'] {
  const code = id(codContato, note, 'customer.id')
  const name = text(nomeContato, note, 'customer.name')
  return code === null && name === null ? null : { id: code === null ? null : context.id(code), name, taxId: null }
}

/** Taxes on top of a line; null where eGestor names none. */
function taxes(item: ItemDeVenda): string | null {
  if (isEmpty(item.valorIPI) && isEmpty(item.valorST) && isEmpty(item.valorFCPST)) return null
  return total(
    [1, money(item.valorIPI, refuse, 'items.taxes') ?? '0'],
    [1, money(item.valorST, refuse, 'items.taxes') ?? '0'],
    [1, money(item.valorFCPST, refuse, 'items.taxes') ?? '0'],
  )
}

function item(entry: unknown, context: Context, note: Note): NonNullable<Sale['items']>[number] {
  const line = object<ItemDeVenda>(entry, 'items')
  const kind = oneOf(TIPOS_DE_PRODUTO, line.tipo ?? line.tipoProd)
  const code = id(line.codProduto, note, 'items.productId')
  const count = quantity(line.quant, refuse, 'items.quantity')
  const unitPrice = money(line.preco, refuse, 'items.unitPrice')
  const discount = money(line.vDesc, refuse, 'items.discount')
  return {
    productId: code === null ? null : context.id(kind === 'service' ? SERVICE_PREFIX + code : code),
    kind,
    description: text(line.descricao, note, 'items.description'),
    sku: text(line.codigoProprio, note, 'items.sku', 200),
    barcode: null,
    unit: null,
    quantity: count,
    unitPrice,
    unitCost: money(line.custo, note, 'items.unitCost'),
    discount,
    total: total([1, times(count, unitPrice)], [-1, discount ?? '0']),
    taxes: taxes(line),
    notes: words(line.obs, note, 'items.notes'),
  }
}

function installment(entry: unknown, position: number, context: Context, note: Note): Sale['installments'][number] {
  const financeiro = object<Financeiro>(entry, 'installments')
  const code = id(financeiro.codigo, note, 'installments.receivableId')
  return {
    receivableId: code === null ? null : context.id(code),
    number: position + 1,
    dueOn: day(financeiro.dtVenc, note, 'installments.dueOn'),
    amount: money(financeiro.valor, refuse, 'installments.amount'),
    status: receivableStatus(financeiro.situacao),
  }
}

function fiscalDocuments(venda: Venda, note: Note): Sale['fiscalDocuments'] {
  const read: Sale['fiscalDocuments'] = []
  for (const code of list(venda.codsNFe, note, 'fiscalDocuments', 200, 100)) read.push({ type: 'nfe', key: code })
  for (const code of list(venda.codsNFSe, note, 'fiscalDocuments', 200, 100)) read.push({ type: 'nfse', key: code })
  return read
}

export const CAMPOS = ['xCampo1', 'xCampo2', 'xCampo3', 'xCampo4']

/** `labels` is the answer of /config/vendas/customizado, or null where it could not be had. */
function saleFields(venda: Venda, labels: unknown, note: Note): CustomField[] {
  const values = part(venda.customizado, note, 'customFields')
  const names = part(labels, note, 'customFields.label')
  const found = customFields(venda, VENDA_FIELDS, note)
  for (const campo of CAMPOS) {
    const value = words(values[campo], note, 'customFields')
    if (value !== null) found.push({ id: campo, code: null, label: text(names[campo], note, 'customFields.label'), type: 'text', value })
  }
  return found
}

function saleStatus(venda: Venda, note: Note): Sale['status'] {
  return boolean(venda.ativo, note, 'status') === false ? 'cancelled' : oneOf(SITUACOES_DE_VENDA, venda.situacao)
}

export function toSale(venda: Venda, context: Context, labels: unknown = null): Sale {
  const vendorId = ownId(venda.codigo, 'vendorId')
  const note: Note = (field, reason) => context.warn(vendorId, field, reason)
  const codVendedor = id(venda.codVendedor, note, 'salesperson.id')
  const nomeVendedor = text(venda.nomeVendedor, note, 'salesperson.name')
  return {
    id: context.id(vendorId),
    connection: context.connection,
    vendor: context.vendor,
    vendorId,
    number: vendorId,
    status: saleStatus(venda, note),
    vendorStatus: text(venda.situacaoOS, note, 'vendorStatus', 200) ?? text(venda.situacao, note, 'vendorStatus', 200),
    customer: customer(venda.codContato, venda.nomeContato, context, note),
    salesperson: codVendedor === null && nomeVendedor === null ? null : { id: codVendedor, name: nomeVendedor, email: null, code: null },
    soldOn: day(venda.dtVenda, note, 'soldOn'),
    deliveredOn: day(venda.dtEntrega, note, 'deliveredOn'),
    currency: 'BRL',
    // The lines do not add up to it in about one sale of ten (F2), so it is never computed.
    total: money(venda.valorTotal, refuse, 'total'),
    discount: money(venda.valorDesc, refuse, 'discount'),
    freight: money(venda.valorFrete, refuse, 'freight'),
    downPayment: money(venda.valorEntrada, refuse, 'downPayment'),
    items: venda.produtos === undefined ? null : rows(venda.produtos, refuse, 'items', 2000).map((line) => item(line, context, note)),
    installments: rows(venda.financeiros, refuse, 'installments', 1000).map((entry, position) =>
      installment(entry, position, context, note),
    ),
    fiscalDocuments: fiscalDocuments(venda, note),
    tags: list(venda.tags, note, 'tags'),
    notes: null,
    customFields: saleFields(venda, labels, note),
    createdAt: instant(venda.dtCad, context.timeZone, note, 'createdAt'),
    updatedAt: null,
  }
}

export function toReceivable(recebimento: Recebimento, context: Context): Receivable {
  const vendorId = ownId(recebimento.codigo, 'vendorId')
  const note: Note = (field, reason) => context.warn(vendorId, field, reason)
  const status = receivableStatus(recebimento.situacao)
  const amount = money(recebimento.valor, refuse, 'amount')
  const isPaid = status === 'paid'
  const isOpen = status === 'open'
  // Lists asked without fields= have one date, which means what the status says (seed).
  const dueOn = day(recebimento.dtVenc ?? (isOpen ? recebimento.data : null), note, 'dueOn')
  const sale = recebimento.origem === 'vendas' ? id(recebimento.codModulo, note, 'saleId') : null
  return {
    id: context.id(vendorId),
    connection: context.connection,
    vendor: context.vendor,
    vendorId,
    description: text(recebimento.descricao, note, 'description'),
    documentNumber: text(recebimento.numDoc, note, 'documentNumber', 200),
    status,
    vendorStatus: text(recebimento.situacao, note, 'vendorStatus', 200),
    overdue: isOpen ? dueOn !== null && dueOn < context.today : isPaid ? false : null,
    amount,
    paidAmount: isPaid ? amount : isOpen ? '0.00' : null,
    balance: isOpen ? amount : isPaid ? '0.00' : null,
    currency: 'BRL',
    issuedOn: day(recebimento.dtComp, note, 'issuedOn'),
    dueOn,
    paidOn: day(recebimento.dtPgto ?? (isPaid ? recebimento.data : null), note, 'paidOn'),
    creditedOn: day(recebimento.dtCred, note, 'creditedOn'),
    customer: customer(recebimento.codContato, recebimento.nomeContato ?? recebimento.contato, context, note),
    saleId: sale === null ? null : context.id(sale),
    installment: null,
    paymentMethod: named(id(recebimento.codFormaPgto, note, 'paymentMethod.id')),
    account: named(id(recebimento.codDisponivel, note, 'account.id'), text(recebimento.nomeDisponivel, note, 'account.name')),
    category: named(id(recebimento.codPlanoContas, note, 'category.id')),
    barcode: null,
    origin: text(recebimento.origem, note, 'origin', 100),
    tags: list(recebimento.tags, note, 'tags'),
    notes: words(recebimento.obs, note, 'notes'),
    customFields: customFields(recebimento, RECEBIMENTO_FIELDS, note),
    createdAt: instant(recebimento.dtCad, context.timeZone, note, 'createdAt'),
    updatedAt: null,
  }
}
