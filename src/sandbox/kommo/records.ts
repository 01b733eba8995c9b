// What a simulated account keeps.

export type Values = Record<string, unknown>[]

export interface Option {
  id: number
  value: string
  sort: number
  code: string | null
}

export interface Definition {
  id: number
  name: string
  code: string | null
  type: string
  enums: Option[] | null
}

export interface Link {
  entity: 'contacts' | 'companies' | 'catalog_elements'
  id: number
  isMain?: boolean
  catalogId?: number
  quantity?: number
  priceId?: number | null
}

export interface Row {
  id: number
  name: string
  first_name?: string
  last_name?: string
  created_at: number
  updated_at: number
  created_by: number
  updated_by: number
  responsible_user_id: number
  is_deleted: boolean
  is_unsorted?: boolean
  /** By the field's id, as they are read back. */
  fields: Map<number, Values>
  tags: string[]
  links: Link[]
  price?: number
  status_id?: number
  pipeline_id?: number
  loss_reason_id?: number | null
  closed_at?: number | null
  catalog_id?: number
}

export interface User {
  id: number
  name: string
  email: string
}

export interface Pipeline {
  id: number
  name: string
  statuses: { id: number; name: string }[]
}

export interface Catalog {
  id: number
  name: string
  type: 'regular' | 'products' | 'invoices'
  elements: Map<number, Row>
  definitions: Definition[]
}

export type EntityName = 'contacts' | 'companies' | 'leads'

export interface Account {
  id: number
  currency: string
  users: User[]
  pipelines: Pipeline[]
  tables: Record<EntityName, Map<number, Row>>
  definitions: Record<EntityName, Definition[]>
  catalogs: Catalog[]
  tagIds: Map<string, number>
  /** The id that the next record gets. */
  nextId: number
}
