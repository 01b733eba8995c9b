import type { Definition, Option } from './records.ts'

// The fields of the account: those that come with Kommo, and some of each type.

const options = (first: number, ...values: [string, string | null][]): Option[] =>
  values.map(([value, code], index) => ({ id: first + index, value, sort: index * 10, code }))

export const field = (id: number, code: string | null, name: string, type: string, enums: Option[] | null = null): Definition => ({
  id,
  code,
  name,
  type,
  enums,
})

export const PEOPLE_FIELDS = (base: number): Definition[] => [
  field(base + 1, 'PHONE', 'Telefone', 'multitext'),
  field(base + 2, 'EMAIL', 'E-mail', 'multitext'),
  field(base + 3, null, 'ID fiscal', 'legal_entity'),
  field(base + 4, null, 'CPF/CNPJ', 'text'),
  field(base + 5, null, 'Endereço', 'smart_address'),
  field(base + 6, null, 'Aniversário', 'birthday'),
  field(base + 7, null, 'Origem', 'select', options(base * 10, ['Feira', null], ['Site', 'SITE'], ['Indicação', null])),
  field(base + 8, null, 'Interesses', 'multiselect', options(base * 10 + 5, ['Atacado', null], ['Varejo', null])),
  field(base + 9, null, 'Limite', 'numeric'),
  field(base + 10, null, 'Aceita ofertas', 'checkbox'),
  field(base + 11, null, 'Última visita', 'date_time'),
  field(base + 12, null, 'Site', 'url'),
  field(base + 13, null, 'Observações', 'textarea'),
  field(base + 14, null, 'Endereço curto', 'streetaddress'),
  field(base + 15, null, 'Contrato', 'file'),
  field(base + 16, null, 'Turno', 'radiobutton', options(base * 10 + 8, ['Manhã', null], ['Tarde', null])),
]

export const LEAD_FIELDS = [
  field(9001, 'UTM_SOURCE', 'utm_source', 'tracking_data'),
  field(9002, null, 'Entrega', 'date'),
  field(9003, null, 'Comissão', 'monetary'),
  field(9004, null, 'Lista', 'chained_list'),
]

export const PRODUCT_FIELDS = [
  field(8001, 'SKU', 'SKU', 'text'),
  field(8002, 'DESCRIPTION', 'Descrição', 'textarea'),
  field(8003, 'PRICE', 'Preço', 'numeric'),
  field(8004, 'GROUP', 'Grupo', 'category', options(88_001, ['Utilidades', null], ['Papelaria', null], ['Eletrônicos', null])),
  field(8005, 'EXTERNAL_ID', 'ID externo', 'text'),
  field(8006, 'UNIT', 'Unidade', 'text'),
  field(8007, null, 'Preço atacado', 'price'),
  field(8008, null, 'EAN', 'text'),
]

export const INVOICE_FIELDS = [
  field(
    7001,
    'BILL_STATUS',
    'Status',
    'select',
    options(77_001, ['Criada', 'created'], ['Paga', 'paid'], ['Paga em parte', 'partially_paid'], ['Em protesto', null]),
  ),
  field(7002, 'PAYER', 'Pagador', 'payer'),
  field(7003, 'ITEMS', 'Itens', 'items'),
  field(7004, 'BILL_PRICE', 'Valor', 'numeric'),
  field(7005, 'BILL_PAYMENT_DATE', 'Data de pagamento', 'date'),
  field(7006, 'BILL_COMMENT', 'Comentário', 'text'),
  field(7007, null, 'Vencimento', 'date'),
]
