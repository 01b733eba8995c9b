import type { Receivable } from '../../contract/receivable.ts'
import type { Context } from '../../kernel/adapter.ts'
import { money } from '../../kernel/decimals.ts'
import { id, type Note, ownId, refuse, text } from '../../kernel/wire.ts'
import { otherMembers } from './custom-fields.ts'
import { dayOf } from './days.ts'
import { customerNamed, fullId } from './references.ts'
import type { Titulo } from './wire.ts'

const TAKEN: ReadonlySet<string> = new Set([
  'id',
  'cnpj_cliente',
  'codigo_barras',
  'data_pagamento_titulo',
  'data_pedido',
  'data_vencimento_titulo',
  'numero_nota_fiscal',
  'numero_pedido',
  'valor_titulo',
])

/** A bar code has 44 digits, the line that people type 47: an integer loses the zeros that banks from 001 begin with. */
const FULL_LENGTH: Readonly<Record<number, number>> = { 42: 44, 43: 44, 45: 47, 46: 47 }

function barcode(value: unknown, note: Note): string | null {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    note('barcode', 'has lost digits on the way')
    return null
  }
  const given = text(value, note, 'barcode', 100)
  // 0 is what an integer that is not there comes to.
  if (given === null || given === '0') return null
  return /^\d+$/.test(given) ? given.padStart(FULL_LENGTH[given.length] ?? 0, '0') : given
}

export function toReceivable(titulo: Titulo, context: Context): Receivable {
  const vendorId = ownId(titulo.id, 'vendorId')
  const note: Note = (field, reason) => context.warn(vendorId, field, reason)
  const amount = money(titulo.valor_titulo, refuse, 'amount')
  const dueOn = dayOf(titulo.data_vencimento_titulo, context, note, 'dueOn')
  // assumed: there is no status; a title is paid once it has a day of payment. One that cannot be read must not make it open.
  const paidOn = dayOf(titulo.data_pagamento_titulo, context, refuse, 'paidOn')
  const isPaid = paidOn !== null
  return {
    id: context.id(vendorId),
    connection: context.connection,
    vendor: context.vendor,
    vendorId,
    description: null,
    documentNumber: text(titulo.numero_nota_fiscal, note, 'documentNumber', 200),
    status: isPaid ? 'paid' : 'open',
    vendorStatus: null,
    overdue: !isPaid && dueOn !== null && dueOn < context.today,
    amount,
    paidAmount: isPaid ? amount : '0.00',
    balance: isPaid ? '0.00' : amount,
    currency: 'BRL',
    issuedOn: dayOf(titulo.data_pedido, context, note, 'issuedOn'),
    dueOn,
    paidOn,
    creditedOn: null,
    customer: customerNamed(null, titulo.cnpj_cliente, note),
    saleId: fullId(id(titulo.numero_pedido, note, 'saleId'), context),
    installment: null,
    paymentMethod: null,
    account: null,
    category: null,
    barcode: barcode(titulo.codigo_barras, note),
    origin: null,
    tags: [],
    notes: null,
    customFields: otherMembers(titulo, TAKEN, note),
    createdAt: null,
    updatedAt: null,
  }
}
