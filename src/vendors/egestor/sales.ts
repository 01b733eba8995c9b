import type { Sale } from '../../contract/sale.ts'
import { type Ask, type Context, type ListInput, pageNumberAfter, type Vendor } from '../../kernel/adapter.ts'
import type { VendorRequest } from '../../kernel/call.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { isEmpty, object, refuse } from '../../kernel/wire.ts'
import { CUSTOM_FIELDS, isLabelled } from './custom-fields.ts'
import { madeId, ORDER, PAGE_SIZE, pageOf, readList, rowId } from './envelope.ts'
import * as examples from './examples/vendas.ts'
import { fromSale, fromSaleChanges, mergedSale } from './from-sale.ts'
import { saleStatus, toSale } from './to-sale.ts'
import type { Venda } from './wire.ts'
import { SITUACOES_DE_VENDA } from './words.ts'

/** assumed: `ativo` is a default field, but none that `fields` may name (D1). Without it no row says that it was cancelled. */
const LIST_FIELDS =
  'codigo,codContato,nomeContato,codVendedor,dtVenda,dtEntrega,dtCad,valorTotal,valorFrete,valorFinanc,valorEntrada,numParcelas,codsNFe,clienteFinal,situacao,situacaoOS,tags,ativo'

const LABELS_KEPT_MS = 600_000

const WRITABLE = [
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

const vendaPath = (vendorId: string) => `/v1/vendas/${vendorId}`

/** Query for each of our statuses. A status that is not here cannot occur at eGestor, so that nothing is asked. */
const STATUS_QUERY: Readonly<Record<string, Record<string, number>>> = {
  quote: { tipo: SITUACOES_DE_VENDA.quote },
  completed: { tipo: SITUACOES_DE_VENDA.completed },
  // A cancelled quote is among these too.
  cancelled: { listarCanceladas: 2 },
  unknown: { listarCanceladas: 1 },
}

/**
 * Cancelled sales are left out unless asked for (F2). No `tipo`: 50 leaves out cancelled quotes, which are cancelled sales, and sales
 * of an unknown situacao. The quotes that come too are left out by the kernel.
 */
const ALL_WITH_QUOTES = { listarCanceladas: 1 }

function listSales({ filters, position }: ListInput): VendorRequest | null {
  const status = filters.status === undefined ? ALL_WITH_QUOTES : STATUS_QUERY[filters.status]
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
      fields: LIST_FIELDS,
      orderBy: ORDER,
      page: pageOf(position),
    },
  }
}

/** Where only cancelled ones were asked for, a row that does not say so is cancelled too (D1). */
function listedSale(row: unknown, context: Context, { filters }: ListInput): Sale {
  const venda = object<Venda>(row)
  return toSale(filters.status === 'cancelled' && isEmpty(venda.ativo) ? { ...venda, ativo: false } : venda, context)
}

/** Cancelled ones too. */
async function readVenda(ask: Ask, vendorId: string): Promise<Venda> {
  const { body } = await ask({ method: 'GET', path: vendaPath(vendorId), query: { listarCanceladas: true } })
  return object<Venda>(body)
}

/** Labels of a sale's custom fields; without them the sale is still a sale. A field that has none may have been named just now. */
async function readLabels(ask: Ask, venda: Venda, vendorId: string, context: Context): Promise<unknown> {
  try {
    const { body } = await ask(CUSTOM_FIELDS, { cachedForMs: LABELS_KEPT_MS })
    return isLabelled(venda, body) ? body : (await ask(CUSTOM_FIELDS, { cachedForMs: LABELS_KEPT_MS, fresh: true })).body
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    context.warn(vendorId, 'customFields.label', 'the labels could not be read')
    return null
  }
}

export const sales = {
  'sales.list': {
    evidence: 'seed',
    filters: { native: ['q', 'soldFrom', 'soldTo', 'status'], emulated: ['customerId'] },
    pagination: 'native',
    pageSize: PAGE_SIZE,
    following: pageNumberAfter,
    request: listSales,
    read: readList,
    record: listedSale,
    rowId,
    examples: [examples.vendaRow],
  },
  'sales.get': {
    evidence: 'seed',
    // A second call for the labels of the custom fields, which a sale does not carry.
    async run(ask, { vendorId }, context) {
      const venda = await readVenda(ask, vendorId)
      return toSale(venda, context, isEmpty(venda.customizado) ? null : await readLabels(ask, venda, vendorId, context))
    },
    examples: (context) => [toSale(examples.venda, context, examples.labels)],
  },
  'sales.create': {
    evidence: 'seed',
    writable: WRITABLE,
    request: ({ record }, context) => ({ method: 'POST', path: '/v1/vendas', body: fromSale(record, context) }),
    read: madeId,
  },
  'sales.update': {
    evidence: 'documented',
    writable: ['status', 'vendorStatus', 'customFields'],
    // Read first: the situacao goes along, for a PUT without it sets it to 0 (notes).
    async run(ask, { vendorId, changes }, context) {
      const body = fromSaleChanges(changes, context)
      const current = await readVenda(ask, vendorId)
      // assumed: nobody says what a PUT does to a cancelled sale.
      if (saleStatus(current, refuse) === 'cancelled') {
        throw new GatewayError('conflict', { outcome: 'not_applied', message: 'A cancelled sale cannot be changed.' })
      }
      await ask({ method: 'PUT', path: vendaPath(vendorId), body: mergedSale(current, body) })
    },
  },
  'sales.remove': {
    evidence: 'seed',
    request: ({ vendorId }) => ({ method: 'DELETE', path: vendaPath(vendorId) }),
    read: () => {},
  },
} satisfies Vendor['operations']
