import { type Static, type TSchema, Type } from 'typebox'
import { Nullable, OneOf } from './fields.ts'
import { Problem } from './problem.ts'

export const Warning = Type.Object(
  {
    vendorId: Type.Optional(Type.String({ description: "The vendor's id of the record concerned." })),
    field: Nullable(Type.String({ description: 'Member concerned; null for the whole record.' })),
    reason: Type.String({ description: 'What could not be read or stored, and why.' }),
  },
  { additionalProperties: false },
)

const SOURCE_STATUSES = ['ok', 'done', 'pending', 'error', 'timeout', 'rate_limited', 'unauthorized', 'unsupported'] as const

export const Source = Type.Object(
  {
    connection: Type.String({ description: 'Connection asked.' }),
    vendor: Type.String({ description: 'Its vendor.' }),
    status: OneOf(SOURCE_STATUSES, {
      description:
        'ok: answered, more may come; done: its last record was given; pending: not asked for this page; the rest: why it gave nothing.',
    }),
    count: Type.Integer({ description: 'Records of it on this page.' }),
    complete: Type.Boolean({ description: 'It has been looked at to its end for this query.' }),
    durationMs: Type.Integer({ description: 'Time spent on it, in milliseconds.' }),
    filters: Type.Object(
      {
        native: Type.Array(Type.String(), { description: 'Filters the vendor applied.' }),
        emulated: Type.Array(Type.String(), { description: "Filters Fachada applied to the vendor's rows." }),
      },
      { additionalProperties: false },
    ),
    warnings: Type.Array(Warning, { description: 'Rows or members that could not be read.' }),
    problem: Type.Unsafe<Problem | null>({
      ...Problem,
      $id: undefined,
      type: ['object', 'null'],
      description: 'Why it gave nothing.',
    } as unknown as TSchema),
  },
  { $id: 'Source', additionalProperties: false, description: "One connection's part of a list." },
)

/** Answer of a list: `data` in the order connections are configured and, within one, in the vendor's. */
export const listAnswer = (name: string, record: TSchema) =>
  Type.Object(
    {
      data: Type.Array(record),
      meta: Type.Object(
        {
          nextCursor: Nullable(Type.String({ description: 'Goes on after this page; null ends the walk. A page may be short.' })),
          partial: Type.Boolean({ description: 'A source failed; its records come when it answers again.' }),
          sources: Type.Array(Type.Ref('Source#')),
        },
        { additionalProperties: false },
      ),
      links: Type.Object({ next: Nullable(Type.String({ description: 'Path of the next page.' })) }, { additionalProperties: false }),
    },
    { $id: `${name}List`, additionalProperties: false },
  )

export const Meta = Type.Object(
  {
    connection: Type.String({ description: 'Connection asked.' }),
    vendor: Type.String({ description: 'Its vendor.' }),
    durationMs: Type.Integer({ description: 'Time taken, in milliseconds.' }),
    warnings: Type.Array(Warning, { description: 'What could not be read, or on a write could not be stored.' }),
  },
  { $id: 'Meta', additionalProperties: false },
)

export const singleAnswer = (name: string, record: TSchema) =>
  Type.Object({ data: record, meta: Type.Ref('Meta#') }, { $id: `${name}Answer`, additionalProperties: false })

const PlannedRequest = Type.Object(
  {
    method: Type.String({ description: 'HTTP method.' }),
    url: Type.String({ description: 'Address at the vendor, with its query.' }),
    body: Type.Unsafe<unknown>({
      description:
        'Body as it would be sent; of a form its fields; null where there is none. What is born during the write stands as `{{name}}`.',
    } as unknown as TSchema),
  },
  { additionalProperties: false },
)

export const DryRun = Type.Object(
  {
    requests: Type.Array(PlannedRequest, {
      description: 'What the write would send, in order, without credentials; empty where the vendor has it so already.',
    }),
  },
  { $id: 'DryRun', additionalProperties: false, description: 'What `dryRun=true` answers with: nothing was written.' },
)

export type PlannedRequest = Static<typeof PlannedRequest>
export type DryRun = Static<typeof DryRun>
export type Warning = Static<typeof Warning>
export type Source = Static<typeof Source>
export type SourceStatus = (typeof SOURCE_STATUSES)[number]
export type Meta = Static<typeof Meta>

export interface ListAnswer<R> {
  data: R[]
  meta: { nextCursor: string | null; partial: boolean; sources: Source[] }
  links: { next: string | null }
}

export interface SingleAnswer<R> {
  data: R
  meta: Meta
}
