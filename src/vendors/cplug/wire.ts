// What CPlug sends, in its own words. Every member is loose: of most records only the beginning of the vendor's page is known (DOC), and a
// member that is not named here is kept as a custom field.

/** `{amount, currency}` in major units (DOC). */
export interface Dinheiro {
  amount?: unknown
  currency?: unknown
}

/** A category, a unit, a bank account and the like. */
export interface Nomeado {
  id?: unknown
  name?: unknown
  abbreviation?: unknown
}

/** A payment method (DOC). */
export interface FormaDePagamento extends Nomeado {
  /** "01" to "99". */
  fiscal_code?: unknown
}

export interface Company {
  id?: unknown
  name?: unknown
}

/** As it is written (DOC); that it is read so is assumed. */
export interface Customer {
  id?: unknown
  name?: unknown
  /** individual or company. */
  type?: unknown
  /** Razão social. */
  company_name?: unknown
  /** YYYY-MM-DD, of a person. */
  birthday?: unknown
  notes?: unknown
  /** Contact[]. */
  contacts?: unknown
  /** Address[]; there is an endpoint of its own too (DOC). */
  addresses?: unknown
  /** Document[]; there is an endpoint of its own too (DOC). */
  documents?: unknown
  created_at?: unknown
  updated_at?: unknown
}

export interface Contact {
  id?: unknown
  /** mobile, phone or email. */
  type?: unknown
  value?: unknown
}

export interface Address {
  id?: unknown
  nickname?: unknown
  /** default, shipping, charge or other. */
  type?: unknown
  street?: unknown
  number?: unknown
  complement?: unknown
  neighborhood?: unknown
  city_id?: unknown
  ibge_code?: unknown
  city?: unknown
  state?: unknown
  zip_code?: unknown
}

export interface Document {
  /** cpf, rg, cnpj, ie or im. */
  type?: unknown
  identify?: unknown
}

export interface Product {
  id?: unknown
  name?: unknown
  sku?: unknown
  /** simple, combo, production_process, automatic_production or component. */
  type?: unknown
  unitary_value?: unknown
  /** Nomeado. */
  category?: unknown
  category_id?: unknown
  /** Nomeado (assumed). */
  unit?: unknown
  unit_id?: unknown
  description?: unknown
  barcodes?: unknown
  image_url?: unknown
  additionals?: unknown
  /** {type: simple, composition or grid}, where products are read (DOC). */
  option_type?: unknown
  created_at?: unknown
  updated_at?: unknown
  deleted_at?: unknown
}

/** Only what it can be asked for is known (DOC); the members are assumed from what is written and from converted orders. */
export interface SaleOrder {
  id?: unknown
  number?: unknown
  unique_id?: unknown
  status?: unknown
  /** {id, name, type, documents}. */
  customer?: unknown
  customer_id?: unknown
  /** Nomeado. */
  seller?: unknown
  seller_id?: unknown
  items?: unknown
  notes?: unknown
  discount?: unknown
  freight?: unknown
  /** The first of these that is there is the total, and the first of the dates below the day. */
  total_value?: unknown
  total?: unknown
  date?: unknown
  date_time?: unknown
  created_at?: unknown
  updated_at?: unknown
}

/** What a closed order became. The members up to the customer are told where orders are converted (DOC); that it has the others is assumed. */
export interface ConcludedSale extends SaleOrder {
  sales_order_id?: unknown
}

export interface SaleOrderItem {
  item_id?: unknown
  /** Nomeado (assumed). */
  item?: unknown
  name?: unknown
  sku?: unknown
  amount?: unknown
  unitary_value?: unknown
  total_value?: unknown
  unitary_value_ipi?: unknown
  discount?: unknown
  notes?: unknown
}

/** As the incomes of a sale are (DOC); that the list of transactions has the same is assumed. */
export interface Transaction {
  /** Hex of `income|25` or `expense|13`. */
  id?: unknown
  type?: unknown
  description?: unknown
  notes?: unknown
  competence_date?: unknown
  due_date?: unknown
  payment_date?: unknown
  /** unpaid, partially_paid or paid. */
  status?: unknown
  total?: unknown
  /** Payment[]. */
  payments?: unknown
  customer?: unknown
  customer_id?: unknown
  /** Nomeado (assumed, from the filters account_plan_id, bank_account_id and payment_method_id). */
  account_plan?: unknown
  bank_account?: unknown
  payment_method?: unknown
  created_at?: unknown
  updated_at?: unknown
}

export interface Payment {
  payment_method?: unknown
  /** assumed: the page is cut before. */
  value?: unknown
  /** assumed. */
  date?: unknown
}
