import type { Transaction } from '../wire.ts'

export const income: Transaction = {
  id: '696e636f6d657c3235',
  type: 'income',
  description: 'Venda 41, parcela 1/2',
  notes: 'Pago no balcão',
  competence_date: '2026-11-10',
  due_date: '2026-12-10',
  payment_date: '2026-12-09',
  status: 'paid',
  total: { amount: 150.5, currency: 'BRL' },
  payments: [{ payment_method: { id: 4, name: 'Pix' }, value: { amount: 150.5, currency: 'BRL' }, date: '2026-12-09' }],
  customer: { id: 101, name: 'Mirante Girassol Comércio de Alimentos Ltda', documents: [{ type: 'cnpj', identify: '20122123000102' }] },
  account_plan: { id: 8, name: 'Venda de produtos' },
  bank_account: { id: 2, name: 'Conta corrente' },
  created_at: '2026-11-10T09:00:00-03:00',
  updated_at: '2026-12-09T10:00:00-03:00',
}
