import type { CustomField } from '../../contract/fields.ts'
import type { Sale } from '../../contract/sale.ts'
import type { Context } from '../../kernel/adapter.ts'
import { money, quantity, times, total } from '../../kernel/decimals.ts'
import { day, instant } from '../../kernel/moments.ts'
import { boolean, id, isEmpty, list, type Note, object, oneOf, ownId, part, refuse, rows, text, words } from '../../kernel/wire.ts'
import { CAMPOS, readFields, VENDA_FIELDS } from './custom-fields.ts'
import { customerOf, serviceId } from './references.ts'
import type { Financeiro, ItemDeVenda, Venda } from './wire.ts'
import { PRODUCT_KINDS, receivableStatus, SALE_STATUSES } from './words.ts'

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
  const kind = oneOf(PRODUCT_KINDS, line.tipo ?? line.tipoProd)
  const code = id(line.codProduto, note, 'items.productId')
  const count = quantity(line.quant, refuse, 'items.quantity')
  const unitPrice = money(line.preco, refuse, 'items.unitPrice')
  const discount = money(line.vDesc, refuse, 'items.discount')
  return {
    productId: code === null ? null : context.id(kind === 'service' ? serviceId(code) : code),
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

/** `labels` is the answer of /config/vendas/customizado, or null where it could not be had. */
function saleFields(venda: Venda, labels: unknown, note: Note): CustomField[] {
  const values = part(venda.customizado, note, 'customFields')
  const names = part(labels, note, 'customFields.label')
  const found = readFields(venda, VENDA_FIELDS, note)
  for (const campo in CAMPOS) {
    const value = words(values[campo], note, 'customFields')
    if (value !== null) found.push({ id: campo, code: null, label: text(names[campo], note, 'customFields.label'), type: 'text', value })
  }
  return found
}

export function saleStatus(venda: Venda, note: Note): Sale['status'] {
  return boolean(venda.ativo, note, 'status') === false ? 'cancelled' : oneOf(SALE_STATUSES, venda.situacao)
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
    customer: customerOf(venda.codContato, venda.nomeContato, context, note),
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
