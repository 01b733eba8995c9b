import type { Product } from '../wire.ts'

export const simple: Product = {
  id: 17,
  name: 'Caneca preta',
  sku: 'COD-CP-01',
  type: 'simple',
  unitary_value: { amount: 10.37, currency: 'BRL' },
  category: { id: 3, name: 'Utilidades' },
  unit: { id: 1, name: 'Unidade', abbreviation: 'UN' },
  description: 'Caneca de 300 ml.',
  barcodes: ['7891234567895', '7891234567901'],
  image_url: 'https://images.example.com/caneca.jpg',
  created_at: '2025-07-14T13:31:26.000000Z',
  updated_at: '2025-07-20T09:00:00-03:00',
  deleted_at: null,
}

export const component: Product = { ...simple, id: 18, name: 'Esmalte', sku: 'COD-ES-01', type: 'component' }
