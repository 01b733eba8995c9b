import type { Sale } from '../../contract/sale.ts'
import type { Vendor } from '../../kernel/adapter.ts'
import { createOf, getOf, listOf, updateOf } from './resource.ts'

export const sales = {
  'sales.list': listOf<Sale>('sales', ['soldFrom', 'soldTo', 'status', 'customerId']),
  'sales.get': getOf<Sale>('sales'),
  'sales.create': createOf<Sale>('sales'),
  'sales.update': updateOf<Sale>('sales'),
} satisfies Vendor['operations']
