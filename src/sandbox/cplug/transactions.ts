import { day, oneOf } from './check.ts'
import type { Call, Endpoints } from './endpoint.ts'
import { among, contains, equals, type Filter, ids, listPage } from './query.ts'
import type { PaymentMethod, Transaction } from './records.ts'

const DATES: Readonly<Record<string, (row: Transaction) => string | null>> = {
  due_date: (row) => row.due_date,
  payment_date: (row) => row.payment_date,
  competence_date: (row) => row.competence_date,
}

/** Any of the dates that `date_fields` names; without it the due date (assumed). */
const within =
  (keeps: (date: string, bound: string) => boolean): Filter<Transaction> =>
  (value, query) => {
    const dates = (query.date_fields ?? 'due_date').split(',').map((name) => DATES[name])
    return day(value) ? (row) => dates.some((read) => keeps(read?.(row) ?? '', value)) : null
  }

const filters: Readonly<Record<string, Filter<Transaction>>> = {
  financial_transactions_id: ids((row) => row.id),
  type: among((row) => row.type, 'income', 'expense'),
  date_fields: (value) => (value.split(',').every((name) => Object.hasOwn(DATES, name)) ? () => true : null),
  date_start: within((date, bound) => date >= bound),
  date_end: within((date, bound) => date !== '' && date <= bound),
  status: among((row) => row.status, 'paid', 'unpaid', 'partially_paid'),
  description: contains((row) => [row.description]),
  customer_id: equals((row) => row.customer_id),
}

function list({ store, query, traps }: Call): unknown {
  return listPage(store.transactions, query, {
    key: 'financial_transactions',
    filters: {
      ...filters,
      ...(traps.typeIgnored && { type: (value: string) => (oneOf('income', 'expense')(value) ? () => true : null) }),
      ...(traps.idsIgnored && { financial_transactions_id: () => () => true }),
    },
    traps,
    show: ({ customer_id: customerId, sale_id: _sale, ...row }) => {
      const customer = store.customers.find(({ id }) => id === customerId)
      return { ...row, customer: customer ? { id: customer.id, name: customer.name } : null }
    },
  })
}

export const transactions: Endpoints = {
  'GET financial/transactions': list,
  'GET payments': ({ store, query, traps }) =>
    listPage<PaymentMethod>(store.paymentMethods, query, {
      key: 'payments',
      filters: {
        payments_id: ids((row) => row.id),
        name: contains((row) => [row.name]),
        fiscal_code: equals((row) => row.fiscal_code),
      },
      traps,
      show: (row) => row,
    }),
  // assumed: the page could not be read.
  'GET bank-accounts': ({ store, query, traps }) =>
    listPage(store.bankAccounts, query, { key: 'bank_accounts', filters: {}, traps, show: (row) => row }),
}
