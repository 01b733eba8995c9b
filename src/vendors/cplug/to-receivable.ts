import type { Receivable } from '../../contract/receivable.ts'
import type { Context } from '../../kernel/adapter.ts'
import { total } from '../../kernel/decimals.ts'
import { day, instant } from '../../kernel/moments.ts'
import { type Note, object, oneOf, ownId, refuse, rows, text, words } from '../../kernel/wire.ts'
import { amount, currency } from './amounts.ts'
import { leftOver } from './custom-fields.ts'
import { customerOf, named } from './references.ts'
import type { Payment, Transaction } from './wire.ts'
import { RECEIVABLE_STATUSES } from './words.ts'

const KNOWN: ReadonlySet<string> = new Set([
  'id',
  'type',
  'description',
  'notes',
  'competence_date',
  'due_date',
  'payment_date',
  'status',
  'total',
  'customer',
  'customer_id',
  'account_plan',
  'bank_account',
  'payment_method',
  'created_at',
  'updated_at',
] satisfies (keyof Transaction)[])

/** Hex of `expense|`, with which the id of a payable begins (DOC). */
const EXPENSE = '657870656e73657c'

export const isExpenseId = (vendorId: unknown) => typeof vendorId === 'string' && vendorId.trim().toLowerCase().startsWith(EXPENSE)

export const isExpense = ({ id, type }: Transaction) => isExpenseId(id) || type === 'expense'

/** What came in of what is due; null where the payments do not tell. */
function paidAmount(status: Receivable['status'], due: string | null, payments: readonly Payment[]): string | null {
  if (status === 'paid') return due
  if (status === 'open') return '0.00'
  if (status !== 'partially_paid' || payments.length === 0) return null
  return total(...payments.map(({ value }) => [1, amount(value, refuse, 'paidAmount')] as const))
}

/** The last day of a payment, where it was paid. */
function paidOn(transaction: Transaction, payments: readonly Payment[], note: Note): string | null {
  const days = payments.flatMap(({ date }) => day(date, note, 'paidOn') ?? [])
  return day(transaction.payment_date, note, 'paidOn') ?? days.sort().at(-1) ?? null
}

export function toReceivable(transaction: Transaction, context: Context): Receivable {
  const vendorId = ownId(transaction.id, 'vendorId')
  const note: Note = (field, reason) => context.warn(vendorId, field, reason)
  const status = oneOf(RECEIVABLE_STATUSES, transaction.status)
  const due = amount(transaction.total, refuse, 'amount')
  const payments = rows(transaction.payments, refuse, 'payments', 1000).map((entry) => object<Payment>(entry, 'payments'))
  const paid = paidAmount(status, due, payments)
  const dueOn = day(transaction.due_date, note, 'dueOn')
  const isOwed = status === 'open' || status === 'partially_paid'
  const customFields = leftOver(transaction, KNOWN, note)
  return {
    id: context.id(vendorId),
    connection: context.connection,
    vendor: context.vendor,
    vendorId,
    description: text(transaction.description, note, 'description'),
    documentNumber: null,
    status,
    vendorStatus: text(transaction.status, note, 'vendorStatus', 200),
    overdue: isOwed ? dueOn !== null && dueOn < context.today : status === 'paid' ? false : null,
    amount: due,
    paidAmount: paid,
    balance: total([1, due], [-1, paid]),
    currency: currency(transaction.total, note),
    issuedOn: day(transaction.competence_date, note, 'issuedOn'),
    dueOn,
    paidOn: status === 'paid' ? paidOn(transaction, payments, note) : null,
    creditedOn: null,
    customer: customerOf(transaction, context, note),
    saleId: null,
    installment: null,
    paymentMethod: named(transaction.payment_method ?? payments[0]?.payment_method, null, note, 'paymentMethod'),
    account: named(transaction.bank_account, null, note, 'account'),
    category: named(transaction.account_plan, null, note, 'category'),
    barcode: null,
    origin: null,
    tags: [],
    notes: words(transaction.notes, note, 'notes'),
    customFields,
    createdAt: instant(transaction.created_at, context.timeZone, note, 'createdAt'),
    updatedAt: instant(transaction.updated_at, context.timeZone, note, 'updatedAt'),
  }
}
