import type { Receivable } from '../../contract/receivable.ts'
import type { Context } from '../../kernel/adapter.ts'
import { byCode, byName, byRef, type Selector } from './fields.ts'
import { settingsOf } from './settings.ts'
import { BILL_STATUSES } from './words.ts'

export type ReceivableSelectors = Readonly<
  Record<'status' | 'amount' | 'items' | 'payer' | 'paidAt' | 'dueDate' | 'description', readonly Selector[]>
>

const DUE_DATE = /^(?:data de )?vencimento$/i

/** The codes of an invoices list (PHP). It has no day on which an invoice is due: a field of the account's own is known by its name (assumed). */
const USUAL: ReceivableSelectors = {
  status: [byCode('BILL_STATUS')],
  amount: [byCode('BILL_PRICE')],
  items: [byCode('ITEMS')],
  payer: [byCode('PAYER')],
  paidAt: [byCode('BILL_PAYMENT_DATE')],
  dueDate: [byName(DUE_DATE)],
  description: [byCode('BILL_COMMENT')],
}

export function receivableSelectors(context: Context): ReceivableSelectors {
  const { fields } = settingsOf(context, 'receivables')
  if (fields === undefined) return USUAL
  return { ...USUAL, ...Object.fromEntries(Object.entries(fields).map(([member, ref]) => [member, [byRef(ref)]])) }
}

/** Our status for each code or label: what the settings say goes before what Kommo's codes mean. */
export const statusWords = (context: Context): Readonly<Record<string, Receivable['status']>> => ({
  ...BILL_STATUSES,
  ...settingsOf(context, 'receivables').statusMap,
})
