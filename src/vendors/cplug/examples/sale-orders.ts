import type { SaleOrder } from '../wire.ts'

export const order: SaleOrder = {
  id: 900,
  number: 41,
  unique_id: 'cf2e0a5e-aa58-4181-9c9b-47702bd2be99',
  status: 'in_preparation',
  customer: {
    id: 101,
    name: 'Mirante Girassol Comércio de Alimentos Ltda',
    type: 'company',
    documents: [{ type: 'cnpj', identify: '20122123000102' }],
  },
  seller: { id: 5, name: 'Álvaro' },
  items: [
    {
      item_id: 17,
      name: 'Caneca preta',
      sku: 'COD-CP-01',
      amount: 2,
      unitary_value: { amount: 10.37, currency: 'BRL' },
      total_value: { amount: 19.74, currency: 'BRL' },
      unitary_value_ipi: { amount: 0.5, currency: 'BRL' },
      discount: { amount: 1, currency: 'BRL' },
      notes: 'Embrulhar',
    },
  ],
  notes: 'Retira na loja',
  discount: { amount: 1.74, currency: 'BRL' },
  freight: { amount: 12, currency: 'BRL' },
  total_value: { amount: 30, currency: 'BRL' },
  date_time: '2026-11-10T09:00:00-03:00',
  created_at: '2026-11-10T09:00:00-03:00',
  updated_at: '2026-11-11T09:00:00-03:00',
}
