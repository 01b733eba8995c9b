import { Type } from 'typebox'
import { CONNECTION_STATUSES } from './coverage.ts'
import { Nullable, OneOf, Text } from './fields.ts'

// Connections as they are made and changed over the API. What credentials and settings a vendor takes is judged as the file's are.

const ConnectionId = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,31}$', description: 'First part of the ids of its records.' })

const members = {
  label: Text('For people.', 200),
  credentials: Type.Record(Type.String(), Type.Unknown(), {
    description: 'As gateway.config.schema.json has them for the vendor. They are never shown again.',
  }),
  settings: Type.Record(Type.String(), Type.Unknown(), {
    description: "As gateway.config.schema.json has them for the vendor. URLs must be https and on the vendor's own hosts.",
  }),
  cacheSeconds: Type.Integer({ minimum: 0, description: 'How long stored answers may serve.' }),
}

export const ConnectionInput = Type.Object(
  {
    id: ConnectionId,
    vendor: Type.String({ maxLength: 32, description: 'Vendor id, as in /vendors.' }),
    label: Type.Optional(members.label),
    credentials: members.credentials,
    settings: Type.Optional(members.settings),
    cacheSeconds: Type.Optional(members.cacheSeconds),
  },
  {
    $id: 'ConnectionInput',
    additionalProperties: false,
    description: 'A connection, as gateway.config.json has it.',
    examples: [
      { id: 'loja-sul', vendor: 'egestor', label: 'Loja Sul', credentials: { grant: 'personal', personalToken: 'token-da-loja-sul' } },
    ],
  },
)

export const ConnectionChanges = Type.Object(
  {
    label: Type.Optional(Nullable(members.label)),
    credentials: Type.Optional(members.credentials),
    settings: Type.Optional(Nullable(members.settings)),
    cacheSeconds: Type.Optional(Nullable(members.cacheSeconds)),
  },
  {
    $id: 'ConnectionChanges',
    additionalProperties: false,
    minProperties: 1,
    description: 'Members named replace the old ones as a whole, credentials too; `null` clears, absent ones stay.',
    examples: [{ label: 'Loja Sul (matriz)' }],
  },
)

export const ConnectionTestAnswer = Type.Object(
  {
    data: Type.Object(
      {
        status: OneOf(CONNECTION_STATUSES, {
          description: 'How it is doing after the call.',
        }),
        durationMs: Type.Integer({ description: 'Time taken, in milliseconds.' }),
      },
      { additionalProperties: false },
    ),
  },
  { $id: 'ConnectionTestAnswer', additionalProperties: false },
)

export const AuthorizeAnswer = Type.Object(
  {
    data: Type.Object(
      {
        url: Type.String({ description: "The vendor's page." }),
        expiresAt: Type.String({ format: 'date-time', description: 'When the way back from it ends.' }),
      },
      { additionalProperties: false },
    ),
  },
  { $id: 'AuthorizeAnswer', additionalProperties: false },
)
