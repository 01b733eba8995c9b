import type { Receivable } from '../../contract/receivable.ts'
import { type Context, pageNumberAfter, type Vendor } from '../../kernel/adapter.ts'
import { object } from '../../kernel/wire.ts'
import { withinCompany } from './company.ts'
import { rowId } from './envelope.ts'
import * as examples from './examples/transactions.ts'
import { assertCarried, findRow, listRows } from './lists.ts'
import { CUSTOMERS } from './references.ts'
import { isExpense, isExpenseId, toReceivable } from './to-receivable.ts'
import type { Transaction } from './wire.ts'
import { RECEIVABLE_WORDS, wordFor } from './words.ts'

/** What each filter looks at. */
const LOOKED_AT = { status: ['status'], dueFrom: ['due_date'], dueTo: ['due_date'], customerId: CUSTOMERS }

const isIncome = (row: unknown) => !isExpense((row ?? {}) as Transaction)

/** Null where it is a payable: one list has both (DOC). */
function readIncome(row: unknown, context: Context): Receivable | null {
  const transaction = object<Transaction>(row)
  return isExpense(transaction) ? null : toReceivable(transaction, context)
}

export const receivables = {
  'receivables.list': {
    evidence: 'documented',
    filters: { native: ['q', 'status', 'dueFrom', 'dueTo', 'customerId'], emulated: [] },
    pagination: 'native',
    pageSize: 50,
    following: pageNumberAfter,
    // The company first.
    async run(ask, input, context) {
      const { q, status, dueFrom, dueTo, customerId } = input.filters
      const word = status === undefined ? undefined : wordFor(RECEIVABLE_WORDS, status)
      if (status !== undefined && status !== 'unknown' && word === undefined) return { rows: [], next: null }
      const isDated = dueFrom !== undefined || dueTo !== undefined
      const query = {
        type: 'income',
        description: q,
        status: word,
        date_fields: isDated ? 'due_date' : undefined,
        date_start: dueFrom,
        date_end: dueTo,
        customer_id: customerId,
      }
      const page = await listRows(ask, context, 'transactions', query, input)
      assertCarried(page.rows.filter(isIncome), LOOKED_AT, input.filters)
      return page
    },
    record: readIncome,
    rowId,
    examples: [examples.income],
  },
  'receivables.get': {
    evidence: 'documented',
    // The company first; then by the list's filter, as no page tells of a single read.
    async run(ask, { vendorId }, context) {
      if (isExpenseId(vendorId)) return null
      const within = await withinCompany(ask, context)
      const row = await findRow(within, context, 'transactions', { financial_transactions_id: vendorId }, vendorId)
      const income = row === null ? null : readIncome(row, context)
      return income && { ...income, raw: row }
    },
    examples: (context) => [toReceivable(examples.income, context)],
  },
} satisfies Vendor['operations']
