import { createRandom } from '../random.ts'
import type { Field, Option } from './account.ts'

// What the account is made of: its fields, and the mapping that a connection to it has.

export const TRADES = ['Papelaria', 'Mercearia', 'Autopeças', 'Confecções', 'Farmácia', 'Hortifrúti', 'Ótica', 'Floricultura']

const options = (first: number, labels: readonly string[]): Option[] =>
  labels.map((label, index) => ({ id_field_option: first + index, value: String(index + 1), label }))

type Definition = readonly [id: number, formId: number, title: string, type: string, extra?: Partial<Field>]

const DEFINITIONS: readonly Definition[] = [
  [9801, 12, 'Razão social', 'TEXT_SHORT_FIELD', { required: '1' }],
  [9802, 12, 'CNPJ/CPF', 'DOC_FIELD'],
  [9803, 12, 'E-mail', 'EMAIL_FIELD'],
  [9804, 12, 'Telefone', 'PHONE_FIELD'],
  [9805, 12, 'Dados do endereço', 'TITLE_FIELD'],
  [9806, 12, 'Logradouro', 'TEXT_SHORT_FIELD'],
  [9807, 12, 'Número', 'TEXT_SHORT_FIELD'],
  [9808, 12, 'Cidade', 'TEXT_SHORT_FIELD'],
  [9809, 12, 'UF', 'TEXT_SHORT_FIELD'],
  [9810, 12, 'CEP', 'TEXT_SHORT_FIELD'],
  [9811, 12, 'Segmento', 'COMBO_BOX_FIELD', { options: options(301, TRADES) }],
  [9812, 12, 'Consumidor final', 'SWITCH_FIELD'],
  [9813, 12, 'Fundação', 'DATE_PICKER_FIELD'],
  [9814, 12, 'Canais', 'CHECK_BOX_FIELD', { options: options(321, ['WhatsApp', 'E-mail', 'Feira']) }],
  [9815, 12, 'Observações', 'TEXT_LONG_FIELD'],
  [9816, 12, 'Código da integração', 'TEXT_SHORT_FIELD', { required: 'S', show_on_form: 'S' }],
  [9817, 12, 'Limite de crédito', 'CURRENCY_FIELD'],
  [9831, 13, 'Produto', 'TEXT_SHORT_FIELD', { required: '1' }],
  [9832, 13, 'Código', 'TEXT_SHORT_FIELD'],
  [9833, 13, 'Código de barras', 'TEXT_SHORT_FIELD'],
  [9834, 13, 'Preço', 'CURRENCY_FIELD'],
  [9835, 13, 'Custo', 'CURRENCY_FIELD'],
  [9836, 13, 'Estoque', 'NUMBER_FIELD'],
  [9837, 13, 'Categoria', 'COMBO_BOX_FIELD', { options: options(341, ['Alimentos', 'Escritório', 'Casa']) }],
  [9838, 13, 'Ativo', 'SWITCH_FIELD'],
  [9839, 13, 'Peso (kg)', 'NUMBER_FIELD'],
  [9861, 9, 'Pedido', 'TEXT_SHORT_FIELD', { required: '1' }],
  [9862, 9, 'Cliente', 'COMBO_BOX_REGISTER_FIELD', { register_id: 7 }],
  [9863, 9, 'Valor total', 'CURRENCY_FIELD'],
  [9864, 9, 'Data da venda', 'DATE_PICKER_FIELD'],
  [9865, 9, 'Desconto', 'CURRENCY_FIELD'],
  [9866, 21, 'Nota fiscal', 'TEXT_SHORT_FIELD'],
  [9867, 21, 'Data da entrega', 'DATE_PICKER_FIELD'],
  [9891, 14, 'Descrição', 'TEXT_SHORT_FIELD', { required: '1' }],
  [9892, 14, 'Cliente', 'COMBO_BOX_REGISTER_FIELD', { register_id: 7 }],
  [9893, 14, 'Venda', 'COMBO_BOX_FLOW_FIELD', { flow_id: 3 }],
  [9894, 14, 'Valor', 'CURRENCY_FIELD'],
  [9895, 14, 'Vencimento', 'DATE_PICKER_FIELD'],
  [9896, 14, 'Recebido em', 'DATE_PICKER_FIELD'],
  [9897, 14, 'Forma de pagamento', 'COMBO_BOX_FIELD', { options: options(361, ['Boleto', 'Pix', 'Cartão de crédito']) }],
]

const hash = (id: number) =>
  createRandom(id)
    .digits(40)
    .replace(/\d/g, (digit) => '0a4c7e1f9b'[Number(digit)]!)

/** Each with a hash of its own. */
export const FIELDS = DEFINITIONS.map(
  ([id_field, form_id, title, type, extra]): Field => ({
    id_field,
    name: hash(id_field),
    title,
    type,
    form_id,
    required: null,
    show_on_form: null,
    ...extra,
  }),
)

export const RESOURCES = {
  customers: {
    source: 'register',
    registerId: 7,
    formId: 12,
    fields: {
      name: 'Razão social',
      taxId: 'CNPJ/CPF',
      emails: 'E-mail',
      phones: 'Telefone',
      'address.street': 'Logradouro',
      'address.number': 'Número',
      'address.city': 'Cidade',
      'address.state': 'UF',
      'address.postalCode': 'CEP',
      segment: 'Segmento',
      finalConsumer: 9812,
      foundedOn: 'Fundação',
      notes: hash(9815),
    },
  },
  products: {
    source: 'register',
    registerId: 8,
    formId: 13,
    fields: {
      name: 'Produto',
      sku: 'Código',
      barcode: 'Código de barras',
      price: 'Preço',
      cost: 'Custo',
      'stock.quantity': 'Estoque',
      'category.id': 'Categoria',
      active: 'Ativo',
    },
  },
  sales: {
    source: 'flow',
    flowId: 3,
    formInitId: 9,
    fields: {
      number: 'Pedido',
      'customer.id': 'Cliente',
      total: 'Valor total',
      soldOn: 'Data da venda',
      discount: 'Desconto',
      deliveredOn: 'Data da entrega',
    },
    statusByStep: { '485': 'quote', '486': 'completed', '487': 'cancelled' },
  },
  receivables: {
    source: 'flow',
    flowId: 4,
    formInitId: 14,
    fields: {
      description: 'Descrição',
      'customer.id': 'Cliente',
      saleId: 'Venda',
      amount: 'Valor',
      dueOn: 'Vencimento',
      paidOn: 'Recebido em',
      'paymentMethod.id': 'Forma de pagamento',
    },
    statusByStep: { '501': 'open', '502': 'paid' },
  },
} as const
