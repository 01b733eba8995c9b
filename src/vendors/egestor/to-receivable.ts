import type { Receivable } from '../../contract/receivable.ts'
import type { Context } from '../../kernel/adapter.ts'
import { money } from '../../kernel/decimals.ts'
import { day, instant } from '../../kernel/moments.ts'
import { id, list, type Note, ownId, refuse, text, words } from '../../kernel/wire.ts'
import { RECEBIMENTO_FIELDS, readFields } from './custom-fields.ts'
import { customerOf, named } from './references.ts'
import type { Recebimento } from './wire.ts'
import { receivableStatus } from './words.ts'

export function toReceivable(recebimento: Recebimento, context: Context): Receivable {
  const vendorId = ownId(recebimento.codigo, 'vendorId')
  const note: Note = (field, reason) => context.warn(vendorId, field, reason)
  const status = receivableStatus(recebimento.situacao)
  const amount = money(recebimento.valor, refuse, 'amount')
  const isPaid = status === 'paid'
  const isOpen = status === 'open'
  // Lists asked without fields= have one date, which means what the status says (seed).
  const dueOn = day(recebimento.dtVenc ?? (isOpen ? recebimento.data : null), note, 'dueOn')
  const sale = recebimento.origem === 'vendas' ? id(recebimento.codModulo, note, 'saleId') : null
  return {
    id: context.id(vendorId),
    connection: context.connection,
    vendor: context.vendor,
    vendorId,
    description: text(recebimento.descricao, note, 'description'),
    documentNumber: text(recebimento.numDoc, note, 'documentNumber', 200),
    status,
    vendorStatus: text(recebimento.situacao, note, 'vendorStatus', 200),
    overdue: isOpen ? dueOn !== null && dueOn < context.today : isPaid ? false : null,
    amount,
    paidAmount: isPaid ? amount : isOpen ? '0.00' : null,
    balance: isOpen ? amount : isPaid ? '0.00' : null,
    currency: 'BRL',
    issuedOn: day(recebimento.dtComp, note, 'issuedOn'),
    dueOn,
    paidOn: day(recebimento.dtPgto ?? (isPaid ? recebimento.data : null), note, 'paidOn'),
    creditedOn: day(recebimento.dtCred, note, 'creditedOn'),
    customer: customerOf(recebimento.codContato, recebimento.nomeContato ?? recebimento.contato, context, note),
    saleId: sale === null ? null : context.id(sale),
    installment: null,
    paymentMethod: named(id(recebimento.codFormaPgto, note, 'paymentMethod.id')),
    account: named(id(recebimento.codDisponivel, note, 'account.id'), text(recebimento.nomeDisponivel, note, 'account.name')),
    category: named(id(recebimento.codPlanoContas, note, 'category.id')),
    barcode: null,
    origin: text(recebimento.origem, note, 'origin', 100),
    tags: list(recebimento.tags, note, 'tags'),
    notes: words(recebimento.obs, note, 'notes'),
    customFields: readFields(recebimento, RECEBIMENTO_FIELDS, note),
    createdAt: instant(recebimento.dtCad, context.timeZone, note, 'createdAt'),
    updatedAt: null,
  }
}
