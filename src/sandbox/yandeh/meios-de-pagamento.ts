import { assertKnown, type Call } from './endpoint.ts'
import type { MeioDePagamento } from './records.ts'

export const MEIOS_DE_PAGAMENTO: readonly MeioDePagamento[] = [
  { id: 1, nome: 'Boleto 7/14 dias', codigo_condicao_pagamento: '0714D', condicao: '7/14', pedido_minimo: 200, deleted: false },
  { id: 2, nome: 'Boleto 28 dias', codigo_condicao_pagamento: '28D', condicao: '28', pedido_minimo: 500, deleted: false },
  { id: 3, nome: 'Boleto 30/60 dias', codigo_condicao_pagamento: '3060D', condicao: '30/60', pedido_minimo: 900, deleted: true },
  { id: 4, nome: 'PIX', codigo_condicao_pagamento: 'PIX', condicao: '0', pedido_minimo: 0, deleted: false },
]

/** A bare list (Y8). */
export function listMeiosDePagamento({ account, query }: Call): unknown {
  assertKnown(query, [])
  return account.meiosDePagamento
}
