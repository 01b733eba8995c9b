import type { Query } from './query.ts'
import type { Store } from './records.ts'

/** What nobody knows of the vendor. */
export interface Traps {
  /** Lists have no `meta`. */
  metaLeftOut: boolean
  /** Rows stand under `data` itself. */
  listsWithoutKey: boolean
  /** A single record has no `data` around it, as the pages of some have it. */
  flatRecords: boolean
  /** Amounts are bare numbers. */
  bareMoney: boolean
  /** A write answers with the id alone. */
  writesAnswerLess: boolean
  /** Whether lists of customers carry `documents`. */
  documentsInLists: boolean
  /** `type` of the transactions' list is not heeded. */
  typeIgnored: boolean
  /** A filter by ids is not heeded. */
  idsIgnored: boolean
  /** What the login calls the user. */
  userField: 'username' | 'email'
  /** The login does not say how long its token lives. */
  lifeLeftOut: boolean
}

export const defaultTraps: Traps = {
  metaLeftOut: false,
  listsWithoutKey: false,
  flatRecords: false,
  bareMoney: false,
  writesAnswerLess: false,
  documentsInLists: true,
  typeIgnored: false,
  idsIgnored: false,
  userField: 'username',
  lifeLeftOut: false,
}

export interface Call {
  store: Store
  traps: Traps
  query: Query
  body: unknown
  /** The id in the path; 0 where there is none. */
  id: number
  /** Now, with the offset of São Paulo. */
  moment: string
}

/** A body is answered with 200, or 201 on POST; undefined with 204; anything else is a thrown Refusal. */
export type Endpoint = (call: Call) => unknown

/** Keyed by method and path under /api/v3, `#` for an id. */
export type Endpoints = Record<string, Endpoint>
