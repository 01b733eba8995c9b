import type { Customer } from '../../contract/customer.ts'
import type { AnyRecord, Resource } from '../../contract/operations.ts'
import type { Product } from '../../contract/product.ts'
import type { Receivable } from '../../contract/receivable.ts'
import type { Sale } from '../../contract/sale.ts'

// Records with every member and nothing in them, to be filled from the fields that are mapped.

interface Identity {
  id: string
  connection: string
  vendor: string
  vendorId: string
}

const common = () => ({ tags: [], notes: null, customFields: [], createdAt: null, updatedAt: null })

const customer = (identity: Identity): Customer => ({
  ...identity,
  kind: 'unknown',
  name: null,
  tradeName: null,
  contactName: null,
  taxId: null,
  stateRegistration: null,
  stateRegistrationStatus: null,
  municipalRegistration: null,
  suframa: null,
  birthDate: null,
  foundedOn: null,
  emails: [],
  phones: [],
  address: null,
  deliveryAddress: null,
  roles: ['customer'],
  finalConsumer: null,
  segment: null,
  salesperson: null,
  registration: null,
  consent: null,
  ...common(),
})

const product = (identity: Identity): Product => ({
  ...identity,
  kind: 'unknown',
  name: null,
  sku: null,
  barcode: null,
  description: null,
  unit: null,
  price: null,
  minimumPrice: null,
  maximumPrice: null,
  cost: null,
  currency: 'BRL',
  active: null,
  stock: null,
  category: null,
  brand: null,
  manufacturer: null,
  fiscal: null,
  weight: null,
  packSize: null,
  expiresOn: null,
  images: [],
  ...common(),
})

const sale = (identity: Identity): Sale => ({
  ...identity,
  number: null,
  status: 'unknown',
  vendorStatus: null,
  customer: null,
  salesperson: null,
  soldOn: null,
  deliveredOn: null,
  currency: 'BRL',
  total: null,
  discount: null,
  freight: null,
  downPayment: null,
  // Lines are a form of their own at Cange, if they are anywhere.
  items: null,
  installments: [],
  fiscalDocuments: [],
  ...common(),
})

const receivable = (identity: Identity): Receivable => ({
  ...identity,
  description: null,
  documentNumber: null,
  status: 'unknown',
  vendorStatus: null,
  overdue: null,
  amount: null,
  paidAmount: null,
  balance: null,
  currency: 'BRL',
  issuedOn: null,
  dueOn: null,
  paidOn: null,
  creditedOn: null,
  customer: null,
  saleId: null,
  installment: null,
  paymentMethod: null,
  account: null,
  category: null,
  barcode: null,
  origin: null,
  ...common(),
})

export const BLANKS: Readonly<Record<Resource, (identity: Identity) => AnyRecord>> = {
  customers: customer,
  products: product,
  sales: sale,
  receivables: receivable,
}

const ADDRESS = {
  street: null,
  number: null,
  complement: null,
  district: null,
  city: null,
  cityCode: null,
  state: null,
  postalCode: null,
  country: null,
}
const NAMED = { id: null, name: null }

/** Objects within a record, before one of their members is filled. */
export const PARTS: Readonly<Record<string, object>> = {
  address: ADDRESS,
  deliveryAddress: ADDRESS,
  salesperson: { id: null, name: null, email: null, code: null },
  stock: { tracked: null, quantity: null, minimum: null },
  category: NAMED,
  paymentMethod: NAMED,
  account: NAMED,
  fiscal: { ncm: null, cest: null, origin: null, exTipi: null, taxGroupId: null, serviceCode: null, cnae: null },
  weight: { gross: null, net: null },
  customer: { id: null, name: null, taxId: null },
  installment: { number: null, of: null },
}
