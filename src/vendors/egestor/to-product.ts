import type { Product } from '../../contract/product.ts'
import type { Context } from '../../kernel/adapter.ts'
import { money, quantity } from '../../kernel/decimals.ts'
import { instant } from '../../kernel/moments.ts'
import { boolean, id, list, type Note, ownId, part, refuse, rows, text, words } from '../../kernel/wire.ts'
import { PRODUTO_FIELDS, readFields, SERVICO_FIELDS } from './custom-fields.ts'
import { named, serviceId } from './references.ts'
import type { Produto } from './wire.ts'

function images(value: unknown, note: Note): string[] {
  const read: string[] = []
  for (const entry of rows(value, note, 'images', 100)) {
    const link = text(part(part(entry, note, 'images').foto, note, 'images').link, note, 'images', 4000)
    if (link !== null) read.push(link)
  }
  return read
}

/** Goods and services share this: a service leaves out what only goods have. */
export function toProduct(produto: Produto, context: Context, isService: boolean): Product {
  const codigo = ownId(produto.codigo, 'vendorId')
  const vendorId = isService ? serviceId(codigo) : codigo
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
    customFields: readFields(produto, isService ? SERVICO_FIELDS : PRODUTO_FIELDS, note),
    createdAt: instant(produto.dtCad, context.timeZone, note, 'createdAt'),
    updatedAt: instant(produto.updatedAt, context.timeZone, note, 'updatedAt'),
  }
}
