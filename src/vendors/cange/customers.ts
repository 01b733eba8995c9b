import type { Customer } from '../../contract/customer.ts'
import type { Vendor } from '../../kernel/adapter.ts'
import { createOf, getOf, listOf, updateOf } from './resource.ts'

export const customers = {
  'customers.list': listOf<Customer>('customers', ['taxId', 'email']),
  'customers.get': getOf<Customer>('customers'),
  'customers.create': createOf<Customer>('customers'),
  'customers.update': updateOf<Customer>('customers'),
} satisfies Vendor['operations']
