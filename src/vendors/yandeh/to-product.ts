import type { Product } from '../../contract/product.ts'
import type { Context } from '../../kernel/adapter.ts'
import { money, quantity } from '../../kernel/decimals.ts'
import { day } from '../../kernel/moments.ts'
import { boolean, isEmpty, type Note, refuse, text, Unreadable } from '../../kernel/wire.ts'
import { otherMembers } from './custom-fields.ts'
import { productId } from './references.ts'
import type { Produto } from './wire.ts'

const PRICED_NORMALLY: ReadonlySet<string> = new Set([
  'ean_ou_dun',
  'nome',
  'codigo_no_fornecedor',
  'data_vencimento',
  'quantidade',
  'valida_estoque',
  'preco_minimo',
  'preco_normal',
  'preco_maximo',
  'nome_marca',
  'nome_industria',
])

const PRICED_BY_PACK: ReadonlySet<string> = new Set([...PRICED_NORMALLY, 'preco_embalagem'])

export function toProduct(produto: Produto, context: Context): Product {
  const vendorId = productId(produto.ean_ou_dun, produto.pallet_multiplo_dun, refuse, 'vendorId')
  if (vendorId === null) throw new Unreadable('vendorId', 'is missing')
  const note: Note = (field, reason) => context.warn(vendorId, field, reason)
  // The middle price has two names in Y1; should both come, the second is a custom field.
  const isNormal = !isEmpty(produto.preco_normal)
  return {
    id: context.id(vendorId),
    connection: context.connection,
    vendor: context.vendor,
    vendorId,
    kind: 'product',
    name: text(produto.nome, note, 'name'),
    sku: text(produto.codigo_no_fornecedor, note, 'sku', 200),
    barcode: text(produto.ean_ou_dun, note, 'barcode', 100),
    description: null,
    unit: null,
    price: money(isNormal ? produto.preco_normal : produto.preco_embalagem, refuse, 'price'),
    minimumPrice: money(produto.preco_minimo, refuse, 'minimumPrice'),
    maximumPrice: money(produto.preco_maximo, refuse, 'maximumPrice'),
    cost: null,
    currency: 'BRL',
    active: null,
    stock: {
      tracked: boolean(produto.valida_estoque, note, 'stock.tracked'),
      quantity: quantity(produto.quantidade, note, 'stock.quantity'),
      minimum: null,
    },
    category: null,
    brand: text(produto.nome_marca, note, 'brand'),
    manufacturer: text(produto.nome_industria, note, 'manufacturer'),
    fiscal: null,
    weight: null,
    packSize: null,
    expiresOn: day(produto.data_vencimento, note, 'expiresOn'),
    images: [],
    tags: [],
    notes: null,
    customFields: otherMembers(produto, isNormal ? PRICED_NORMALLY : PRICED_BY_PACK, note),
    createdAt: null,
    updatedAt: null,
  }
}
