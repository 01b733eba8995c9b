import { existsSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import type { TSchema } from 'typebox'
import { expect } from 'vitest'
import { Customer } from '../../src/contract/customer.ts'
import type { OperationId, ReferenceId, Resource } from '../../src/contract/operations.ts'
import type { Kind } from '../../src/contract/problem.ts'
import { Product } from '../../src/contract/product.ts'
import { Receivable } from '../../src/contract/receivable.ts'
import { REFERENCE_SCHEMAS, type ReferenceKind } from '../../src/contract/reference.ts'
import { Sale } from '../../src/contract/sale.ts'
import {
  type Ask,
  type Context,
  chosen,
  type ListInput,
  type ListOperation,
  type Page,
  type ReferencePage,
  type Vendor,
} from '../../src/kernel/adapter.ts'
import { type Answer, type Call, isRead as isReading, newTrace, type VendorRequest } from '../../src/kernel/call.ts'
import type { Connection } from '../../src/kernel/connection.ts'
import { asGatewayError, type Flaw } from '../../src/kernel/errors.ts'
import { classify } from '../../src/kernel/layers/classify.ts'
import { remembered } from '../../src/kernel/remembered.ts'
import { partlyStored } from '../../src/kernel/unfinished.ts'
import { Unreadable } from '../../src/kernel/wire.ts'
import { vendors } from '../../src/vendors/index.ts'
import { type TestContext, testContext } from '../support/context.ts'

// How cases/<operation>.json of a vendor are read and run. Vendors add cases; the suites are the same for all.

interface Reply {
  status: number
  body: unknown
}

export interface Case {
  name: string
  /** Where the facts come from, as the vendor's README names its sources. */
  source: string
  input: unknown
  /** Settings of the connection, where the case needs some. */
  settings?: Record<string, unknown>
  /** Null or absent: nothing is sent. */
  request?: VendorRequest | null
  response?: Reply
  /** Instead of the two, where an operation makes several calls. */
  exchanges?: { request: VendorRequest; response: Reply }[]
  /** A list's is {data, next, warnings}; an update's or a removal's is null. */
  output?: unknown
  error?: { kind: Kind; errors?: Flaw[] }
  /** What is noted on the way; none where absent. A list has its own in the output. */
  warnings?: unknown[]
}

const SCHEMAS: Record<Resource, TSchema> = { customers: Customer, products: Product, sales: Sale, receivables: Receivable }

export const everyVendor = Object.values(vendors)

/** A resource's operation, or the list of one kind of references. */
export type CaseId = OperationId | ReferenceId

export const operationsOf = (vendor: Vendor): CaseId[] => [
  ...(Object.keys(vendor.operations) as OperationId[]),
  ...Object.keys(vendor.references ?? {}).map((kind) => `references.${kind as ReferenceKind}` as const),
]

/** Each operation, and what it is under the alternatives of its vendor. */
export const everyOperation = everyVendor.flatMap((vendor) => [
  ...operationsOf(vendor).map((operation) => ({ vendor, operation, title: `${vendor.id} ${operation}` })),
  ...(vendor.alternatives ?? []).flatMap(({ setting, value, operations }) =>
    (Object.keys(operations) as OperationId[]).map((operation) => ({
      vendor: chosen(vendor, { [setting]: value }),
      operation,
      title: `${vendor.id} ${operation} of ${value}`,
    })),
  ),
])

export const folderOf = (vendor: Vendor) => new URL(`../../src/vendors/${vendor.id}/`, import.meta.url)

/** Cases of an operation as this form of the vendor has it. */
export function casesOf(vendor: Vendor, operation: CaseId): Case[] {
  const file = new URL(`cases/${operation}.json`, folderOf(vendor))
  const cases = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Case[]) : []
  const registered = everyVendor.find(({ id }) => id === vendor.id)!
  return cases.filter(({ settings = {} }) => definitionOf(chosen(registered, settings), operation) === definitionOf(vendor, operation))
}

export const everyCase = everyOperation.flatMap(({ vendor, operation, title }) =>
  casesOf(vendor, operation).map((each) => ({ vendor, operation, each, title: `${title}: ${each.name}` })),
)

type OneCall = {
  request(input: unknown, context: Context): VendorRequest | null
  read(body: unknown, context: unknown, input?: unknown): unknown
}
type Loose = { idempotent?: boolean } & (OneCall | { run(ask: Ask, input: unknown, context: Context): Promise<unknown> })

function isReference(operation: CaseId): operation is ReferenceId {
  return operation.startsWith('references.')
}

function definitionOf(vendor: Vendor, operation: CaseId): Loose {
  const definition = isReference(operation)
    ? vendor.references?.[operation.slice('references.'.length) as ReferenceKind]
    : vendor.operations[operation]
  return definition as unknown as Loose
}

export const isList = (operation: CaseId) => operation.endsWith('.list')

/** An answer of the vendor as the kernel's own layer reads it: a success, or the problem that the vendor's table makes of it. */
function delivered(vendor: Vendor, operation: CaseId, request: VendorRequest, { status, body }: Reply): Promise<Answer> {
  const connection = { id: 'loja-centro', vendor, settings: {} } as unknown as Connection
  const { idempotent = false } = definitionOf(vendor, operation)
  const trace = newTrace()
  const call: Call = { connection, operation, request, idempotent, headers: {}, deadline: 0, signal: undefined, isFresh: true, trace }
  return classify(() => 0)(async () => ({ status, headers: {}, body, length: 0 }))(call)
}

/** The schema of what an operation reads. */
export const schemaOf = (operation: CaseId): TSchema =>
  isReference(operation)
    ? REFERENCE_SCHEMAS[operation.slice('references.'.length) as ReferenceKind]
    : SCHEMAS[operation.split('.')[0] as Resource]

export const isRead = (operation: CaseId) => /\.(list|get)$/.test(operation) || isReference(operation)

/** What a read gave, one by one. */
export function recordsIn(operation: CaseId, output: unknown): unknown[] {
  if (isReference(operation)) return [...(output as ReferencePage<unknown>).rows]
  if (isList(operation)) return (output as { data: unknown[] }).data
  return output === null ? [] : [output]
}

/** A page's rows as records, with a warning for each that cannot be read. */
function records(vendor: Vendor, operation: CaseId, page: Page, input: ListInput, context: TestContext) {
  const definition = definitionOf(vendor, operation) as unknown as ListOperation<unknown>
  const data: unknown[] = []
  for (const row of page.rows) {
    try {
      const record = definition.record(row, context, input)
      if (record !== null) data.push(record)
    } catch (thrown) {
      if (!(thrown instanceof Unreadable)) throw thrown
      context.warn(definition.rowId(row, input), null, thrown.message)
    }
  }
  return { data, next: page.next, warnings: context.warnings }
}

interface Outcome {
  requests: VendorRequest[]
  output?: unknown
  error?: unknown
  warnings: unknown[]
}

/** Runs a case as the kernel would, with `replies` in place of the vendor. */
export async function play(vendor: Vendor, operation: CaseId, each: Case, replies = repliesOf(each)): Promise<Outcome> {
  const context = testContext(vendor.id, each.settings)
  const requests: VendorRequest[] = []
  const left = [...replies]
  const kept = new Map<string, Promise<Answer>>()
  const { idempotent = false } = definitionOf(vendor, operation)
  let hasWritten = false
  const ask: Ask = async (request, { cachedForMs, stores } = {}) => {
    // What was asked for in the same operation is fresh.
    if (cachedForMs) return remembered(kept, JSON.stringify(request), () => sent(request))
    return sent(request, stores?.members)
  }
  async function sent(request: VendorRequest, members: readonly string[] = []): Promise<Answer> {
    requests.push(request)
    const reply = left.shift()
    if (!reply) throw new Error(`${operation} asked more often than its case has answers`)
    const answer = await delivered(vendor, operation, request, reply).catch((thrown) => {
      throw hasWritten ? partlyStored(asGatewayError(thrown), undefined, members) : thrown
    })
    hasWritten ||= !isReading({ request, idempotent })
    return answer
  }
  try {
    const output = await perform(vendor, operation, each.input, context, ask)
    return { requests, output, warnings: context.warnings }
  } catch (error) {
    return { requests, error, warnings: context.warnings }
  }
}

async function perform(vendor: Vendor, operation: CaseId, input: unknown, context: TestContext, ask: Ask) {
  const definition = definitionOf(vendor, operation)
  const given = 'run' in definition ? await definition.run(ask, input, context) : await oneCall(definition, input, context, ask)
  if (isList(operation)) return records(vendor, operation, given as Page, input as ListInput, context)
  return withoutRaw(given)
}

/** `raw` is for those who ask for it. */
function withoutRaw(given: unknown): unknown {
  if (typeof given !== 'object' || given === null) return given ?? null
  const { raw: _raw, ...record } = given as { raw?: unknown }
  return record
}

async function oneCall(definition: OneCall, input: unknown, context: TestContext, ask: Ask) {
  const request = definition.request(input, context)
  return request === null ? { rows: [], next: null } : definition.read((await ask(request)).body, context, input)
}

export function repliesOf(each: Case): Reply[] {
  return each.exchanges?.map(({ response }) => response) ?? (each.response ? [each.response] : [])
}

export function requestsOf(each: Case): VendorRequest[] {
  return each.exchanges?.map(({ request }) => request) ?? (each.request ? [each.request] : [])
}

/** JSON as it would travel: members that are undefined are gone. */
const travelled = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null))

export function expectSame(actual: unknown, expected: unknown) {
  const sent = travelled(actual)
  if (!isDeepStrictEqual(sent, expected)) expect(sent).toEqual(expected)
}
