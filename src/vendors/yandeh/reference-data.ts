import type { References } from '../../contract/reference.ts'
import type { Vendor } from '../../kernel/adapter.ts'
import { type Note, ownId, readEach, text } from '../../kernel/wire.ts'
import { rowsOf } from './envelope.ts'
import type { MeioDePagamento } from './wire.ts'

const isInUse = (row: unknown) => (row as MeioDePagamento | null)?.deleted !== true

function paymentMethod(row: MeioDePagamento, note: Note): References['payment-methods'] {
  const code = text(row.codigo_condicao_pagamento, note, 'code', 128)
  return { id: ownId(row.id, 'id'), name: text(row.nome, note, 'name'), code, accountId: null }
}

export const references = {
  'payment-methods': {
    evidence: 'documented',
    // A bare list, with no parameters that its page tells of (Y8).
    request: () => ({ method: 'GET', path: '/v2/meios_de_pagamentos' }),
    read: (body, context) => ({ rows: readEach(rowsOf(body).filter(isInUse), paymentMethod, context), next: null }),
  },
} satisfies Vendor['references']
