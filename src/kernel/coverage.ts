import type { OperationCoverage, VendorCoverage } from '../contract/coverage.ts'
import type { AnyRecord, Resource, Verb } from '../contract/operations.ts'
import type { ReferenceKind } from '../contract/reference.ts'
import type { Context, GetOperation, ListOperation, Vendor } from './adapter.ts'
import { today } from './context.ts'

/** A context for reading examples: no connection stands behind it. */
const exampleContext = (vendor: Vendor): Context => ({
  connection: 'example',
  vendor: vendor.id,
  timeZone: 'America/Sao_Paulo',
  today: today('America/Sao_Paulo', 0),
  settings: {},
  defaults: {},
  writeKey: () => '00000000-0000-0000-0000-000000000000',
  id: (vendorId) => `example:${vendorId}`,
  vendorId: (reference) => reference,
  warn: () => {},
})

const isFilled = (value: unknown) => value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0)

/** Members that reading the fully set examples fills, in the order of the contract. */
function filled(records: readonly (object | null)[]): string[] {
  const members = Object.keys(records[0] ?? {})
  return members.filter((member) => records.some((record) => isFilled((record as Record<string, unknown> | null)?.[member])))
}

/** The first fully set example of a resource, as a single read gives it; null where the vendor has none. */
export function exampleOf(vendor: Vendor, resource: Resource): AnyRecord | null {
  const operation = vendor.operations[`${resource}.get`] as GetOperation<AnyRecord> | undefined
  return operation?.examples(exampleContext(vendor))[0] ?? null
}

function membersOf(vendor: Vendor, verb: Verb, operation: unknown): string[] | undefined {
  const context = exampleContext(vendor)
  if (verb === 'get') return filled((operation as GetOperation<object>).examples(context))
  if (verb !== 'list') return undefined
  const { record, examples } = operation as ListOperation<object>
  return filled(examples.map((row) => record(row, context, { filters: {}, position: null })))
}

function operationCoverage(vendor: Vendor, id: string, operation: { evidence: OperationCoverage['evidence'] }): OperationCoverage {
  const verb = id.split('.')[1] as Verb
  const { filters, pagination } = operation as Partial<ListOperation<unknown>>
  const { writable } = operation as { writable?: readonly string[] }
  const members = membersOf(vendor, verb, operation)
  return {
    operation: id,
    verb,
    evidence: operation.evidence,
    ...(filters && { filters: { native: [...filters.native], emulated: [...filters.emulated] } }),
    ...(pagination && { pagination }),
    ...(members && { members }),
    ...(writable && { writable: [...writable] }),
  }
}

/** Ways to log in, as the credentials' schema tells them. */
function logins({ credentials }: Vendor): string[] {
  interface Shape {
    anyOf?: Shape[]
    properties?: Record<string, { const?: string }>
  }
  const { anyOf, properties } = credentials as Shape
  const shapes = anyOf ?? [{ ...(properties && { properties }) }]
  return shapes.map((shape) => shape.properties?.grant?.const ?? Object.keys(shape.properties ?? {}).join(', '))
}

const operationsCoverage = (vendor: Vendor, operations: Vendor['operations']) =>
  Object.entries(operations).map(([id, operation]) => operationCoverage(vendor, id, operation))

/** What a vendor can do, from its adapter alone. */
export function coverageOf(vendor: Vendor): VendorCoverage {
  return {
    id: vendor.id,
    name: vendor.name,
    docs: vendor.docs,
    login: logins(vendor),
    limits: { requests: vendor.limits.requests, perMs: vendor.limits.perMs },
    operations: operationsCoverage(vendor, vendor.operations),
    references: Object.entries(vendor.references ?? {}).map(([kind, { evidence }]) => ({ kind: kind as ReferenceKind, evidence })),
    alternatives: (vendor.alternatives ?? []).map(({ resource, setting, value, operations }) => ({
      resource,
      setting,
      value,
      operations: operationsCoverage(vendor, operations),
    })),
  }
}
