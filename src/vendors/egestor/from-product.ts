import type { Writable } from '../../contract/operations.ts'
import type { Product } from '../../contract/product.ts'
import type { Context } from '../../kernel/adapter.ts'
import type { Flaw } from '../../kernel/errors.ts'
import { isEmpty } from '../../kernel/wire.ts'
import { type Body, codeOrZero, inReais, orEmpty, orZero, refuseIfAny } from './body.ts'
import { PRODUTO_FIELDS, SERVICO_FIELDS, setFields } from './custom-fields.ts'

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

/** What eGestor keeps as 0 where there is none, and so is read as 0. */
function warnOfZeros({ price, cost, stock, weight, fiscal }: Writable<Product>, isGoods: boolean, context: Context) {
  const goods = {
    cost,
    'stock.minimum': stock === null ? null : stock?.minimum,
    'weight.gross': weight === null ? null : weight?.gross,
    'weight.net': weight === null ? null : weight?.net,
    'fiscal.origin': fiscal === null ? null : fiscal?.origin,
  }
  for (const [member, value] of Object.entries({ price, ...(isGoods && goods) })) {
    if (value === null) context.warn(null, member, 'eGestor keeps 0 where there is none')
  }
}

export function fromProduct(record: Writable<Product>, context: Context, isNew: boolean): Body {
  checkProduct(record, isNew)
  if (record.kind === 'combo' || record.kind === 'service') context.warn(null, 'kind', 'eGestor keeps it as a product')
  warnOfMembers(record, [], SERVICE_FISCAL, 'goods', context)
  if (!isNew) warnOfZeros(record, true, context)
  const { fiscal, stock, weight, category } = record
  const flaws: Flaw[] = []
  const body: Body = {
    descricao: record.name,
    codigoProprio: orEmpty(record.sku),
    refEanGtin: orEmpty(record.barcode),
    unidadeTributada: orEmpty(record.unit),
    precoVenda: orZero(record.price),
    precoCusto: orZero(record.cost),
    codCategoria: category === undefined ? undefined : codeOrZero(category?.id ?? null, '/category/id', flaws),
    anotacoesInternas: orEmpty(record.notes),
    tags: record.tags,
  }
  if (stock !== undefined) {
    if (stock?.tracked !== true && !isEmpty(stock?.quantity)) {
      context.warn(null, 'stock.quantity', 'eGestor keeps count only of what is tracked')
    }
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
    body.origemFiscal = codeOrZero(fiscal?.origin ?? null, '/fiscal/origin', flaws)
    body.excecaoIPI = fiscal?.exTipi ? codeOrZero(fiscal.exTipi, '/fiscal/exTipi', flaws) : ''
    body.codigoGrupoTributos = codeOrZero(fiscal?.taxGroupId ?? null, '/fiscal/taxGroupId', flaws)
  }
  refuseIfAny(flaws)
  setFields(body, record.customFields, PRODUTO_FIELDS, context)
  return body
}

export function fromService(record: Writable<Product>, context: Context, isNew: boolean): Body {
  checkProduct(record, isNew)
  if (record.kind && record.kind !== 'service') context.warn(null, 'kind', 'eGestor keeps it as a service')
  warnOfMembers(record, GOODS_ONLY, GOODS_FISCAL, 'services', context)
  if (!isNew) warnOfZeros(record, false, context)
  const flaws: Flaw[] = []
  const body: Body = {
    descricao: record.name,
    precoVenda: orZero(record.price),
    anotacoesInternas: orEmpty(record.notes),
    tags: record.tags,
  }
  if (record.fiscal !== undefined) {
    body.itemListaServico = record.fiscal?.serviceCode ?? ''
    body.cnae = record.fiscal?.cnae ?? ''
    body.codigoGrupoTributos = codeOrZero(record.fiscal?.taxGroupId ?? null, '/fiscal/taxGroupId', flaws)
  }
  refuseIfAny(flaws)
  setFields(body, record.customFields, SERVICO_FIELDS, context)
  return body
}
