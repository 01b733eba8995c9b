// What Kommo sends, in its own words; every member may be missing or of another type.

/** One value of a field. A chained list has no `value` but two ids (seed). */
export interface Value {
  value?: unknown
  enum_id?: unknown
  enum_code?: unknown
  /** Older replies say this instead of enum_code (AMO). */
  enum?: unknown
}

export interface FieldValues {
  field_id?: unknown
  field_code?: unknown
  field_name?: unknown
  field_type?: unknown
  values?: unknown
}

/** A field as the account defines it. */
export interface FieldDefinition {
  id?: unknown
  code?: unknown
  name?: unknown
  type?: unknown
  /** A list, or an object keyed by index (AMO: seen in one reply to a PATCH). */
  enums?: unknown
}

/** What contacts, companies, leads and elements of lists have in common. */
export interface Entity {
  id?: unknown
  name?: unknown
  created_by?: unknown
  updated_by?: unknown
  /** Unix seconds, as all times are. */
  created_at?: unknown
  updated_at?: unknown
  /** Absent or null where it is not deleted (AMO). */
  is_deleted?: unknown
  /** Null, or an empty list, where there is none. */
  custom_fields_values?: unknown
  account_id?: unknown
  _embedded?: unknown
}

/** A contact or a company. */
export interface Contact extends Entity {
  first_name?: unknown
  last_name?: unknown
  responsible_user_id?: unknown
  group_id?: unknown
  closest_task_at?: unknown
  /** Still among the incoming leads. */
  is_unsorted?: unknown
}

export interface Lead extends Entity {
  price?: unknown
  /** The price with decimals, in major units in spite of its name (PHP). */
  price_with_minor_units?: unknown
  responsible_user_id?: unknown
  group_id?: unknown
  status_id?: unknown
  pipeline_id?: unknown
  loss_reason_id?: unknown
  source_id?: unknown
  /** Set once it is won or lost. */
  closed_at?: unknown
  closest_task_at?: unknown
  score?: unknown
  labor_cost?: unknown
  is_price_computed?: unknown
}

/** An element of a list as a lead has it. AMO's table names quantity and catalog_id beside metadata, its sample within. */
export interface LinkedElement {
  id?: unknown
  metadata?: unknown
  quantity?: unknown
  catalog_id?: unknown
  price_id?: unknown
}

/** An element of a list: a product, an invoice. */
export interface Element extends Entity {
  catalog_id?: unknown
  currency_id?: unknown
  /** With `with=invoice_link`. */
  invoice_link?: unknown
}

export interface Catalog {
  id?: unknown
  type?: unknown
}

export interface Pipeline {
  id?: unknown
  name?: unknown
  _embedded?: unknown
}

export interface Status {
  id?: unknown
  name?: unknown
}

export interface User {
  id?: unknown
  name?: unknown
  email?: unknown
}
