import { type TSchema, Type } from 'typebox'
import { Day, Money } from './fields.ts'
import { READ_ONLY } from './operations.ts'

interface Shape {
  type?: string | string[]
  description?: string
  readOnly?: boolean
  properties?: Record<string, Shape>
  items?: Shape
  required?: string[]
  $id?: string
}

/**
 * A record as a body: any member may be left out, in objects within it too. Only a `value` must be there where an object is about one
 * (an e-mail, a phone, a tax id, a custom field).
 */
function relaxed(schema: Shape): Shape {
  const { $id: _id, required: _required, properties, items, ...rest } = schema
  return {
    ...rest,
    ...(items && { items: relaxed(items) }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, relaxed(member)])),
      ...('value' in properties && { required: ['value'] }),
    }),
  }
}

/** Of the read-only members those that say where a body came from, which decides what of it means something elsewhere. */
const ORIGIN: readonly string[] = ['connection', 'vendor']

/** Whatever stands in them: nobody looks. */
function ignored(properties: Record<string, Shape>): Record<string, Shape> {
  const names = READ_ONLY.filter((name) => name in properties && !ORIGIN.includes(name))
  return Object.fromEntries(
    names.map((name) => {
      const { description } = properties[name]!
      return [name, { readOnly: true, ...(description !== undefined && { description }) }]
    }),
  )
}

/** What may be written of a record. Read-only members are accepted and ignored, so that what a read returned can be posted; unknown ones are refused. */
export function inputOf(name: string, record: TSchema, examples: readonly object[] = []): TSchema {
  const shape = relaxed(record as Shape)
  const { properties = {} } = shape
  return Type.Unsafe({
    ...shape,
    properties: { ...properties, ...ignored(properties) },
    $id: `${name}Input`,
    minProperties: 1,
    examples,
    description: 'A body is what GET returns; read-only members are ignored.',
  } as unknown as TSchema)
}

export const SettlementInput = Type.Object(
  {
    amount: Type.Optional(Money('What came in; the whole balance where it is left out.')),
    receivedOn: Type.Optional(Day('When it came in; today where it is left out.')),
  },
  { $id: 'SettlementInput', additionalProperties: false, examples: [{ receivedOn: '2026-05-04' }] },
)

/** Fills in what a body left out within an object, so that readers find every member: null, the usual label, the type of a tax id. */
export function completed(schema: TSchema, body: unknown): unknown {
  const shape = schema as Shape
  const properties = shape.properties ?? {}
  return Object.fromEntries(
    Object.entries(body as object).map(([name, value]) => [name, properties[name] ? whole(properties[name], value) : value]),
  )
}

function whole(shape: Shape, value: unknown): unknown {
  if (Array.isArray(value) && shape.items) {
    const { items } = shape
    return value.map((item, index) => labelled(items, whole(items, item), index))
  }
  if (!shape.properties || typeof value !== 'object' || value === null) return value
  const given = value as Record<string, unknown>
  return Object.fromEntries(
    Object.entries(shape.properties).map(([name, member]) => [name, name in given ? whole(member, given[name]) : absent(name, given)]),
  )
}

/** Without a label the first is main and the others other. */
function labelled(items: Shape, item: unknown, index: number): unknown {
  if (!items.properties || !('label' in items.properties) || 'code' in items.properties) return item
  const given = item as { label: string | null }
  return { ...given, label: given.label ?? (index === 0 ? 'main' : 'other') }
}

const TAX_ID_BY_LENGTH: Record<number, string> = { 11: 'cpf', 14: 'cnpj' }

function absent(name: string, given: Record<string, unknown>): unknown {
  if (name === 'type' && typeof given.value === 'string' && !('label' in given)) return TAX_ID_BY_LENGTH[given.value.length] ?? 'other'
  return null
}
