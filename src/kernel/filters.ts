import type { Customer } from '../contract/customer.ts'
import type { AnyRecord, Resource } from '../contract/operations.ts'
import type { Product } from '../contract/product.ts'
import type { FilterName, Filters } from '../contract/query.ts'
import type { Receivable } from '../contract/receivable.ts'
import type { Sale } from '../contract/sale.ts'

/** Whether a record matches a filter's value. */
type Test = (record: AnyRecord, value: string) => boolean

const from = (day: string | null, first: string) => day !== null && day >= first
const to = (day: string | null, last: string) => day !== null && day <= last
const vendorIdOf = (reference: string | null | undefined) => reference?.slice(reference.indexOf(':') + 1)

/**
 * What each filter means on a record. Emulated filters are this test; native ones are tested again, so that a vendor that ignores or
 * loosens a filter changes nothing. `q` has none: its meaning is the vendor's.
 */
const TESTS: Partial<Record<FilterName, Test>> = {
  taxId: (record, value) => (record as Customer).taxId?.value === value,
  email: (record, value) => (record as Customer).emails.some((email) => email.value.toLowerCase() === value.toLowerCase()),
  registrationStatus: (record, value) => (record as Customer).registration?.status === value,
  sku: (record, value) => (record as Product).sku === value,
  barcode: (record, value) => (record as Product).barcode === value,
  soldFrom: (record, value) => from((record as Sale).soldOn, value),
  soldTo: (record, value) => to((record as Sale).soldOn, value),
  dueFrom: (record, value) => from((record as Receivable).dueOn, value),
  dueTo: (record, value) => to((record as Receivable).dueOn, value),
  status: (record, value) => (record as Sale | Receivable).status === value,
  customerId: (record, value) => vendorIdOf((record as Sale | Receivable).customer?.id) === value,
  saleId: (record, value) => vendorIdOf((record as Receivable).saleId) === value,
  // Where the vendor gives no time of change the record is kept: better once too often than lost.
  updatedSince: (record, value) => record.updatedAt === null || Date.parse(record.updatedAt) >= Date.parse(value),
}

// The days that a record can have (moments.ts), with one to spare for the day after, and for moments in any zone.
const FIRST_DAY = '1001-01-01'
const LAST_DAY = '9999-12-30'
const [FIRST_MS, LAST_MS] = [Date.parse('1001-01-02'), Date.parse(LAST_DAY)]
const LEAP_SECOND = /:60(?=[.Z+-])/

const dayWithinReach = (day: string) => (day < FIRST_DAY ? FIRST_DAY : day > LAST_DAY ? LAST_DAY : day)

function momentWithinReach(moment: string): string {
  const ms = Date.parse(moment.toUpperCase().replace(LEAP_SECOND, ':59'))
  return new Date(Math.min(LAST_MS, Math.max(FIRST_MS, ms))).toISOString()
}

const WITHIN_REACH: Partial<Record<FilterName, (value: string) => string>> = {
  updatedSince: momentWithinReach,
  soldFrom: dayWithinReach,
  soldTo: dayWithinReach,
  dueFrom: dayWithinReach,
  dueTo: dayWithinReach,
}

/** Filters whose days and moments any vendor can be asked about: who means "ever" writes the year 1 or 9999. Moments are in UTC then. */
export const withinReach = (filters: Filters): Filters =>
  Object.fromEntries(Object.entries(filters).map(([name, value]) => [name, WITHIN_REACH[name as FilterName]?.(value) ?? value]))

const IDENTIFYING: readonly FilterName[] = ['taxId', 'email', 'sku', 'barcode']

/** Whether a list asks for one thing that may be anywhere, rather than for a range. */
export const isLookUp = (filters: Filters) => IDENTIFYING.some((name) => filters[name] !== undefined)

/** The test for all filters at once, compiled for one list. */
export function matcher(resource: Resource, filters: Filters): (record: AnyRecord) => boolean {
  const tests = (Object.entries(filters) as [FilterName, string][]).flatMap(([name, value]) => {
    const test = TESTS[name]
    return test ? [(record: AnyRecord) => test(record, value)] : []
  })
  if (resource === 'sales' && filters.status === undefined) tests.push((record) => (record as Sale).status !== 'quote')
  return (record) => tests.every((test) => test(record))
}
