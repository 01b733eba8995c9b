import { type Static, Type } from 'typebox'
import { Nullable, OneOf } from './fields.ts'
import { RESOURCES, VERBS } from './operations.ts'
import { Problem } from './problem.ts'
import { REFERENCE_KINDS } from './reference.ts'

const EVIDENCE = OneOf(['seed', 'documented', 'assumed'], {
  description:
    "seed: the vendor's page that the project started from; documented: other public material; assumed: nobody wrote it down, off until a connection turns it on.",
})

const OperationCoverage = Type.Object(
  {
    operation: Type.String({ description: 'resource.verb, such as customers.list.' }),
    verb: OneOf(VERBS),
    evidence: EVIDENCE,
    filters: Type.Optional(
      Type.Object(
        { native: Type.Array(Type.String()), emulated: Type.Array(Type.String()) },
        { additionalProperties: false, description: 'On lists: filters the vendor applies, and those Fachada applies.' },
      ),
    ),
    pagination: Type.Optional(OneOf(['native', 'emulated'], { description: 'On lists: whether the vendor pages.' })),
    members: Type.Optional(Type.Array(Type.String(), { description: 'On reads: members the vendor can fill.' })),
    writable: Type.Optional(Type.Array(Type.String(), { description: 'On writes: members the vendor can hold, as dotted paths.' })),
  },
  { additionalProperties: false },
)

export const VendorCoverage = Type.Object(
  {
    id: Type.String({ description: 'Vendor id, as in records and configuration.' }),
    name: Type.String({ description: 'Name people know.' }),
    docs: Type.String({ description: 'Where the vendor documents its API.' }),
    login: Type.Array(Type.String(), { description: 'Ways to log in: values of `credentials.grant`, or the members of the credentials.' }),
    limits: Type.Object(
      {
        requests: Type.Integer({ description: 'Calls in any window.' }),
        perMs: Type.Integer({ description: 'Length of the window, in milliseconds.' }),
      },
      { additionalProperties: false },
    ),
    operations: Type.Array(OperationCoverage),
    alternatives: Type.Array(
      Type.Object(
        {
          resource: OneOf(RESOURCES),
          setting: Type.String({ description: 'Setting of a connection.' }),
          value: Type.String({ description: 'Its value.' }),
          operations: Type.Array(OperationCoverage),
        },
        { additionalProperties: false },
      ),
      { description: 'What a resource is where a setting has this value: these are all its operations then, in place of those above.' },
    ),
    references: Type.Array(Type.Object({ kind: OneOf(REFERENCE_KINDS), evidence: EVIDENCE }, { additionalProperties: false }), {
      description: 'What it has of what writes refer to, at /connections/{id}/references/{kind}.',
    }),
  },
  { $id: 'Vendor', additionalProperties: false, description: 'What a vendor can do, derived from its adapter.' },
)

export const CONNECTION_STATUSES = ['ok', 'refreshing', 'needs_authorization', 'limited', 'failing'] as const

export const ConnectionView = Type.Object(
  {
    id: Type.String({ description: 'First part of the ids of its records.' }),
    vendor: Type.String({ description: 'Its vendor.' }),
    label: Type.String({ description: 'For people.' }),
    status: OneOf(CONNECTION_STATUSES, {
      description: 'How it is doing, as far as this process knows.',
    }),
    since: Type.String({ format: 'date-time', description: 'When it began to be so.' }),
    lastProblem: Type.Unsafe<Problem | null>({
      ...Problem,
      $id: undefined,
      type: ['object', 'null'],
      description: 'The last failure.',
    } as never),
    budget: Type.Object(
      {
        limit: Type.Integer({ description: 'Calls in one window.' }),
        remaining: Nullable(Type.Integer({ description: 'Calls left now; null while the store cannot be asked.' })),
        resetsAt: Nullable(
          Type.String({ format: 'date-time', description: 'When all are back; null when they are, or while the store cannot be asked.' }),
        ),
      },
      { additionalProperties: false },
    ),
  },
  { $id: 'Connection', additionalProperties: false },
)

export type VendorCoverage = Static<typeof VendorCoverage>
export type OperationCoverage = Static<typeof OperationCoverage>
export type ConnectionView = Static<typeof ConnectionView>
