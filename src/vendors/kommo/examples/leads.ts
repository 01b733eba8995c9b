import type { SaleAround } from '../to-sale.ts'
import type { Lead } from '../wire.ts'
import { product } from './elements.ts'

export const lead: Lead = {
  id: 3912171,
  name: 'Pedido 12',
  price: 505,
  price_with_minor_units: 505.5,
  responsible_user_id: 504141,
  group_id: 7,
  status_id: 142,
  pipeline_id: 3104455,
  loss_reason_id: 4203748,
  source_id: 1876532,
  created_by: 504141,
  updated_by: 504141,
  created_at: 1585299171,
  updated_at: 1590683337,
  closed_at: 1590683337,
  closest_task_at: 1591965296,
  is_deleted: false,
  custom_fields_values: [
    { field_id: 401, field_name: 'Campanha', field_code: 'UTM_SOURCE', field_type: 'tracking_data', values: [{ value: 'google' }] },
  ],
  score: 3,
  account_id: 28805383,
  labor_cost: 3600,
  is_price_computed: false,
  _embedded: {
    tags: [{ id: 100667, name: 'balcão', color: null }],
    catalog_elements: [{ id: 525439, metadata: { quantity: 2.5, catalog_id: 4521 } }],
    loss_reason: [{ id: 4203748, name: 'Sem interesse' }],
    companies: [{ id: 10971463 }],
    contacts: [{ id: 10971465, is_main: true }],
  },
}

export const around: SaleAround = {
  currency: 'BRL',
  catalogs: ['4521'],
  productsCatalog: '4521',
  elements: new Map([['525439', product]]),
}
