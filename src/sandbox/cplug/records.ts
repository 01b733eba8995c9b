export interface Money {
  amount: number
  currency: string
}

export interface Company {
  id: number
  name: string
  code: string
  company_name: string
  documents: Document[]
}

export interface Contact {
  id: number
  type: 'mobile' | 'phone' | 'email'
  value: string
}

export interface Address {
  id: number
  nickname: string | null
  type: 'default' | 'shipping' | 'charge' | 'other'
  street: string
  number: string | null
  complement: string | null
  neighborhood: string | null
  ibge_code: string | null
  city: string | null
  state: string | null
  zip_code: string | null
}

export interface Document {
  type: 'cpf' | 'rg' | 'cnpj' | 'ie' | 'im'
  identify: string
}

export interface Timestamps {
  created_at: string
  updated_at: string
  deleted_at: string | null
}

export interface Customer extends Timestamps {
  id: number
  name: string
  type: 'individual' | 'company'
  company_name: string | null
  birthday: string | null
  notes: string | null
  contacts: Contact[]
  addresses: Address[]
  documents: Document[]
}

export interface Category extends Timestamps {
  id: number
  name: string
}

export interface Unit extends Timestamps {
  id: number
  name: string
  abbreviation: string
  precision: number
}

export interface BankAccount extends Timestamps {
  id: number
  name: string
}

export interface PaymentMethod extends Timestamps {
  id: number
  name: string
  /** 01 to 99. */
  fiscal_code: string
}

export interface Product extends Timestamps {
  id: number
  name: string
  sku: string
  type: string
  unitary_value: Money
  category_id: number
  unit_id: number
  description: string | null
  barcodes: string[]
  image_url: string | null
  option_type: { type: string }
}

export interface OrderItem {
  item_id: number
  amount: number
  unitary_value: Money
  total_value: Money
  discount: Money | null
  notes: string | null
}

export interface SaleOrder extends Timestamps {
  id: number
  number: number
  unique_id: string
  status: string
  source_type: string
  customer_id: number | null
  seller_id: number | null
  items: OrderItem[]
  total_value: Money
  date_time: string
}

/** What a closed order became. */
export interface Sale extends Omit<SaleOrder, 'source_type'> {
  sales_order_id: number
}

export interface Transaction extends Timestamps {
  /** Hex of `income|25` or `expense|13`. */
  id: string
  type: 'income' | 'expense'
  description: string
  notes: string | null
  competence_date: string
  due_date: string
  payment_date: string | null
  status: 'unpaid' | 'partially_paid' | 'paid'
  total: Money
  payments: { payment_method: { id: number; name: string }; value: Money; date: string }[]
  customer_id: number | null
  /** Of an income that a sale brought. */
  sale_id: number | null
  account_plan: { id: number; name: string }
  bank_account: { id: number; name: string }
}

/** Everything of a store. A deleted record stays, with the moment of it. */
export interface Store {
  companies: Company[]
  customers: Customer[]
  categories: Category[]
  units: Unit[]
  bankAccounts: BankAccount[]
  paymentMethods: PaymentMethod[]
  products: Product[]
  saleOrders: SaleOrder[]
  sales: Sale[]
  transactions: Transaction[]
  sellers: { id: number; name: string }[]
}

export const reais = (amount: number): Money => ({ amount: Math.round(amount * 100) / 100, currency: 'BRL' })
