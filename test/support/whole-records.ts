import type { Resource } from '../../src/contract/operations.ts'

// Records of a vendor that has every member, as GET would give them.

const origin = (vendorId: string) => ({ id: `elsewhere:${vendorId}`, connection: 'elsewhere', vendor: 'another', vendorId })

const times = { createdAt: '2026-01-05T09:30:00-03:00', updatedAt: '2026-02-11T16:04:09-03:00' }

const customField = { id: 'limit', code: null, label: 'Limite', type: 'money', value: '2500.00' }

const address = (street: string, number: string) => ({
  street,
  number,
  complement: 'Sala 3',
  district: 'Centro',
  city: 'Canoas',
  cityCode: '4304606',
  state: 'RS',
  postalCode: '01310100',
  country: 'Brasil',
})

const customer = {
  name: 'Livraria do Porto Ltda',
  tradeName: 'Porto Livros',
  contactName: 'Lígia Quintão',
  stateRegistration: '0963233556',
  stateRegistrationStatus: 'taxpayer',
  municipalRegistration: '27134500',
  suframa: '201234107',
  birthDate: '1984-07-29',
  foundedOn: '2003-03-17',
  emails: [
    { value: 'notas@portolivros.exemplo.com.br', label: 'invoice' },
    { value: 'compras@portolivros.exemplo.com.br', label: 'commercial' },
  ],
  phones: [
    { value: '+555133334444', label: 'work' },
    { value: '+5551987654321', label: 'whatsapp' },
  ],
  address: address('Rua das Acácias', '120'),
  deliveryAddress: address('Travessa do Comércio', '7'),
  roles: ['customer', 'supplier'],
  finalConsumer: true,
  segment: 'Papelaria',
  salesperson: { id: '31', name: 'Otávio Falcão', email: 'otavio@portolivros.exemplo.com.br', code: 'V-31' },
  registration: { status: 'completed', reason: 'Documentos conferidos', reviewedAt: '2026-01-09T11:00:00-03:00' },
  consent: { granted: true, name: 'Lígia Quintão', taxId: { type: 'cpf', value: '52998224725' } },
  tags: ['atacado', 'sul'],
  notes: 'Falar com Lígia.\nNão ligar às sextas.',
  customFields: [customField],
}

const product = {
  name: 'Caneca clássica',
  sku: 'PORTO-1',
  barcode: '7891000100103',
  description: 'De louça, com tampa.',
  price: '19.90',
  minimumPrice: '17.50',
  maximumPrice: '24.00',
  cost: '9.35',
  currency: 'BRL',
  active: true,
  category: { id: '5', name: 'Utilidades' },
  brand: 'Ipê',
  manufacturer: 'Cerâmica Ipê Ltda',
  fiscal: { ncm: '69120000', cest: '1401200', origin: '2', exTipi: '1', taxGroupId: '4', serviceCode: '14.01', cnae: '9529199' },
  packSize: '12',
  expiresOn: '2027-10-31',
  images: ['https://portolivros.exemplo.com.br/caneca.jpg'],
  tags: ['louça'],
  notes: 'Frágil.',
  customFields: [customField],
}

/** References and own ids are of nobody: a test puts those of a connection in their place. */
const sale = {
  number: 'V-2041',
  status: 'completed',
  vendorStatus: 'Entregue',
  customer: { id: null, name: 'Livraria do Porto Ltda', taxId: { type: 'cnpj', value: '11444777000161' } },
  salesperson: customer.salesperson,
  soldOn: '2026-03-05',
  deliveredOn: '2026-03-12',
  currency: 'BRL',
  total: '57.90',
  discount: '2.50',
  freight: '15.00',
  downPayment: '10.00',
  items: [
    {
      productId: null,
      kind: 'combo',
      description: 'Caneca clássica',
      sku: 'PORTO-1',
      barcode: '7891000100103',
      unit: 'CX',
      quantity: '3',
      unitPrice: '12.40',
      unitCost: '7.10',
      discount: '1.15',
      total: '36.05',
      taxes: '0.85',
      notes: 'Embrulhar.',
    },
  ],
  installments: [{ receivableId: null, number: 2, dueOn: '2026-04-05', amount: '57.90', status: 'paid' }],
  fiscalDocuments: [{ type: 'nfe', key: '43260311444777000161550010000020411000020413' }],
  tags: ['balcão'],
  notes: 'Retira na loja.',
  customFields: [customField],
}

const receivable = {
  description: 'Venda 2041, parcela 2',
  documentNumber: 'DOC-2041',
  status: 'paid',
  vendorStatus: 'recebido',
  amount: '57.90',
  paidAmount: '12.30',
  currency: 'BRL',
  issuedOn: '2026-03-05',
  dueOn: '2026-04-05',
  paidOn: '2026-04-03',
  creditedOn: '2026-04-06',
  customer: sale.customer,
  saleId: null,
  installment: { number: 2, of: 3 },
  paymentMethod: { id: null, name: 'Pix' },
  account: { id: null, name: 'Conta do Porto' },
  category: { id: null, name: 'Vendas do Porto' },
  barcode: '23793381286000000000300000000401184340000005790',
  origin: 'balcão',
  tags: ['parcela'],
  notes: 'Combinado por telefone.',
  customFields: [customField],
}

export const WHOLE_RECORDS: Readonly<Record<Resource, readonly Record<string, unknown>[]>> = {
  customers: [
    { ...origin('1'), ...times, ...customer, kind: 'company', taxId: { type: 'cnpj', value: '11444777000161' } },
    { ...origin('2'), ...times, ...customer, kind: 'person', taxId: { type: 'cpf', value: '52998224725' } },
    // Of somebody nobody could identify, somewhere without a street.
    {
      ...origin('3'),
      ...times,
      ...customer,
      kind: 'person',
      taxId: null,
      address: { ...customer.address, street: null, number: null },
      deliveryAddress: { ...customer.deliveryAddress, street: null, number: null },
    },
  ],
  products: [
    {
      ...origin('1'),
      ...times,
      ...product,
      kind: 'product',
      unit: 'UN',
      stock: { tracked: true, quantity: '41', minimum: '6' },
      weight: { gross: '0.45', net: '0.4' },
    },
    // Nobody says whether it is counted.
    {
      ...origin('2'),
      ...times,
      ...product,
      sku: 'PORTO-2',
      kind: 'combo',
      unit: 'CX',
      stock: { tracked: null, quantity: '3', minimum: null },
      weight: { gross: '2', net: null },
    },
    {
      ...origin('3'),
      ...times,
      ...product,
      sku: 'PORTO-3',
      kind: 'service',
      unit: 'HORA',
      stock: { tracked: false, quantity: '2', minimum: '1' },
      weight: null,
    },
  ],
  sales: [{ ...origin('1'), ...times, ...sale }],
  receivables: [{ ...origin('1'), ...times, ...receivable }],
}
