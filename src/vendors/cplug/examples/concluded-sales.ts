import type { ConcludedSale, Transaction } from '../wire.ts'
import { order } from './sale-orders.ts'
import { income as transaction } from './transactions.ts'

export const sale: ConcludedSale = { ...order, id: 7001, status: 'closed', sales_order_id: 900 }

const { type: _type, customer: _customer, ...members } = transaction

/** The customer stands with its sale only. */
export const income: Transaction = members
