import { type Context, type ListInput, type Page, type Position, pageNumberAfter, type Vendor } from '../../kernel/adapter.ts'
import type { VendorRequest } from '../../kernel/call.ts'
import { localTime } from '../../kernel/moments.ts'
import { object } from '../../kernel/wire.ts'
import { withoutBlanks } from './body.ts'
import { madeId, ORDER, PAGE_SIZE, pageOf, readPage, rowId } from './envelope.ts'
import * as examples from './examples/produtos.ts'
import { fromProduct, fromService } from './from-product.ts'
import { codeOfProduct, isServiceId, serviceId } from './references.ts'
import { toProduct } from './to-product.ts'
import type { Produto } from './wire.ts'

const WRITABLE = [
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

const productPath = (vendorId: string) => `/v1/${isServiceId(vendorId) ? 'servicos' : 'produtos'}/${codeOfProduct(vendorId)}`

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

function readProducts(body: unknown, _context: Context, input: ListInput): Page {
  const page = servicesPage(input.position)
  if (page !== null) {
    const read = readPage(body, page)
    return { rows: read.rows, next: read.next === null ? null : { servicos: read.next } }
  }
  const read = readPage(body, pageOf(input.position))
  return { rows: read.rows, next: read.next ?? (asksForGoods(input) ? null : { servicos: 1 }) }
}

export const products = {
  'products.list': {
    evidence: 'seed',
    filters: { native: ['q', 'updatedSince', 'sku'], emulated: ['barcode'] },
    pagination: 'native',
    pageSize: PAGE_SIZE,
    following: pageNumberAfter,
    request: listProducts,
    read: readProducts,
    record: (row, context, { position }) => toProduct(object<Produto>(row), context, servicesPage(position) !== null),
    rowId(row, { position }) {
      const codigo = rowId(row)
      return codigo !== null && servicesPage(position) !== null ? serviceId(codigo) : codigo
    },
    examples: [examples.produtoRow],
  },
  'products.get': {
    evidence: 'seed',
    request: ({ vendorId }) => ({ method: 'GET', path: productPath(vendorId) }),
    read: (body, context, { vendorId }) => toProduct(object<Produto>(body), context, isServiceId(vendorId)),
    examples: (context) => [toProduct(examples.produto, context, false), toProduct(examples.servico, context, true)],
  },
  'products.create': {
    evidence: 'seed',
    writable: WRITABLE,
    request: ({ record }, context) =>
      record.kind === 'service'
        ? { method: 'POST', path: '/v1/servicos', body: withoutBlanks(fromService(record, context, true)) }
        : { method: 'POST', path: '/v1/produtos', body: withoutBlanks(fromProduct(record, context, true)) },
    read: (body, _context, { record }) => (record.kind === 'service' ? serviceId(madeId(body)) : madeId(body)),
  },
  'products.update': {
    evidence: 'seed',
    writable: WRITABLE,
    // A partial PUT keeps the rest: F6 sends a single member.
    request: ({ vendorId, changes }, context) => ({
      method: 'PUT',
      path: productPath(vendorId),
      body: isServiceId(vendorId) ? fromService(changes, context, false) : fromProduct(changes, context, false),
    }),
    read: () => {},
  },
  'products.remove': {
    evidence: 'seed',
    request: ({ vendorId }) => ({ method: 'DELETE', path: productPath(vendorId) }),
    read: () => {},
  },
} satisfies Vendor['operations']
