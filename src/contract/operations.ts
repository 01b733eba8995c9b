import type { Customer } from './customer.ts'
import type { Product } from './product.ts'
import type { Receivable } from './receivable.ts'
import type { ReferenceKind } from './reference.ts'
import type { Sale } from './sale.ts'

/** The record of each resource. */
export interface Records {
  customers: Customer
  products: Product
  sales: Sale
  receivables: Receivable
}

export type Resource = keyof Records
export type AnyRecord = Records[Resource]
export type Verb = 'list' | 'get' | 'create' | 'update' | 'remove' | 'settle'
export type OperationId = `${Resource}.${Exclude<Verb, 'settle'>}` | 'receivables.settle'
/** The list of one kind of what writes refer to. */
export type ReferenceId = `references.${ReferenceKind}`

export const RESOURCES = ['customers', 'products', 'sales', 'receivables'] as const satisfies readonly Resource[]
export const VERBS = ['list', 'get', 'create', 'update', 'remove', 'settle'] as const satisfies readonly Verb[]

/** Members that a body may carry, since it may be what a read returned, and that no write ever uses. */
export const READ_ONLY = ['id', 'connection', 'vendor', 'vendorId', 'createdAt', 'updatedAt', 'raw', 'overdue', 'balance'] as const

/** What a caller may write: any member that is not read-only; `null` clears. */
export type Writable<R> = Partial<Omit<R, (typeof READ_ONLY)[number]>>

export interface Settlement {
  /** Decimal string; the whole balance where it is absent. */
  amount?: string
  /** Day; today in the connection's zone where it is absent. */
  receivedOn?: string
}
