import type { Sale } from '../../contract/sale.ts'
import type { Context } from '../../kernel/adapter.ts'
import { money, quantity, times, total } from '../../kernel/decimals.ts'
import { instant } from '../../kernel/moments.ts'
import { type Note, object, oneOf, ownId, part, refuse, rows, text, words } from '../../kernel/wire.ts'
import { type Header, headerOf } from './aliases.ts'
import { otherMembers } from './custom-fields.ts'
import { dayOf } from './days.ts'
import { customerNamed, fullId, productId, salesperson } from './references.ts'
import type { ItemDePedido, NotaFiscal, Pedido } from './wire.ts'
import { SALE_STATUSES } from './words.ts'

type Items = NonNullable<Sale['items']>

function item(entry: unknown, context: Context, note: Note): Items[number] {
  const line = object<ItemDePedido>(entry, 'items')
  const count = quantity(line.quantidade, refuse, 'items.quantity')
  const unitPrice = money(line.preco_embalagem, refuse, 'items.unitPrice')
  return {
    productId: fullId(productId(line.ean_ou_dun, line.pallet_multiplo_dun, note, 'items.productId'), context),
    kind: 'product',
    description: text(line.nome_produto, note, 'items.description'),
    sku: text(line.codigo_no_fornecedor, note, 'items.sku', 200),
    barcode: text(line.ean_ou_dun, note, 'items.barcode', 100),
    unit: null,
    quantity: count,
    unitPrice,
    unitCost: null,
    discount: null,
    total: times(count, unitPrice),
    taxes: null,
    notes: null,
  }
}

/** The vendor's word: the order's own, or that of the list it was asked in; null where neither is there. */
const wordOf = (own: unknown, asked: string | null) => (typeof own === 'string' && own.trim() !== '' ? own.trim() : asked)

/** What an order says of its status, if anything. */
export const ownStatus = (pedido: Pedido, context: Context): string | null => wordOf(headerOf(pedido, context).read('status'), null)

/** assumed: where no member has the total it is that of the lines, less the discount and with what is added. That is told. */
function totalOf(header: Header, items: Sale['items'], discount: string | null, note: Note): string | null {
  const told = money(header.read('total'), refuse, 'total')
  if (told !== null) return told
  const added = money(header.read('surcharge'), refuse, 'customFields')
  const lines = items?.map((line) => [1, line.total] as const) ?? []
  const sum = lines.length === 0 ? null : total(...lines, [-1, discount ?? '0'], [1, added ?? '0'])
  note(
    'total',
    sum === null
      ? 'is not among the members that settings.aliases.total names'
      : 'is computed from the lines: settings.aliases.total can name the member that has it',
  )
  return sum
}

function fiscalDocuments(value: unknown, note: Note): Sale['fiscalDocuments'] {
  return rows(value, note, 'fiscalDocuments', 200).map((entry) => {
    const { chave, numero } = part(entry, note, 'fiscalDocuments') as NotaFiscal
    return { type: 'nfe', key: text(chave, note, 'fiscalDocuments.key', 200) ?? text(numero, note, 'fiscalDocuments.key', 200) }
  })
}

/** `asked` is the status of the list that it was found in. */
export function toSale(pedido: Pedido, context: Context, asked: string | null): Sale {
  const vendorId = ownId(pedido.id, 'vendorId')
  const note: Note = (field, reason) => context.warn(vendorId, field, reason)
  const header = headerOf(pedido, context)
  const word = wordOf(header.read('status'), asked)
  const items = pedido.itens === undefined ? null : rows(pedido.itens, refuse, 'items', 2000).map((line) => item(line, context, note))
  const discount = money(header.read('discount'), refuse, 'discount')
  const createdAt = instant(header.read('createdAt'), context.timeZone, note, 'createdAt')
  const updatedAt = instant(header.read('updatedAt'), context.timeZone, note, 'updatedAt')
  header.taken.add('id')
  return {
    id: context.id(vendorId),
    connection: context.connection,
    vendor: context.vendor,
    vendorId,
    number: text(header.read('number'), note, 'number', 200) ?? vendorId,
    status: oneOf(SALE_STATUSES, word),
    vendorStatus: text(word, note, 'vendorStatus', 200),
    customer: customerNamed(header.read('customer.name'), header.read('customer.taxId'), note),
    salesperson: salesperson(header.read('salesperson'), note),
    soldOn: dayOf(header.read('soldOn'), context, note, 'soldOn'),
    deliveredOn: dayOf(header.read('deliveredOn'), context, note, 'deliveredOn'),
    currency: 'BRL',
    total: totalOf(header, items, discount, note),
    discount,
    freight: money(header.read('freight'), refuse, 'freight'),
    downPayment: null,
    items,
    installments: [],
    fiscalDocuments: fiscalDocuments(header.read('fiscalDocuments'), note),
    tags: [],
    notes: words(header.read('notes'), note, 'notes'),
    customFields: otherMembers(pedido, header.taken, note),
    createdAt,
    updatedAt,
  }
}
