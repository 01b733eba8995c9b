import type { Content } from './index.ts'

const cliente = {
  'customer.id': ['6507', 'Padaria Exemplo Ltda'],
  'customer.name': 'Padaria Exemplo Ltda',
  'customer.taxId': '11222333000181',
} as const

export const venda: Content = {
  number: '2026-0042',
  ...cliente,
  'salesperson.id': ['76', 'Camila Galvão'],
  'salesperson.name': 'Camila Galvão',
  'salesperson.email': 'camila@example.com',
  'salesperson.code': 'V-07',
  soldOn: '2026-03-12T03:00:00.000Z',
  deliveredOn: '2026-03-20T03:00:00.000Z',
  total: '2.590,00',
  discount: '10,00',
  freight: '100,00',
  downPayment: '500',
  tags: 'balcão',
  notes: 'Entrega pela manhã.',
}

export const titulo: Content = {
  description: 'Parcela 1 da venda 2026-0042',
  documentNumber: '2026-0042/1',
  amount: '1.295,00',
  paidAmount: '0,00',
  issuedOn: '2026-03-12T03:00:00.000Z',
  dueOn: '2026-06-10T03:00:00.000Z',
  paidOn: '2026-06-10T03:00:00.000Z',
  creditedOn: '2026-06-11T03:00:00.000Z',
  ...cliente,
  saleId: ['1001', 'Venda 2026-0042'],
  'installment.number': '1',
  'installment.of': '2',
  'paymentMethod.id': ['2', 'Boleto'],
  'paymentMethod.name': 'Boleto',
  'account.id': ['1', 'Conta corrente'],
  'account.name': 'Conta corrente',
  'category.id': ['4', 'Venda de produtos'],
  'category.name': 'Venda de produtos',
  barcode: '34191790010104351004791020150008291070026000',
  origin: 'vendas',
  tags: 'mensal',
  notes: 'Juros de 1% ao mês.',
}
