import { daysAfter } from './days.ts'
import { assertKnown, type Call, cut, oneOf, type Traps, wholeNumber } from './endpoint.ts'
import { ORDER_STATUSES, type Pedido } from './records.ts'
import { invalid } from './refusal.ts'

/** Pending ones of the last seven days, unless asked otherwise (Y2). */
export function listPedidos({ account, query, traps, time }: Call): unknown {
  assertKnown(query, ['status', 'start_date', 'pedidos_ids', 'pagina', 'quantidade_pagina'])
  const status = oneOf(query, 'status', ORDER_STATUSES) ?? 'pendente'
  const since = query.get('start_date') ?? daysAfter(time.slice(0, 10), -7)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(since)) throw invalid('query', 'start_date', 'invalid date format')
  const ids = query.getAll('pedidos_ids').map(Number)
  const isAsked = (pedido: Pedido) =>
    (traps.orderByIdAlone && ids.length > 0) ||
    ((traps.statusIgnored || pedido.status === status) && pedido.data_atualizacao.slice(0, 10) >= since)
  const rows = account.pedidos.filter((pedido) => (ids.length === 0 || ids.includes(pedido.id)) && isAsked(pedido))
  const page = cut(rows, wholeNumber(query, 'pagina', 1), wholeNumber(query, 'quantidade_pagina', 100))
  return { items: page.map((pedido) => shown(pedido, traps.orderHeader)) }
}

function shown(pedido: Pedido, header: Traps['orderHeader']): unknown {
  const { id, cod_grupo_produto, sync_id, itens, ...rest } = pedido
  const body = { id, cod_grupo_produto, sync_id, itens }
  if (header === 'none') return body
  if (header === 'Y9') return { ...body, ...rest }
  const { cnpj_cliente: cnpj, razao_social, data_pedido, total, status, ...others } = rest
  return { ...body, ...others, cliente: { cnpj, razao_social }, emitido_em: data_pedido, resumo: { valor: total }, situacao: status }
}
