import type { TSchema } from 'typebox'
import type { OperationId, Records, Resource, Settlement, Writable } from '../contract/operations.ts'
import type { Kind } from '../contract/problem.ts'
import type { FilterName, Filters } from '../contract/query.ts'
import type { ReferenceKind, References } from '../contract/reference.ts'
import type { Answer, VendorRequest } from './call.ts'
import type { Connection } from './connection.ts'
import { GatewayError } from './errors.ts'

/** Where the knowledge of an operation comes from. Assumed ones are off until a connection turns them on. */
export type Evidence = 'seed' | 'documented' | 'assumed'

export interface Limits {
  /** Calls allowed in any window. */
  requests: number
  perMs: number
}

/** What a vendor folder may know while it asks or reads. One per operation that runs; it does no I/O. */
export interface Context {
  readonly connection: string
  readonly vendor: string
  /** IANA name of the zone in which the vendor's local times are read. */
  readonly timeZone: string
  /** Today in that zone, YYYY-MM-DD. */
  readonly today: string
  readonly settings: Readonly<Record<string, unknown>>
  /** `settings.defaults`: ids the vendor requires and a record lacks. */
  readonly defaults: Readonly<Record<string, unknown>>
  /** A UUID for vendors that take a key with every write: the same for all calls of this operation, and when a client repeats its own key; `{{writeKey}}` in a dry run. */
  writeKey(): string
  /** Full gateway id of a record of this connection. */
  id(vendorId: string | number): string
  /** The vendor's own id in a reference of this connection; another connection's is refused with 422. */
  vendorId(reference: string, pointer: string): string
  /** Notes what could not be read or stored: a member, or null for the whole record. */
  warn(vendorId: string | null, field: string | null, reason: string): void
}

/** Where a list stands at the vendor: a page number, a token. Plain JSON, kept in the cursor; null is the beginning. */
export type Position = string | number | { readonly [key: string]: Position } | null

export interface ListInput {
  filters: Filters
  position: Position
}

export interface Page {
  rows: readonly unknown[]
  /** Where the next native page is; null when this was the last. */
  next: Position
}

export interface AskOptions {
  /** Lets an answer of this connection serve again for that long: only for reference data. */
  cachedForMs?: number
  /** Of such an answer: one older than this operation will not do, since a record names what it lacks. What stays unknown costs a call every half minute at most. */
  fresh?: boolean
  /** Of a write that follows another: the record, and the members that are not stored where this call fails, as pointers. */
  stores?: { vendorId: string; members: readonly string[] }
  /** Of a write that others follow: its answer's body in a dry run, with `{{name}}` for what is born. A dry run ends at a write without it. */
  dryAnswer?: unknown
}

/** Asks the vendor within an operation that needs more than one call. The kernel adds login, permits, retries and time limits. */
export type Ask = (request: VendorRequest, options?: AskOptions) => Promise<Answer>

/**
 * What `make` makes of reference data for a write. Where it warns or refuses it is made once more, of data that is asked for anew: what the record
 * names may just have been added at the vendor. `make` does nothing else but warn.
 */
export async function fitted<Known, Made>(
  read: (fresh: boolean) => Promise<Known>,
  make: (known: Known, context: Context) => Made,
  context: Context,
): Promise<Made> {
  const known = await read(false)
  let fits = true
  const warn = () => {
    fits = false
  }
  try {
    const made = make(known, { ...context, warn })
    if (fits) return made
  } catch (thrown) {
    if (!(thrown instanceof GatewayError)) throw thrown
  }
  return make(await read(true), context)
}

interface Common {
  evidence: Evidence
  /** Stated where the vendor breaks HTTP. By default only GET may be repeated. */
  idempotent?: boolean
}

/** One vendor call: how to ask and how to read; or, where the vendor truly needs several, `run`. */
export type Shape<Input, Output> =
  | { request(input: Input, context: Context): VendorRequest; read(body: unknown, context: Context, input: Input): Output }
  | { run(ask: Ask, input: Input, context: Context): Promise<Output> }

export type ListOperation<R> = Common & ListFacts<R> & ListShape

/** One native page: one call, where nothing at the vendor can match null, or several where the rows alone are not enough. */
type ListShape =
  | { request(input: ListInput, context: Context): VendorRequest | null; read(body: unknown, context: Context, input: ListInput): Page }
  | { run(ask: Ask, input: ListInput, context: Context): Promise<Page> }

/** `following` of lists whose positions are page numbers. */
export const pageNumberAfter = (position: Position): number | undefined =>
  position === null ? 2 : typeof position === 'number' ? position + 1 : undefined

interface ListFacts<R> {
  /** Filters the vendor applies, and those the kernel applies to its rows. Any other is refused. */
  filters: { native: readonly FilterName[]; emulated: readonly FilterName[] }
  /** native: the vendor pages; emulated: it gives everything at once and the kernel cuts. */
  pagination: 'native' | 'emulated'
  /** Rows on one native page at most. */
  pageSize: number
  /** Where the page after this one is, known without reading this one: such pages may be asked for side by side. */
  following?(position: Position): Position | undefined
  /** Calls that one native page takes at most, where they are many: fewer pages are scanned for one answer then. */
  callsPerPage?: number
  /** A row as a record; null where the row is something else (a supplier among contacts). Throws `unreadable` where it cannot be read. */
  record(row: unknown, context: Context, input: ListInput): R | null
  /** The vendor's id of a row that could not be read, for the warning. */
  rowId(row: unknown, input: ListInput): string | null
  /** Rows that between them have every documented field set: what a list can fill is derived from them. */
  examples: readonly unknown[]
}

/** Where the record is found among others, or in an envelope, its own object stands in `raw`; the kernel shows it only where it was asked for. */
export type GetOperation<R> = Common &
  Shape<{ vendorId: string }, R | null> & {
    /** The records that fully set answers of this vendor give, the most usual first: what a single read can fill is derived from them. */
    examples(context: Context): readonly R[]
  }

/** Answers with the vendor's id of what was made, and the kernel reads the whole record back; or with the record, where the vendor gives it whole. */
export type CreateOperation<R> = Common & Writes & Shape<{ record: Writable<R> }, string | R>
/** `changes` has only the members to change; null clears. The kernel reads the whole record back. */
export type UpdateOperation<R> = Common & Writes & Shape<{ vendorId: string; changes: Writable<R> }, void>
export type RemoveOperation = Common & Shape<{ vendorId: string }, void>
export type SettleOperation = Common & Shape<{ vendorId: string; settlement: Settlement }, void>

interface Writes {
  /** Members that the vendor can hold, as dotted paths (`address.street`, `emails.value`); all others given are warned about. */
  writable: readonly string[]
}

type Operations = {
  [R in Resource as `${R}.list`]?: ListOperation<Records[R]>
} & {
  [R in Resource as `${R}.get`]?: GetOperation<Records[R]>
} & {
  [R in Resource as `${R}.create`]?: CreateOperation<Records[R]>
} & {
  [R in Resource as `${R}.update`]?: UpdateOperation<Records[R]>
} & {
  [R in Resource as `${R}.remove`]?: RemoveOperation
} & { 'receivables.settle'?: SettleOperation }

export interface ReferencePage<R> {
  rows: readonly R[]
  /** Where the next page is; null when this was the last. */
  next: Position
}

/** What writes refer to at the vendor. Only what is documented is offered; the kernel asks to the end and keeps the answers for a while. */
export type ReferenceOperation<R> = { evidence: Exclude<Evidence, 'assumed'> } & Shape<{ position: Position }, ReferencePage<R>>

type ReferenceOperations = { [Kind in ReferenceKind]?: ReferenceOperation<References[Kind]> }

export interface Grant {
  accessToken: string
  expiresInSeconds: number
  /** Where the vendor rotates it, the new one. */
  refreshToken?: string | undefined
}

export interface Auth {
  /** A token that is used as it is, with no login. */
  fixedToken?(credentials: Readonly<Record<string, unknown>>): string | null
  /**
   * The call that gets a token: with the refresh token where there is one, else a login with the credentials; null where neither can be had,
   * so that a person has to authorise the connection again.
   */
  tokenRequest(
    credentials: Readonly<Record<string, unknown>>,
    settings: Readonly<Record<string, unknown>>,
    refreshToken: string | null,
  ): VendorRequest | null
  /** The page on which a person lets the gateway in; null where these credentials need nobody. It holds no secret. */
  authorizeUrl?(credentials: Readonly<Record<string, unknown>>, settings: Readonly<Record<string, unknown>>, state: string): string | null
  /** The call that exchanges the code from that page. */
  codeRequest?(credentials: Readonly<Record<string, unknown>>, settings: Readonly<Record<string, unknown>>, code: string): VendorRequest
  /** Query parameter of the way back that names the account's host, where the vendor sends one. */
  hostParameter?: string
  /** Whether the refresh token is spent by using it, so that it must never be sent twice. */
  rotates(credentials: Readonly<Record<string, unknown>>): boolean
  /** Documented: a refresh token that is not used for long ends, and a person has to authorise again. */
  refreshTokenEndsUnused?: boolean
  readGrant(body: unknown, settings: Readonly<Record<string, unknown>>): Grant
  headers(accessToken: string, settings: Readonly<Record<string, unknown>>): Record<string, string>
  /** Whether a 401 is about the token; another 401 is `connection_forbidden`. */
  isTokenRefused?(body: unknown): boolean
}

/** What an error body says. */
export interface ErrorMessage {
  /** The vendor's own code, or one that the adapter reads from its words. */
  code?: string | undefined
  message?: string | undefined
  /** A success status hides an error; its code may be the status it stands for. */
  failed?: boolean | undefined
  /** A wait that the body asks for, where there is no header. */
  retryAfterMs?: number | undefined
}

/** What else a resource is at the vendor where a setting has this value: these are all its operations then. */
export interface Alternative {
  resource: Resource
  setting: string
  value: string
  operations: Operations
}

export interface Vendor {
  id: string
  name: string
  /** Where the vendor documents its API. */
  docs: string
  baseUrl: string
  /** Hosts that a connection made over the API may name; `*.` stands for one label of an account's own. */
  hosts: readonly string[]
  credentials: TSchema
  settings: TSchema
  limits: Limits & {
    /** Added to the window against jitter on the way: the vendor must never see more than its limit. */
    marginMs: number
    /** Header with the calls left, if any; it can only lower the budget. */
    remainingHeader?: string
    /** After a 429 this status is no missing right but a block of everything that comes from here: all its connections stop for so long. */
    block?: { status: number; forMs: number }
    /** Calls of one connection that may be in flight together, where the vendor wants few. */
    concurrency?: number
    /** Documented: a 429 was not executed, so any method may be sent again after it. */
    refusedBeforeExecution: boolean
  }
  /** What the vendor's statuses mean, and its own codes where they tell more: `422` or `422 not_found`. Others are read by their class. */
  errors: Readonly<Record<string, Kind>>
  errorMessage(body: unknown): ErrorMessage
  auth: Auth
  /** Shape of the vendor's ids, checked before one is put into a path. */
  ids: Readonly<Record<Resource, RegExp>>
  operations: Operations
  alternatives?: readonly Alternative[]
  references?: ReferenceOperations
  /** Where each account has an address of its own: the one that settings without a `baseUrl` name, undefined where they name none. */
  baseUrlOf?(settings: Readonly<Record<string, unknown>>): string | undefined
  /** Documented: a write that comes again under the same `Context.writeKey` is not done twice. One whose outcome is unknown may be sent again so. */
  writesOncePerKey?: boolean
  /** What calls of the proxy need beside the login: headers of the vendor's own that a client may send, and those that are added where it did not. */
  proxy?: {
    headers: readonly string[]
    added(ask: Ask, context: Context, given: Readonly<Record<string, string>>): Promise<Record<string, string>>
  }
  /** Whether a connection's settings give an operation what it needs; all have it where this is absent. */
  isConfigured?(operation: OperationId, settings: Readonly<Record<string, unknown>>): boolean
}

/** Checks a vendor's facts at load; its types do the rest. */
export function defineVendor(vendor: Vendor): Vendor {
  for (const { operations } of [vendor, ...(vendor.alternatives ?? [])]) {
    for (const [operation, { evidence }] of Object.entries(operations)) {
      if (!evidence) throw new Error(`${vendor.id}: ${operation} does not say where it is known from`)
    }
  }
  return Object.freeze(vendor)
}

/** A vendor as these settings choose it among its alternatives. */
export function chosen(vendor: Vendor, settings: Readonly<Record<string, unknown>>): Vendor {
  const alternatives = (vendor.alternatives ?? []).filter(({ setting, value }) => settings[setting] === value)
  if (alternatives.length === 0) return vendor
  const isReplaced = (id: string) => alternatives.some(({ resource }) => id.startsWith(`${resource}.`))
  const others = Object.entries(vendor.operations).filter(([id]) => !isReplaced(id))
  return Object.freeze({ ...vendor, operations: Object.assign(Object.fromEntries(others), ...alternatives.map((each) => each.operations)) })
}

/** Whether a connection has an operation: assumed ones it has to turn on, and some need settings. */
export const isUsable = (connection: Connection, id: OperationId): boolean => {
  const { vendor, enabled, settings } = connection
  const operation = vendor.operations[id]
  if (!operation) return false
  return (operation.evidence !== 'assumed' || enabled.has(id)) && (vendor.isConfigured?.(id, settings) ?? true)
}

export const usableOperations = (connection: Connection): OperationId[] =>
  (Object.keys(connection.vendor.operations) as OperationId[]).filter((id) => isUsable(connection, id))
