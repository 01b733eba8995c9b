import type { Receivable } from '../../contract/receivable.ts'
import type { Vendor } from '../../kernel/adapter.ts'
import { createOf, getOf, listOf, updateOf } from './resource.ts'

export const receivables = {
  'receivables.list': listOf<Receivable>('receivables', ['status', 'dueFrom', 'dueTo', 'customerId', 'saleId']),
  'receivables.get': getOf<Receivable>('receivables'),
  'receivables.create': createOf<Receivable>('receivables'),
  'receivables.update': updateOf<Receivable>('receivables'),
} satisfies Vendor['operations']
