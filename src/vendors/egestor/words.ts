import type { ReceivableStatus } from '../../contract/sale.ts'
import { oneOf } from '../../kernel/wire.ts'

// Our words and eGestor's for them: each table is said once, as it is written, and read the other way round.

function inverted<Ours extends string>(table: Readonly<Record<Ours, string | number>>): Readonly<Record<string, Ours>> {
  return Object.fromEntries(Object.entries(table).map(([ours, theirs]) => [theirs, ours as Ours]))
}

export const TIPOS = { customer: 'cliente', supplier: 'fornecedor', carrier: 'transportadora' } as const
export const ROLES = inverted(TIPOS)

export const INDICADORES_IE = { taxpayer: 1, exempt: 2, non_taxpayer: 9 } as const
/** 0 is read as well, and is not taken in writes (F1, F4). */
export const REGISTRATION_STATUSES = { ...inverted(INDICADORES_IE), '0': 'non_taxpayer' } as const

export const PRODUCT_KINDS = { produto: 'product', servico: 'service' } as const

export const SITUACOES_DE_VENDA = { quote: 10, completed: 50 } as const
export const SALE_STATUSES = inverted(SITUACOES_DE_VENDA)

export const SITUACOES_DE_RECEBIMENTO = { open: 20, paid: 40 } as const
const RECEIVABLE_STATUSES = inverted(SITUACOES_DE_RECEBIMENTO)

export const receivableStatus = (situacao: unknown): ReceivableStatus => oneOf(RECEIVABLE_STATUSES, situacao)

/** An entry of the chart of accounts by its `tipo` (D1). */
export const CATEGORY_KINDS: Readonly<Record<string, 'income' | 'expense'>> = inverted({ income: 1, expense: 2 })
