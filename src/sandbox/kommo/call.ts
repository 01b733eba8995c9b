import type { Parameters } from './query.ts'
import type { Account, Catalog, Definition, Row } from './records.ts'

/** What nobody knows of an account. */
export interface Traps {
  /** Filters and `query` are ignored, as in accounts that have not paid for them (AMO). */
  filtersIgnored: boolean
  /** Quantity and list of a linked element stand beside `metadata`, as AMO's table has them. */
  quantityBesideMetadata: boolean
  /** Phones and e-mails say `enum`, as older replies do. */
  olderEnum: boolean
}

export interface Call {
  account: Account
  traps: Traps
  method: string
  parameters: Parameters
  body: unknown
  /** Unix seconds. */
  time: number
  origin: string
}

/** The body of a 200; null is a 204. */
export type Answer = unknown

/** Where one kind of record is, and how it is addressed. */
export interface Table {
  name: string
  path: string
  rows: Map<number, Row>
  definitions: Definition[]
  catalog: Catalog | null
}
