import type { Writable } from '../../contract/operations.ts'
import type { Sale } from '../../contract/sale.ts'
import type { Context } from '../../kernel/adapter.ts'
import { sameAmount, times, total } from '../../kernel/decimals.ts'
import { type Flaw, GatewayError } from '../../kernel/errors.ts'
import { integer, refuse, text, Unreadable } from '../../kernel/wire.ts'
import { type Body, codeOrZero, inReais, refuseIfAny, unnoted, withoutBlanks } from './body.ts'
import { CAMPOS, setFields } from './custom-fields.ts'
import { codeOf, codeOfProduct, defaultCode, isServiceId } from './references.ts'
import type { Venda } from './wire.ts'
import { SALE_STATUSES, SITUACOES_DE_VENDA } from './words.ts'

/** eGestor's two states of a sale; cancelling is a DELETE. */
function situacao(status: Sale['status'] | undefined, flaws: Flaw[]): number | undefined {
  if (status === undefined) return undefined
  if (status === 'quote' || status === 'completed') return SITUACOES_DE_VENDA[status]
  flaws.push({
    pointer: '/status',
    detail: status === 'cancelled' ? 'eGestor cancels a sale by removing it: DELETE it' : 'eGestor takes quote and completed',
  })
  return undefined
}

/** Without a situacaoOS ours is the number of the situacao (see to-sale.ts), which is no text to store. */
function situacaoOS(vendorStatus: string | null | undefined): string | undefined {
  if (vendorStatus === undefined) return undefined
  return vendorStatus === null || Object.hasOwn(SALE_STATUSES, vendorStatus) ? '' : vendorStatus
}

/** The words of a new sale's stage that D1 names; others are refused in writes (notes). */
const STAGES = ['Em espera', 'Em execução', 'Finalizada', 'Entregue']

/** The stage of a new sale. A record read elsewhere brings that vendor's word, which is none of these. */
function firstStage(vendorStatus: string | null | undefined, context: Context): string | undefined {
  const stage = situacaoOS(vendorStatus)
  if (!stage || STAGES.includes(stage)) return stage
  context.warn(null, 'vendorStatus', `eGestor takes ${STAGES.join(', ')}`)
  return undefined
}

type Items = NonNullable<Sale['items']>

function produtos(items: Items, context: Context, flaws: Flaw[]): Body[] {
  return items.map((item, position) => {
    const at = `/items/${position}`
    if (!item.productId) flaws.push({ pointer: `${at}/productId`, detail: 'eGestor sells only what is one of its products' })
    if (!item.quantity) flaws.push({ pointer: `${at}/quantity`, detail: 'eGestor requires it' })
    if (!item.unitPrice) flaws.push({ pointer: `${at}/unitPrice`, detail: 'eGestor requires it' })
    const code = item.productId ? context.vendorId(item.productId, `${at}/productId`) : ''
    const due = total([1, times(item.quantity ?? null, item.unitPrice ?? null)], [-1, item.discount ?? '0'])
    if (item.total && due !== null && !sameAmount(item.total, due))
      context.warn(null, 'items.total', 'eGestor computes it from quantity, price and discount')
    return {
      codProduto: Number(codeOfProduct(code)),
      // assumed: reads name the type of a line (D1), and whether products and services share their codes is not known.
      ...(isServiceId(code) && { tipo: 'servico' }),
      quant: Number(item.quantity ?? 0),
      preco: Number(item.unitPrice ?? 0),
      vDesc: Number(item.discount ?? 0),
      obs: item.notes ?? '',
    }
  })
}

function financeiros(installments: Sale['installments'], context: Context): Body[] {
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
      codFormaPgto: defaultCode(context, 'paymentMethodId'),
      codPlanoContas: defaultCode(context, 'categoryId'),
      codCaixa: defaultCode(context, 'accountId'),
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
  const seller = codeOrZero(salesperson === undefined ? undefined : String(salesperson), '/salesperson/id', flaws)
  const state = situacao(record.status ?? 'completed', flaws)
  const lines = produtos(items, context, flaws)
  refuseIfAny(flaws)
  const sum = computedTotal(record, items)
  if (record.total && sum !== null && !sameAmount(record.total, sum))
    context.warn(null, 'total', 'eGestor computes it from the items, freight and discount')
  const customizado: Body = {}
  setFields(customizado, record.customFields, CAMPOS, context)
  const installments = record.installments ?? []
  return withoutBlanks({
    codContato: codeOf(record.customer?.id ?? undefined, '/customer/id', context),
    codVendedor: seller,
    dtVenda: record.soldOn ?? context.today,
    dtEntrega: record.deliveredOn,
    situacao: state,
    situacaoOS: firstStage(record.vendorStatus, context),
    valorFrete: record.freight ? Number(record.freight) : undefined,
    valorDesc: record.discount ? Number(record.discount) : undefined,
    tags: record.tags ?? [],
    customizado: Object.keys(customizado).length > 0 ? customizado : undefined,
    produtos: lines,
    financeiros: installments.length > 0 ? financeiros(installments, context) : undefined,
  })
}

/** What PUT /vendas takes of a sale, and nothing else (D1). */
export function fromSaleChanges(changes: Writable<Sale>, context: Context): Body {
  const flaws: Flaw[] = []
  const body: Body = {}
  const state = situacao(changes.status, flaws)
  refuseIfAny(flaws)
  if (state !== undefined) body.situacao = state
  const stage = situacaoOS(changes.vendorStatus)
  if (stage !== undefined) body.situacaoOS = stage
  const campos: Body = {}
  setFields(campos, changes.customFields, CAMPOS, context)
  for (const campo in campos) body[campo.replace('xCampo', 'campoAdicional')] = campos[campo]
  if (Object.keys(body).length === 0) {
    throw new GatewayError('unsupported_field', {
      outcome: 'not_applied',
      message: 'eGestor changes only the status and the custom fields of a sale.',
    })
  }
  return body
}

function currentSituacao(venda: Venda): number {
  const code = integer(venda.situacao, refuse, 'status')
  if (code === null) throw new Unreadable('status', 'is missing')
  return code
}

/** A PUT without situacao sets it to 0, and one with the account's own situacaoOS is refused (notes): that goes only where it changes. */
export function mergedSale(current: Venda, { situacaoOS: stage, ...changes }: Body): Body {
  const currentStage = text(current.situacaoOS, unnoted, 'vendorStatus', 200) ?? ''
  return {
    ...changes,
    situacao: changes.situacao ?? currentSituacao(current),
    ...(stage !== undefined && stage !== currentStage && { situacaoOS: stage }),
  }
}
