import type { Receivable } from '../../contract/receivable.ts'
import type { Sale } from '../../contract/sale.ts'

// Our words and CPlug's for them (DOC). Each table is said once.

export const CUSTOMER_KINDS = { individual: 'person', company: 'company' } as const
export const CUSTOMER_TYPES = { person: 'individual', company: 'company' } as const

/** Raw materials and what is produced are goods too; the word itself stays readable as a custom field. */
export const PRODUCT_KINDS = {
  simple: 'product',
  combo: 'combo',
  production_process: 'product',
  automatic_production: 'product',
  component: 'product',
} as const
/** assumed: what the options of a product say of its kind; a grid is one thing in several sizes, colours and the like. */
export const OPTION_KINDS = { simple: 'product', composition: 'combo', grid: 'product' } as const
export const PRODUCT_TYPES = Object.keys(PRODUCT_KINDS) as (keyof typeof PRODUCT_KINDS)[]

export const SALE_STATUSES = {
  open: 'pending',
  waiting: 'pending',
  reserved: 'pending',
  in_preparation: 'processing',
  takeout: 'processing',
  in_route: 'shipped',
  closed: 'completed',
  canceled: 'cancelled',
} as const satisfies Readonly<Record<string, Sale['status']>>

/** The word that is written for each of our statuses; those that are not here cannot occur at CPlug. */
export const SALE_WORDS = {
  pending: 'open',
  processing: 'in_preparation',
  shipped: 'in_route',
  completed: 'closed',
  cancelled: 'canceled',
} as const satisfies Partial<Record<Sale['status'], keyof typeof SALE_STATUSES>>

export const RECEIVABLE_STATUSES = {
  unpaid: 'open',
  partially_paid: 'partially_paid',
  paid: 'paid',
} as const satisfies Readonly<Record<string, Receivable['status']>>
export const RECEIVABLE_WORDS = { open: 'unpaid', partially_paid: 'partially_paid', paid: 'paid' } as const

/** Our word's own table entry, or undefined. */
export const wordFor = <W extends string>(table: Readonly<Record<string, W>>, ours: string): W | undefined =>
  Object.hasOwn(table, ours) ? table[ours] : undefined
