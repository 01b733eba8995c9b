import fc from 'fast-check'
import { remembered } from '../../src/kernel/remembered.ts'

// Input made up from JSON Schemas: what they allow, what they nearly allow, and what means harm.

/** As much of JSON Schema as the OpenAPI document uses. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  maxItems?: number
  minProperties?: number
  minimum?: number
  maximum?: number
  maxLength?: number
  pattern?: string
  format?: string
}

/** Values for members of a name, where the schema alone would give none that exists. */
export type Hints = Readonly<Record<string, readonly string[]>>

export interface Source {
  schemas: Readonly<Record<string, Schema>>
  hints: Hints
}

const USUAL_DAYS = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10))

/** Also what stands for "ever" in some languages, and what only few calendars have. */
const DAYS = fc.oneof(
  { weight: 9, arbitrary: USUAL_DAYS },
  { weight: 1, arbitrary: fc.constantFrom('0000-01-01', '0001-01-01', '0999-12-31', '1582-10-10', '1969-12-31', '9999-12-31') },
)
const MOMENTS = fc.oneof(
  { weight: 9, arbitrary: DAYS.map((day) => `${day}T12:30:00-03:00`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '0000-01-01T00:00:00+23:59',
      '0001-01-01T00:00:00Z',
      '1969-12-31T23:59:59Z',
      '2016-12-31T23:59:60Z',
      '2016-12-31T20:59:60.5-03:00',
      '2024-05-01t12:30:00z',
      '2024-05-01 12:30:00.123456789Z',
      '9999-12-31T23:59:59.999-23:59',
    ),
  },
)

/** Made once for each schema: a class of characters turned into those it allows takes longer than a request. */
const texts = new WeakMap<Schema, fc.Arbitrary<unknown>>()
const text = (schema: Schema) => remembered(texts, schema, () => newText(schema))

function newText({ pattern, format, maxLength = 200 }: Schema): fc.Arbitrary<unknown> {
  if (format === 'date') return DAYS
  if (format === 'date-time') return MOMENTS
  if (pattern === undefined) return fc.string({ unit: 'grapheme', maxLength: Math.min(maxLength, 30) })
  // Any text but control characters: characters are more telling when they are letters.
  if (pattern.startsWith('^[^')) {
    const allowed = new RegExp(pattern)
    return fc.string({ unit: 'grapheme', maxLength: Math.min(maxLength, 30) }).filter((value) => allowed.test(value))
  }
  return fc.stringMatching(new RegExp(pattern)).filter(({ length }) => length <= maxLength)
}

function ofType(type: string | undefined, schema: Schema, source: Source): fc.Arbitrary<unknown> {
  const { minimum = -1_000, maximum = 1_000_000 } = schema
  if (type === 'string') return text(schema)
  if (type === 'integer' || type === 'number') return fc.integer({ min: minimum, max: maximum })
  if (type === 'boolean') return fc.boolean()
  if (type === 'null') return fc.constant(null)
  if (type === 'array') return fc.array(allowed(schema.items ?? {}, source), { maxLength: Math.min(schema.maxItems ?? 3, 3) })
  if (type !== 'object' || !schema.properties) return fc.jsonValue({ maxDepth: 2 })
  const { properties, required = [], minProperties = 0 } = schema
  const optional = Object.keys(properties).filter((name) => !required.includes(name))
  // Few at a time: a record with everything is refused for its first fault.
  return fc
    .subarray(optional, { minLength: Math.min(optional.length, minProperties), maxLength: Math.min(optional.length, 4) })
    .chain((chosen) =>
      fc.record(Object.fromEntries([...required, ...chosen].map((name) => [name, hinted(name, properties[name]!, source)]))),
    )
}

function hinted(name: string, schema: Schema, source: Source): fc.Arbitrary<unknown> {
  const known = source.hints[name]
  return known ? fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...known) }, allowed(schema, source)) : allowed(schema, source)
}

/** What a schema allows. */
export function allowed(schema: Schema, source: Source): fc.Arbitrary<unknown> {
  if (schema.$ref) return allowed(source.schemas[schema.$ref.split('/').at(-1)!]!, source)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => allowed(one, source)))
  const types = Array.isArray(schema.type) ? schema.type : [schema.type]
  return fc.oneof(...types.map((type) => ofType(type, schema, source)))
}

const HARM = [
  '',
  ' ',
  '.',
  '..',
  '../../etc/passwd',
  '..\\..\\windows',
  '%2e%2e%2f',
  '%00',
  '\u0000',
  'a\r\nSet-Cookie: a=b',
  "' OR 1=1 --",
  '"; DROP TABLE x; --',
  '<script>alert(1)</script>',
  '${jndi:ldap://127.0.0.1/x}',
  '{{7*7}}',
  '$(id)',
  '\u202etxt.exe',
  '\ud800',
  '\ufeff',
  'Ω'.repeat(300),
  'x'.repeat(5_000),
  '-1',
  '1e400',
  'NaN',
  '9'.repeat(40),
  '0000-00-00',
  '2026-02-30',
  '+00:00',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'loja-centro:1;x=1',
  'loja-centro:../contatos/1',
  'loja-centro:1?fields=*',
  'loja-centro:1#',
  'loja-centro:１',
  'null',
  'true',
  '[]',
  '{}',
]

/** Texts that mean harm somewhere. */
export const harmful: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...HARM) },
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 40 }),
)

const odd: fc.Arbitrary<unknown> = fc.oneof(
  harmful,
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 1e308, [], {}, [[]], [null], { value: {} }, { toString: 1 }),
  fc.jsonValue({ maxDepth: 3 }),
)

type Path = readonly (string | number)[]

function placesIn(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at]
  return [at, ...Object.entries(value).flatMap(([name, member]) => placesIn(member, [...at, name]))]
}

function replaced(value: unknown, [first, ...rest]: Path, put: unknown): unknown {
  if (first === undefined) return put
  const copy = structuredClone(value) as Record<string | number, unknown>
  copy[first] = replaced(copy[first], rest, put)
  return copy
}

/** A value of which one place is something else, or that has a member too many. */
export const nearly = (valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.tuple(valid, fc.nat(), odd, fc.option(harmful)).map(([value, spot, put, extra]) => {
    if (extra !== null && typeof value === 'object' && value !== null) return { ...value, [extra]: put }
    const places = placesIn(value)
    return replaced(value, places[spot % places.length]!, put)
  })
