import { type Static, type TSchema, Type } from 'typebox'
import { REGISTRATION_STATUSES } from './customer.ts'
import { Day, Instant, OneOf, Text } from './fields.ts'
import type { Resource } from './operations.ts'
import { RECEIVABLE_STATUSES, SALE_STATUSES } from './sale.ts'

const CONNECTION = '[a-z0-9][a-z0-9-]{0,31}'
const RECORD_ID = Type.String({
  maxLength: 200,
  pattern: `^${CONNECTION}:[A-Za-z0-9_.:-]{1,128}$`,
  description: 'Full id of the record; it restricts the list to its connection.',
})

const q = Text("Free text, matched by the vendor's own search.", 200)
const updatedSince = Instant('Records changed at this instant or after.')
const taxId = Type.String({ description: 'CPF or CNPJ, formatted or bare.', maxLength: 40, pattern: '^[0-9A-Za-z./ -]{1,40}$' })

/** The filters of each resource's list. Which of them a connection supports is in /vendors/{vendor}. */
export const FILTERS = {
  customers: {
    q,
    updatedSince,
    taxId,
    email: Text('E-mail address, matched without case.', 320),
    registrationStatus: OneOf(REGISTRATION_STATUSES, { description: 'Where the registration stands.' }),
  },
  products: {
    q,
    updatedSince,
    sku: Text("The business's own code, matched exactly.", 200),
    barcode: Text('EAN or GTIN, matched exactly.', 100),
  },
  sales: {
    q,
    updatedSince,
    soldFrom: Day('Sold on this day or after.'),
    soldTo: Day('Sold on this day or before.'),
    status: OneOf(SALE_STATUSES, { description: 'Only these; without it all but quotes, cancelled ones included.' }),
    customerId: RECORD_ID,
  },
  receivables: {
    q,
    updatedSince,
    status: OneOf(RECEIVABLE_STATUSES, { description: 'Only these.' }),
    dueFrom: Day('Due on this day or after.'),
    dueTo: Day('Due on this day or before.'),
    customerId: RECORD_ID,
    saleId: RECORD_ID,
  },
} as const satisfies Record<Resource, Record<string, TSchema>>

/** Filters as they reach an adapter: `customerId` and `saleId` are already the vendor's own ids, `taxId` is bare. */
export interface Filters {
  q?: string
  updatedSince?: string
  taxId?: string
  email?: string
  registrationStatus?: string
  sku?: string
  barcode?: string
  soldFrom?: string
  soldTo?: string
  dueFrom?: string
  dueTo?: string
  status?: string
  customerId?: string
  saleId?: string
}
export type FilterName = keyof Filters

const ConnectionsParameter = Type.Array(Type.String({ pattern: `^${CONNECTION}(,${CONNECTION})*$`, maxLength: 1000 }), {
  maxItems: 100,
  description: 'Connections to ask, repeated or comma-separated; all that support it where absent.',
})

const walk = {
  connection: Type.Optional(ConnectionsParameter),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 200,
      default: 50,
      description: 'Most records on one page; not for exports, and no part of the cursor: say it again with each page.',
    }),
  ),
  cursor: Type.Optional(
    Type.String({
      maxLength: 8000,
      pattern: '^[A-Za-z0-9._-]+$',
      description: '`meta.nextCursor` of the page before; it carries its query.',
    }),
  ),
  require: Type.Optional(OneOf(['any', 'all'], { description: 'all: a source that fails makes the whole list fail.', default: 'any' })),
  raw: Type.Optional(Type.Boolean({ description: "Adds `raw`, the vendor's own object, to each record." })),
}

/** What a list can be asked, whatever the resource. */
type ListQuery = Static<Type.TObject<typeof walk>> & Filters

/** Query of `GET /{resource}`. An unknown parameter is refused. */
export function listQuery(resource: Resource) {
  const filters = Object.entries(FILTERS[resource]).map(([name, schema]) => [name, Type.Optional(schema)])
  return Type.Unsafe<ListQuery>(Type.Object({ ...walk, ...Object.fromEntries(filters) }, { additionalProperties: false }))
}

export const RecordQuery = Type.Object({ raw: walk.raw }, { additionalProperties: false })

const dryRun = Type.Optional(
  Type.Boolean({ description: 'Writes nothing and answers 200 with the requests that the vendor would get. It may log in and read.' }),
)
const strict = Type.Optional(
  Type.Boolean({
    description:
      'A body that the vendor could hold only in part is refused: `422 unsupported_field` names every member of which there would be a warning.',
  }),
)

/** Query of `PATCH /{resource}/{id}` and of settlements. */
export const WriteQuery = Type.Object({ dryRun, strict }, { additionalProperties: false })

/** Query of `DELETE /{resource}/{id}`. */
export const RemoveQuery = Type.Object({ dryRun }, { additionalProperties: false })

export const CreateQuery = Type.Object(
  {
    connection: Type.Optional(
      Type.String({
        pattern: `^${CONNECTION}$`,
        description: 'Where to create it; may be left out when only one usable connection supports it.',
        examples: ['loja-centro'],
      }),
    ),
    dryRun,
    strict,
  },
  { additionalProperties: false },
)

export const NoQuery = Type.Object({}, { additionalProperties: false })

/** Records that the sandbox has, for the examples of the OpenAPI document. */
const EXAMPLE_IDS: Record<Resource, string> = { customers: '324', products: '17', sales: '10', receivables: '29' }

export const recordPath = (resource: Resource) =>
  Type.Object({
    id: Type.String({
      maxLength: 200,
      description: '`{connection}:{vendorId}` as lists give it.',
      examples: [`loja-centro:${EXAMPLE_IDS[resource]}`],
    }),
  })
