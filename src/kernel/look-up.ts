import type { AnyRecord, Resource, Writable } from '../contract/operations.ts'
import type { FilterName } from '../contract/query.ts'
import type { Connection } from './connection.ts'
import { findOperation } from './directory.ts'

type Given = { readonly [member: string]: Given | undefined }

/** What a record that was to be made can be found by, the surest first, and the member that tells it. */
const TRACES: Record<Resource, readonly (readonly [FilterName, (record: Given) => unknown])[]> = {
  customers: [
    ['taxId', ({ taxId }) => taxId?.value],
    ['email', ({ emails }) => emails?.['0']?.value],
  ],
  products: [
    ['sku', ({ sku }) => sku],
    ['barcode', ({ barcode }) => barcode],
  ],
  sales: [
    ['customerId', ({ customer }) => customer?.id],
    ['soldFrom', ({ soldOn }) => soldOn],
  ],
  receivables: [
    ['saleId', ({ saleId }) => saleId],
    ['customerId', ({ customer }) => customer?.id],
    ['dueFrom', ({ dueOn }) => dueOn],
  ],
}

/** How to see whether a record was changed. */
export const lookAt = (resource: Resource, id: string) => `See what it holds now: GET /${resource}/${id}`

/** How to see whether a record was made. Parameters are named without their values: a problem is kept and logged by others. */
export function lookUpOf(connection: Connection, resource: Resource, record: Writable<AnyRecord>): string {
  const filters = findOperation(connection, resource, 'list')?.filters
  if (!filters) return 'It can be looked up at the vendor only.'
  const offered = [...filters.native, ...filters.emulated]
  const trace = TRACES[resource].find(([filter, tell]) => offered.includes(filter) && tell(record as Given))
  return `See whether it is there: GET /${resource}?connection=${connection.id}${trace ? `&${trace[0]}=…` : ''}`
}
