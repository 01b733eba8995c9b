import { Type } from 'typebox'
import type { Kind } from '../../contract/problem.ts'
import { type Ask, type Context, defineVendor, type ListInput, type Page, type Position } from '../../kernel/adapter.ts'
import type { VendorRequest } from '../../kernel/call.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { integer, isEmpty, localTime, money, object, ownId, refuse, rows, sameAmount, Unreadable } from '../../kernel/wire.ts'
import {
  fromCustomer,
  fromProduct,
  fromReceivable,
  fromSale,
  fromSaleChanges,
  fromService,
  mergedContact,
  mergedReceivable,
  rejected,
  withoutBlanks,
} from './body.ts'
import * as examples from './examples.ts'
import { isCliente, receivableStatus, SERVICE_PREFIX, toCustomer, toProduct, toReceivable, toSale } from './map.ts'
import type { Contato, Pagina, Produto, Recebimento, Venda } from './wire.ts'

const ENTITY_ID = Type.Union([Type.Integer({ minimum: 1 }), Type.String({ pattern: '^\\d{1,15}$' })])

/** What D1 lets a list of contacts be asked for; suframa, pais and codIBGE are not among it. */
const CONTATO_LIST_FIELDS =
  'codigo,nome,fantasia,nomeParaContato,cpfcnpj,tipo,dtNasc,dtCad,emails,fones,logradouro,numero,complemento,bairro,cep,cidade,uf,clienteFinal,indicadorIE,inscricaoMunicipal,inscricaoEstadual,obs,tags'
const VENDA_LIST_FIELDS =
  'codigo,codContato,nomeContato,codVendedor,dtVenda,dtEntrega,dtCad,valorTotal,valorFrete,valorFinanc,valorEntrada,numParcelas,codsNFe,clienteFinal,situacao,situacaoOS,tags,ativo'
/** Without these the due date, the payment date and the customer would cost a call a row (F5). */
const RECEBIMENTO_LIST_FIELDS =
  'codigo,numDoc,descricao,valor,taxa,data,dtVenc,dtPgto,dtCad,dtComp,dtCred,situacao,codContato,codPlanoContas,nomeContato,origem,codDisponivel,codModulo,obs,tags'

const ORDER = 'codigo,asc'
const LABELS_KEPT_MS = 600_000

const pageOf = (position: Position): number => (typeof position === 'number' ? position : 1)

/** `last_page` alone tells the end; `next_page_url` is null throughout (seed). */
function readPage(body: unknown, page: number): { rows: readonly unknown[]; next: number | null } {
  const pagina = object<Pagina>(body, 'page')
  if (!Array.isArray(pagina.data)) throw new Unreadable('data', 'is not a list')
  const last = integer(pagina.last_page, refuse, 'last_page', 1_000_000_000)
  if (last === null) throw new Unreadable('last_page', 'is missing')
  return { rows: rows(pagina.data, refuse, 'data'), next: page < last ? page + 1 : null }
}

const readList = (body: unknown, { position }: ListInput): Page => readPage(body, pageOf(position))

function rowId(row: unknown): string | null {
  const codigo = (row as { codigo?: unknown } | null)?.codigo
  return typeof codigo === 'string' || typeof codigo === 'number' ? String(codigo).slice(0, 128) : null
}

/** Code of what a POST made; each reply has it, whatever else it has (seed, D1). */
const madeId = (body: unknown): string => ownId(object<{ codigo?: unknown }>(body).codigo, 'codigo')

const nothing = () => undefined

const notFound = () => new GatewayError('not_found', { outcome: 'not_applied', message: 'This contact is no customer.' })

const contatoPath = (vendorId: string) => `/v1/contatos/${vendorId}`
const vendaPath = (vendorId: string) => `/v1/vendas/${vendorId}`
const recebimentoPath = (vendorId: string) => `/v1/recebimentos/${vendorId}`
const isServiceId = (vendorId: string) => vendorId.startsWith(SERVICE_PREFIX)
const productPath = (vendorId: string) =>
  isServiceId(vendorId) ? `/v1/servicos/${vendorId.slice(SERVICE_PREFIX.length)}` : `/v1/produtos/${vendorId}`

async function contato(ask: Ask, vendorId: string): Promise<Contato> {
  const current = object<Contato>((await ask({ method: 'GET', path: contatoPath(vendorId) })).body)
  if (!isCliente(current)) throw notFound()
  return current
}

async function recebimento(ask: Ask, vendorId: string): Promise<Recebimento> {
  return object<Recebimento>((await ask({ method: 'GET', path: recebimentoPath(vendorId) })).body)
}

/** Goods come first, then services: they are two lists at eGestor. */
const servicesPage = (position: Position): number | null =>
  typeof position === 'object' && position !== null ? pageOf(position.servicos ?? null) : null

/** A service has neither, so that no service matches these. */
const asksForGoods = ({ filters }: ListInput) => filters.sku !== undefined || filters.barcode !== undefined

function listProducts(input: ListInput, context: Context): VendorRequest {
  const { filters, position } = input
  const page = servicesPage(position)
  if (page !== null) {
    if (filters.updatedSince !== undefined && page === 1) {
      context.warn(null, 'updatedSince', 'eGestor does not tell when a service changed: all services are listed')
    }
    return { method: 'GET', path: '/v1/servicos', query: { filtro: filters.q, orderBy: ORDER, page } }
  }
  return {
    method: 'GET',
    path: '/v1/produtos',
    query: {
      filtro: filters.q,
      IcProd: filters.sku,
      // assumed to be exclusive, so one second earlier; the kernel checks again.
      updatedAfter:
        filters.updatedSince === undefined
          ? undefined
          : localTime(new Date(Date.parse(filters.updatedSince) - 1000).toISOString(), context.timeZone),
      orderBy: ORDER,
      page: pageOf(position),
    },
  }
}

function readProducts(body: unknown, input: ListInput): Page {
  const page = servicesPage(input.position)
  if (page !== null) {
    const read = readPage(body, page)
    return { rows: read.rows, next: read.next === null ? null : { servicos: read.next } }
  }
  const read = readPage(body, pageOf(input.position))
  return { rows: read.rows, next: read.next ?? (asksForGoods(input) ? null : { servicos: 1 }) }
}

/** Query for each of our statuses. A status that is not here cannot occur at eGestor, so that nothing is asked. */
const VENDA_STATUS_QUERY: Readonly<Record<string, Record<string, number>>> = {
  quote: { tipo: 10 },
  completed: { tipo: 50 },
  // A cancelled quote is among these too.
  cancelled: { listarCanceladas: 2 },
  unknown: { listarCanceladas: 1 },
}

/** Cancelled sales are left out unless asked for (F2). */
const SALES_BUT_QUOTES = { tipo: 50, listarCanceladas: 1 }

function listSales({ filters, position }: ListInput): VendorRequest | null {
  const status = filters.status === undefined ? SALES_BUT_QUOTES : VENDA_STATUS_QUERY[filters.status]
  if (status === undefined) return null
  const isDated = filters.soldFrom !== undefined || filters.soldTo !== undefined
  return {
    method: 'GET',
    path: '/v1/vendas',
    query: {
      ...status,
      filtro: filters.q,
      dtTipo: isDated ? 'dtVenda' : undefined,
      dtIni: filters.soldFrom,
      dtFim: filters.soldTo,
      fields: VENDA_LIST_FIELDS,
      orderBy: ORDER,
      page: pageOf(position),
    },
  }
}

const RECEBIMENTO_STATUS_QUERY: Readonly<Record<string, Record<string, number>>> = {
  open: { situFin: 20 },
  paid: { situFin: 40 },
  unknown: {},
}

function listReceivables({ filters, position }: ListInput): VendorRequest | null {
  const status = filters.status === undefined ? {} : RECEBIMENTO_STATUS_QUERY[filters.status]
  if (status === undefined) return null
  const isDated = filters.dueFrom !== undefined || filters.dueTo !== undefined
  return {
    method: 'GET',
    path: '/v1/recebimentos',
    query: {
      ...status,
      filtro: filters.q,
      dtTipo: isDated ? 'dtVenc' : undefined,
      dtIni: filters.dueFrom,
      dtFim: filters.dueTo,
      fields: RECEBIMENTO_LIST_FIELDS,
      orderBy: ORDER,
      page: pageOf(position),
    },
  }
}

/** Labels of a sale's custom fields; without them the sale is still a sale. */
async function labels(ask: Ask, vendorId: string, context: Context): Promise<unknown> {
  try {
    return (await ask({ method: 'GET', path: '/v1/config/vendas/customizado' }, { cachedForMs: LABELS_KEPT_MS })).body
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    context.warn(vendorId, 'customFields.label', 'the labels could not be read')
    return null
  }
}

const CUSTOMER_MEMBERS = [
  'kind',
  'name',
  'tradeName',
  'contactName',
  'taxId.type',
  'taxId.value',
  'stateRegistration',
  'stateRegistrationStatus',
  'municipalRegistration',
  'suframa',
  'birthDate',
  'foundedOn',
  'emails.value',
  'emails.label',
  'phones.value',
  'phones.label',
  'address.street',
  'address.number',
  'address.complement',
  'address.district',
  'address.city',
  'address.cityCode',
  'address.state',
  'address.postalCode',
  'address.country',
  'deliveryAddress.street',
  'deliveryAddress.number',
  'deliveryAddress.complement',
  'deliveryAddress.district',
  'deliveryAddress.city',
  'deliveryAddress.cityCode',
  'deliveryAddress.state',
  'deliveryAddress.postalCode',
  'roles',
  'finalConsumer',
  'tags',
  'notes',
  'customFields',
]

const PRODUCT_MEMBERS = [
  'kind',
  'name',
  'sku',
  'barcode',
  'unit',
  'price',
  'cost',
  'currency',
  'stock.tracked',
  'stock.quantity',
  'stock.minimum',
  'category.id',
  'fiscal.ncm',
  'fiscal.cest',
  'fiscal.origin',
  'fiscal.exTipi',
  'fiscal.taxGroupId',
  'fiscal.serviceCode',
  'fiscal.cnae',
  'weight.gross',
  'weight.net',
  'tags',
  'notes',
  'customFields',
]

const SALE_MEMBERS = [
  'status',
  'vendorStatus',
  'customer.id',
  'salesperson.id',
  'soldOn',
  'deliveredOn',
  'currency',
  'total',
  'discount',
  'freight',
  'items.productId',
  'items.quantity',
  'items.unitPrice',
  'items.discount',
  'items.total',
  'items.notes',
  'installments.number',
  'installments.dueOn',
  'installments.amount',
  'installments.status',
  'tags',
  'customFields',
]

const RECEIVABLE_MEMBERS = [
  'description',
  'documentNumber',
  'status',
  'amount',
  'paidAmount',
  'currency',
  'issuedOn',
  'dueOn',
  'paidOn',
  'creditedOn',
  'customer.id',
  'paymentMethod.id',
  'account.id',
  'category.id',
  'tags',
  'notes',
]

const CODE = /^\d{1,15}$/

export const egestor = defineVendor({
  id: 'egestor',
  name: 'eGestor',
  docs: 'https://github.com/eGestor/documentacao-api',
  baseUrl: 'https://api.egestor.com.br/api',
  credentials: Type.Union([
    Type.Object(
      { grant: Type.Literal('personal'), personalToken: Type.String({ minLength: 1, description: 'From Configurações → API.' }) },
      { additionalProperties: false },
    ),
    Type.Object(
      {
        grant: Type.Literal('authorization_code'),
        clientId: Type.String({ minLength: 1 }),
        clientSecret: Type.String({ minLength: 1 }),
        redirectUri: Type.String({ minLength: 1 }),
        refreshToken: Type.Optional(Type.String({ minLength: 1 })),
      },
      { additionalProperties: false },
    ),
  ]),
  settings: Type.Object(
    {
      baseUrl: Type.Optional(Type.String({ description: 'REST is under /v1 of it, the token at /oauth/access_token.' })),
      authorizeUrl: Type.Optional(Type.String({ description: 'Consent page.', default: 'https://v4.egestor.com.br/api/oauth/authorize' })),
      defaults: Type.Optional(
        Type.Object(
          {
            salespersonId: Type.Optional(ENTITY_ID),
            categoryId: Type.Optional(ENTITY_ID),
            accountId: Type.Optional(ENTITY_ID),
            paymentMethodId: Type.Optional(ENTITY_ID),
          },
          { additionalProperties: false, description: 'Codes that eGestor requires and a record may lack.' },
        ),
      ),
    },
    { additionalProperties: false },
  ),
  // 60 a minute for an application and user; after a 429 one waits and tries again (seed).
  limits: { requests: 60, perMs: 60_000, marginMs: 1000, remainingHeader: 'x-ratelimit-remaining', refusedBeforeExecution: true },
  errors: {
    400: 'vendor_rejected',
    401: 'connection_unauthorized',
    404: 'not_found',
    405: 'unsupported_operation',
    410: 'gone',
    422: 'vendor_rejected',
    429: 'vendor_rate_limited',
  } satisfies Record<number, Kind>,
  errorMessage(body) {
    const { errCode, errMsg } = (typeof body === 'object' && body !== null ? body : {}) as { errCode?: unknown; errMsg?: unknown }
    const code = typeof errCode === 'number' || (typeof errCode === 'string' && errCode !== '') ? String(errCode) : undefined
    // A body with a code is an error, whatever its status (F6).
    return { code, message: typeof errMsg === 'string' ? errMsg : undefined, failed: code !== undefined }
  },
  auth: {
    tokenRequest(credentials, _settings, stored) {
      const path = '/oauth/access_token'
      if (credentials.grant === 'personal') {
        return { method: 'POST', path, body: { grant_type: 'personal', personal_token: credentials.personalToken } }
      }
      const refreshToken = stored ?? credentials.refreshToken
      if (!refreshToken) return null
      return {
        method: 'POST',
        path,
        body: {
          grant_type: 'refresh_token',
          client_id: credentials.clientId,
          client_secret: credentials.clientSecret,
          redirect_uri: credentials.redirectUri,
          refresh_token: refreshToken,
        },
      }
    },
    // The seed: once used, a refresh token is void. A personal token logs in again instead and needs none.
    rotates: (credentials) => credentials.grant === 'authorization_code',
    readGrant(body) {
      const grant = object<{ access_token?: unknown; expires_in?: unknown; refresh_token?: unknown }>(body, 'grant')
      if (typeof grant.access_token !== 'string' || grant.access_token === '') throw new Unreadable('access_token', 'is missing')
      return {
        accessToken: grant.access_token,
        // 15 minutes (seed).
        expiresInSeconds: integer(grant.expires_in, refuse, 'expires_in', 31_536_000) ?? 900,
        refreshToken: typeof grant.refresh_token === 'string' && grant.refresh_token !== '' ? grant.refresh_token : undefined,
      }
    },
    headers: (accessToken) => ({ authorization: `Bearer ${accessToken}` }),
    // 401 also says that a module was not bought, with another errObs (D1); the SDK logs in again for this one only (K1).
    isTokenRefused(body) {
      const reason = (body as { errObs?: unknown } | null)?.errObs
      return reason === undefined || reason === null || reason === '' || reason === 'access_denied'
    },
  },
  ids: { customers: CODE, products: /^(service-)?\d{1,15}$/, sales: CODE, receivables: CODE },
  operations: {
    'customers.list': {
      evidence: 'seed',
      filters: { native: ['q', 'email'], emulated: ['taxId'] },
      pagination: 'native',
      pageSize: 50,
      request: ({ filters, position }) => ({
        method: 'GET',
        path: '/v1/contatos',
        query: { filtro: filters.q, email: filters.email, fields: CONTATO_LIST_FIELDS, orderBy: ORDER, page: pageOf(position) },
      }),
      read: readList,
      record(row, context) {
        const contato = object<Contato>(row)
        return isCliente(contato) ? toCustomer(contato, context) : null
      },
      rowId,
      example: examples.contatoRow,
    },
    'customers.get': {
      evidence: 'seed',
      request: ({ vendorId }) => ({ method: 'GET', path: contatoPath(vendorId) }),
      read(body, context) {
        const contato = object<Contato>(body)
        return isCliente(contato) ? toCustomer(contato, context) : null
      },
      example: (context) => toCustomer(examples.contato, context),
    },
    'customers.create': {
      evidence: 'seed',
      writable: CUSTOMER_MEMBERS,
      request: ({ record }, context) => ({ method: 'POST', path: '/v1/contatos', body: withoutBlanks(fromCustomer(record, context)) }),
      read: madeId,
    },
    'customers.update': {
      evidence: 'seed',
      writable: CUSTOMER_MEMBERS,
      // Read first: what a PUT leaves out may be lost, and a supplier is no customer.
      async run(ask, { vendorId, changes }, context) {
        const current = await contato(ask, vendorId)
        await ask({ method: 'PUT', path: contatoPath(vendorId), body: mergedContact(current, fromCustomer(changes, context, current)) })
      },
    },
    'customers.remove': {
      evidence: 'seed',
      // Read first: a supplier must not be removed as a customer.
      async run(ask, { vendorId }) {
        await contato(ask, vendorId)
        await ask({ method: 'DELETE', path: contatoPath(vendorId) })
      },
    },
    'products.list': {
      evidence: 'seed',
      filters: { native: ['q', 'updatedSince', 'sku'], emulated: ['barcode'] },
      pagination: 'native',
      pageSize: 50,
      request: listProducts,
      read: readProducts,
      record: (row, context, { position }) => toProduct(object<Produto>(row), context, servicesPage(position) !== null),
      rowId,
      example: examples.produtoRow,
    },
    'products.get': {
      evidence: 'seed',
      request: ({ vendorId }) => ({ method: 'GET', path: productPath(vendorId) }),
      read: (body, context, { vendorId }) => toProduct(object<Produto>(body), context, isServiceId(vendorId)),
      example: (context) => toProduct(examples.produto, context, false),
    },
    'products.create': {
      evidence: 'seed',
      writable: PRODUCT_MEMBERS,
      request: ({ record }, context) =>
        record.kind === 'service'
          ? { method: 'POST', path: '/v1/servicos', body: withoutBlanks(fromService(record, context, true)) }
          : { method: 'POST', path: '/v1/produtos', body: withoutBlanks(fromProduct(record, context, true)) },
      read: (body, _context, { record }) => (record.kind === 'service' ? SERVICE_PREFIX : '') + madeId(body),
    },
    'products.update': {
      evidence: 'seed',
      writable: PRODUCT_MEMBERS,
      // A partial PUT keeps the rest: F6 sends a single member.
      request: ({ vendorId, changes }, context) => ({
        method: 'PUT',
        path: productPath(vendorId),
        body: isServiceId(vendorId) ? fromService(changes, context, false) : fromProduct(changes, context, false),
      }),
      read: nothing,
    },
    'products.remove': {
      evidence: 'seed',
      request: ({ vendorId }) => ({ method: 'DELETE', path: productPath(vendorId) }),
      read: nothing,
    },
    'sales.list': {
      evidence: 'seed',
      filters: { native: ['q', 'soldFrom', 'soldTo', 'status'], emulated: ['customerId'] },
      pagination: 'native',
      pageSize: 50,
      request: listSales,
      read: readList,
      record: (row, context) => toSale(object<Venda>(row), context),
      rowId,
      example: examples.vendaRow,
    },
    'sales.get': {
      evidence: 'seed',
      // A second call for the labels of the custom fields, which a sale does not carry.
      async run(ask, { vendorId }, context) {
        const { body } = await ask({ method: 'GET', path: vendaPath(vendorId), query: { listarCanceladas: true } })
        const venda = object<Venda>(body)
        return toSale(venda, context, isEmpty(venda.customizado) ? null : await labels(ask, vendorId, context))
      },
      example: (context) => toSale(examples.venda, context, examples.labels),
    },
    'sales.create': {
      evidence: 'seed',
      writable: SALE_MEMBERS,
      request: ({ record }, context) => ({ method: 'POST', path: '/v1/vendas', body: fromSale(record, context) }),
      read: madeId,
    },
    'sales.update': {
      evidence: 'documented',
      writable: ['status', 'vendorStatus', 'customFields'],
      request: ({ vendorId, changes }, context) => ({ method: 'PUT', path: vendaPath(vendorId), body: fromSaleChanges(changes, context) }),
      read: nothing,
    },
    'sales.remove': {
      evidence: 'seed',
      request: ({ vendorId }) => ({ method: 'DELETE', path: vendaPath(vendorId) }),
      read: nothing,
    },
    'receivables.list': {
      evidence: 'seed',
      filters: { native: ['q', 'status', 'dueFrom', 'dueTo'], emulated: ['customerId', 'saleId'] },
      pagination: 'native',
      pageSize: 50,
      request: listReceivables,
      read: readList,
      record: (row, context) => toReceivable(object<Recebimento>(row), context),
      rowId,
      example: examples.recebimentoRow,
    },
    'receivables.get': {
      evidence: 'seed',
      request: ({ vendorId }) => ({ method: 'GET', path: recebimentoPath(vendorId) }),
      read: (body, context) => toReceivable(object<Recebimento>(body), context),
      example: (context) => toReceivable(examples.recebimento, context),
    },
    'receivables.create': {
      evidence: 'documented',
      writable: [...RECEIVABLE_MEMBERS, 'vendorStatus'],
      request: ({ record }, context) => ({ method: 'POST', path: '/v1/recebimentos', body: fromReceivable(record, context) }),
      read: madeId,
    },
    'receivables.update': {
      evidence: 'seed',
      writable: RECEIVABLE_MEMBERS,
      // Read first: whether a partial PUT keeps the rest is not known.
      async run(ask, { vendorId, changes }, context) {
        const current = await recebimento(ask, vendorId)
        await ask({ method: 'PUT', path: recebimentoPath(vendorId), body: mergedReceivable(current, changes, context) })
      },
    },
    'receivables.remove': {
      evidence: 'seed',
      request: ({ vendorId }) => ({ method: 'DELETE', path: recebimentoPath(vendorId) }),
      read: nothing,
    },
    'receivables.settle': {
      evidence: 'seed',
      // Read first: one that is paid is not paid again, and the amount is what is open.
      async run(ask, { vendorId, settlement }, context) {
        const current = await recebimento(ask, vendorId)
        if (receivableStatus(current.situacao) === 'paid') {
          throw new GatewayError('conflict', { outcome: 'not_applied', message: 'The receivable is already paid.' })
        }
        const due = money(current.valor, refuse, 'amount')
        if (due === null) throw new Unreadable('amount', 'is missing')
        if (settlement.amount !== undefined && !sameAmount(settlement.amount, due)) {
          throw rejected([
            { pointer: '/amount', detail: 'eGestor does not say what a part payment does: leave it out or give the whole amount' },
          ])
        }
        await ask({
          method: 'PUT',
          path: `${recebimentoPath(vendorId)}/receber`,
          body: { valor: Number(due), dtPgto: settlement.receivedOn ?? context.today },
        })
      },
    },
  },
})
