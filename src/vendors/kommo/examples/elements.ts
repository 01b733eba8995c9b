import type { Element } from '../wire.ts'

export const product: Element = {
  id: 525439,
  catalog_id: 4521,
  name: 'Caneca preta',
  created_by: 504141,
  updated_by: 504141,
  created_at: 1590742040,
  updated_at: 1590742050,
  is_deleted: null,
  currency_id: 1,
  custom_fields_values: [
    { field_id: 271, field_name: 'SKU', field_code: 'SKU', field_type: 'text', values: [{ value: 'CAN-01' }] },
    { field_id: 272, field_name: 'Descrição', field_code: 'DESCRIPTION', field_type: 'textarea', values: [{ value: 'Porcelana, 300 ml' }] },
    { field_id: 273, field_name: 'Preço', field_code: 'PRICE', field_type: 'numeric', values: [{ value: '39.90' }] },
    {
      field_id: 274,
      field_name: 'Grupo',
      field_code: 'GROUP',
      field_type: 'category',
      values: [{ value: 'Utilidades', enum_id: 961, enum_code: null }],
    },
    { field_id: 275, field_name: 'Unidade', field_code: 'UNIT', field_type: 'text', values: [{ value: 'UN' }] },
    { field_id: 277, field_name: 'EAN', field_code: null, field_type: 'text', values: [{ value: '7891234567895' }] },
    { field_id: 276, field_name: 'ID externo', field_code: 'EXTERNAL_ID', field_type: 'text', values: [{ value: '204' }] },
  ],
  account_id: 28805383,
}

export const invoice: Element = {
  id: 601,
  catalog_id: 4530,
  name: 'Fatura 601',
  created_by: 504141,
  updated_by: 504141,
  created_at: 1590742040,
  updated_at: 1590742050,
  is_deleted: false,
  invoice_link: 'https://example.com/invoice/601',
  custom_fields_values: [
    {
      field_id: 301,
      field_name: 'Status',
      field_code: 'BILL_STATUS',
      field_type: 'select',
      values: [{ value: 'Pago', enum_id: 971, enum_code: 'paid' }],
    },
    {
      field_id: 302,
      field_name: 'Pagador',
      field_code: 'PAYER',
      field_type: 'payer',
      values: [
        { value: { name: 'Padaria Exemplo Ltda', vat_id: '11222333000181', entity_type: 'contacts', entity_id: 3001, type: 'legal' } },
      ],
    },
    {
      field_id: 303,
      field_name: 'Itens',
      field_code: 'ITEMS',
      field_type: 'items',
      values: [
        {
          value: {
            sku: 'CAN-01',
            product_id: 525439,
            description: 'Caneca preta',
            unit_price: 10,
            quantity: 5,
            unit_type: 'un',
            discount: { type: 'amount', value: 25 },
            total_sum: 25,
          },
        },
      ],
    },
    { field_id: 304, field_name: 'Valor', field_code: 'BILL_PRICE', field_type: 'numeric', values: [{ value: '25' }] },
    {
      field_id: 305,
      field_name: 'Data de pagamento',
      field_code: 'BILL_PAYMENT_DATE',
      field_type: 'date',
      values: [{ value: 1590980400 }],
    },
    { field_id: 307, field_name: 'Vencimento', field_code: null, field_type: 'date', values: [{ value: 1590634800 }] },
    { field_id: 306, field_name: 'Comentário', field_code: 'BILL_COMMENT', field_type: 'text', values: [{ value: 'Mensalidade de maio' }] },
  ],
  account_id: 28805383,
}
