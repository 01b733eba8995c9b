import { type TSchema, Type } from 'typebox'
import { OneOf } from './contract/fields.ts'
import type { Vendor } from './kernel/adapter.ts'

// The shape of gateway.config.json, and what its parts are called.

const SCOPES = ['read', 'write', 'proxy', 'admin', 'metrics'] as const
export type Scope = (typeof SCOPES)[number]

export interface ClientConfig {
  id: string
  /** SHA-256 of the key, hex. */
  keyHash: string
  scopes: readonly Scope[]
  /** Connection ids, or `*`. */
  connections: readonly string[]
  rateLimit?: { max: number; windowSeconds: number }
}

export interface ConnectionConfig {
  id: string
  vendor: string
  label?: string
  credentials: Record<string, unknown>
  cacheSeconds?: number
  settings?: Record<string, unknown>
}

const Client = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,31}$', description: 'Name of the client in logs.' }),
    keyHash: Type.String({ pattern: '^sha256:[0-9a-f]{64}$', description: 'SHA-256 of its key, as `npm run key` prints it.' }),
    scopes: Type.Array(OneOf(SCOPES), { minItems: 1, description: 'What it may do; write includes read.' }),
    connections: Type.Array(Type.String({ pattern: '^(\\*|[a-z0-9][a-z0-9-]{0,31})$' }), {
      minItems: 1,
      description: 'Connections it may use; `*` is all.',
    }),
    rateLimit: Type.Optional(
      Type.Object(
        {
          max: Type.Integer({ minimum: 1, description: 'Requests in one window.' }),
          windowSeconds: Type.Integer({ minimum: 1, maximum: 86_400 }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)

/** Settings that the kernel gives to every vendor's connections. */
const commonSettings = {
  timeZone: Type.Optional(Type.String({ default: 'America/Sao_Paulo', description: "IANA zone of the vendor's local times." })),
  timeoutMs: Type.Optional(Type.Integer({ minimum: 100, maximum: 25_000, default: 10_000, description: 'Time for one operation in all.' })),
  limits: Type.Optional(
    Type.Object(
      { requests: Type.Integer({ minimum: 1, maximum: 10_000 }), perMs: Type.Integer({ minimum: 1, maximum: 86_400_000 }) },
      {
        additionalProperties: false,
        description: "In place of the vendor's own: lower to share a budget, higher where the vendor granted more.",
      },
    ),
  ),
  enable: Type.Optional(Type.Array(Type.String(), { description: 'Assumed operations to turn on.' })),
}

export function settingsSchema(vendor: Vendor): TSchema {
  const { properties } = vendor.settings as unknown as { properties: Record<string, TSchema> }
  return Type.Object({ ...commonSettings, ...properties }, { additionalProperties: false })
}

/** Whether a vendor cannot do without some setting. */
const needsSettings = (settings: TSchema) => ((settings as { required?: string[] }).required ?? []).length > 0

export const connectionMembers = (vendor: TSchema, credentials: TSchema, settings: TSchema) =>
  Type.Object(
    {
      id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,31}$', description: 'First part of the ids of its records.' }),
      vendor,
      label: Type.Optional(Type.String({ maxLength: 200, description: 'For people.' })),
      credentials,
      cacheSeconds: Type.Optional(
        Type.Integer({ minimum: 0, maximum: 86_400, description: 'For how long an answer may serve again; 0, the default, for never.' }),
      ),
      settings: needsSettings(settings) ? settings : Type.Optional(settings),
    },
    { additionalProperties: false },
  )

export const fileMembers = (connection: TSchema) =>
  Type.Object(
    {
      $schema: Type.Optional(Type.String()),
      clients: Type.Optional(
        Type.Array(Client, { description: 'Who may call. With none, only loopback is served and every call is allowed.' }),
      ),
      connections: Type.Array(connection, { minItems: 1, description: 'Accounts at vendors.' }),
    },
    { additionalProperties: false },
  )

/** JSON Schema of gateway.config.json, for editors. */
export function configSchema(vendors: readonly Vendor[]): Record<string, unknown> {
  const connections = vendors.map((vendor) =>
    connectionMembers(
      Type.Literal(vendor.id, { description: `A connection to ${vendor.name}.` }),
      vendor.credentials,
      settingsSchema(vendor),
    ),
  )
  return { $schema: 'http://json-schema.org/draft-07/schema#', title: 'gateway.config.json', ...fileMembers(Type.Union(connections)) }
}
