import { type TSchema, Type } from 'typebox'
import { RESOURCES, type Resource } from '../../contract/operations.ts'
import { RECEIVABLE_STATUSES, SALE_STATUSES } from '../../contract/sale.ts'
import type { Context } from '../../kernel/adapter.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { MEMBERS } from './members.ts'

// Which register or flow of the account is which resource: what `settings.resources` says.

export interface RegisterSource {
  source: 'register'
  registerId: number
  formId: number
  fields: Readonly<Record<string, string | number>>
}

export interface FlowSource {
  source: 'flow'
  flowId: number
  /** Form of the first step, in which a card begins. */
  formInitId: number
  fields: Readonly<Record<string, string | number>>
  /** Our status by id of the step a card stands on. */
  statusByStep?: Readonly<Record<string, string>>
}

export type Source = RegisterSource | FlowSource

const Id = (description: string) => Type.Optional(Type.Integer({ minimum: 1, description }))

const STATUSES = { customers: [], products: [], sales: SALE_STATUSES, receivables: RECEIVABLE_STATUSES } as const

const FieldName = { type: ['string', 'integer'], minLength: 1, description: 'Hash, id or title of the field.' }

function sourceSchema(resource: Resource): TSchema {
  const fields = Object.fromEntries(Object.keys(MEMBERS[resource]).map((member) => [member, FieldName]))
  const statuses = STATUSES[resource]
  return Type.Unsafe({
    ...Type.Object(
      {
        source: Type.Unsafe({ type: 'string', enum: ['register', 'flow'], description: 'A register (cadastro) or a flow (fluxo).' }),
        registerId: Id('Id of the register.'),
        formId: Id('Id of its form.'),
        flowId: Id('Id of the flow.'),
        formInitId: Id('Id of the form in which its cards begin.'),
        fields: Type.Unsafe({
          type: 'object',
          properties: fields,
          additionalProperties: false,
          description: 'Members of the record, and the field that holds each.',
        }),
        ...(statuses.length > 0 && {
          statusByStep: Type.Optional(
            Type.Unsafe({
              type: 'object',
              patternProperties: { '^\\d{1,15}$': { type: 'string', enum: [...statuses] } },
              additionalProperties: false,
              description: "Our status by the id of a flow's step.",
            }),
          ),
        }),
      },
      { additionalProperties: false, description: `Where ${resource} are kept.` },
    ),
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, whose messages name the member that is missing; nobody awaits a schema
    ...{ if: { properties: { source: { const: 'register' } } }, then: { required: ['registerId', 'formId'] } },
    else: { required: ['flowId', 'formInitId'] },
  })
}

export const Resources = Type.Object(Object.fromEntries(RESOURCES.map((resource) => [resource, Type.Optional(sourceSchema(resource))])), {
  additionalProperties: false,
  minProperties: 1,
  description: 'Which register or flow is which resource, and which field is which member.',
})

export const DEFAULT_ORIGIN = 'https://app.cange.me'

export const originOf = (settings: Readonly<Record<string, unknown>>) => (settings.origin as string | undefined) ?? DEFAULT_ORIGIN

export function findSource(resource: Resource, settings: Readonly<Record<string, unknown>>): Source | undefined {
  return (settings.resources as Partial<Record<Resource, Source>> | undefined)?.[resource]
}

/** The kernel asks only for what `isConfigured` allows. */
export function sourceOf(resource: Resource, { settings }: Context): Source {
  const source = findSource(resource, settings)
  if (!source) throw misconfigured([{ pointer: `/resources/${resource}`, detail: 'is missing' }])
  return source
}

/** Settings that name what the account does not have; pointers are into the settings. */
export function misconfigured(errors: { pointer: string; detail: string }[]): GatewayError {
  const message = `The settings do not fit the account: ${errors.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ')}.`
  return new GatewayError('connection_misconfigured', { message, errors })
}
