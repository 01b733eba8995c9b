import { assertKnown, type Call, oneOf } from './endpoint.ts'
import { REGISTRATION_STATUSES } from './records.ts'
import { invalid, refused } from './refusal.ts'

/** All rows at once: no paging is documented (seed). */
export function listClientes({ account, query, traps }: Call): unknown {
  assertKnown(query, ['status'])
  const status = oneOf(query, 'status', REGISTRATION_STATUSES) ?? (traps.withoutStatus === 'new' ? 'Novo' : null)
  const rows = account.clientes.filter((cliente) => traps.statusIgnored || status === null || cliente.status === status)
  return {
    detail: { success: true, message: 'Clientes listados com sucesso.' },
    data: traps.sellerAsList ? rows.map((cliente) => ({ ...cliente, vendedor: [cliente.vendedor] })) : rows,
  }
}

const WRITABLE = ['Processando', 'Rejeitado', 'Finalizado'] as const

export function updateCliente({ account, body, id, time }: Call): unknown {
  const given = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  for (const name of Object.keys(given))
    if (name !== 'status' && name !== 'reason') throw invalid('body', name, 'extra fields not permitted')
  const status = WRITABLE.find((word) => word === given.status)
  if (status === undefined) throw invalid('body', 'status', 'value is not a valid enumeration member')
  if (given.reason !== undefined && typeof given.reason !== 'string') throw invalid('body', 'reason', 'str type expected')
  const cliente = account.clientes.find((one) => one.id === id)
  if (!cliente) throw refused('Cliente não encontrado no SmartForce', {})
  if (cliente.status === status) throw refused('Erro ao atualizar cliente no SmartForce', `Cliente ${id} já possui o status ${status}`)
  Object.assign(cliente, { status, motivo: given.reason ?? null, data_avaliacao: time })
  return { detail: { success: true, message: `Cliente ${id} atualizado com sucesso` } }
}
