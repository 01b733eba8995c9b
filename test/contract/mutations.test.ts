import fc from 'fast-check'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'
import { expect, it } from 'vitest'
import { GatewayError } from '../../src/kernel/errors.ts'
import { Unreadable } from '../../src/kernel/wire.ts'
import { runs } from '../support/cases.ts'
import { everyCase, everyOperation, isRead, play, recordsIn, repliesOf, schemaOf } from './cases.ts'

const COMPILED = new Map(everyOperation.map(({ operation }) => [operation, Compile(schemaOf(operation))]))

/** What a vendor may send instead of what it documents. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    0,
    -1,
    1e21,
    1.005,
    '1e-7',
    true,
    false,
    [],
    {},
    [null],
    [[]],
    [{}],
    '0000-00-00',
    '2024-02-30',
    '9999-12-31 23:59:59',
  ),
  fc.constantFrom<unknown>(
    'x'.repeat(2000),
    'a,b',
    ['a,b'],
    '\u0000\u0007',
    '\ud800',
    '2018-11-04 00:30:00',
    '0001-01-01 00:00:00',
    'constructor',
    '__proto__',
  ),
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.integer(),
  fc.array(fc.string(), { maxLength: 3 }),
)

type Path = readonly (string | number)[]

/** Every place in a JSON value. */
function places(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at]
  return [at, ...Object.entries(value).flatMap(([name, member]) => places(member, [...at, name]))]
}

function replaced(value: unknown, [first, ...rest]: Path, put: unknown): unknown {
  if (first === undefined) return put
  const copy = structuredClone(value) as Record<string | number, unknown>
  copy[first] = replaced(copy[first], rest, put)
  return copy
}

const read = everyCase.filter(({ operation, each }) => each.output && isRead(operation) && repliesOf(each).length > 0)

it.each(read)('reads or refuses whatever type comes: $title (row 25)', async ({ vendor, operation, each }) => {
  const replies = repliesOf(each)
  const spots = replies.flatMap((reply, index) => places(reply.body).map((path) => ({ index, path })))
  const schema = COMPILED.get(operation)!
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom(...spots), odd), { minLength: 1, maxLength: 3 }), async (changes) => {
      const broken = replies.map((reply) => ({ ...reply }))
      for (const [{ index, path }, put] of changes) {
        try {
          broken[index]!.body = replaced(broken[index]!.body, path, put)
        } catch {
          // An earlier change took this place away.
        }
      }
      // As it would travel: no holes in lists, no numbers that JSON lacks.
      for (const reply of broken) reply.body = JSON.parse(JSON.stringify(reply.body ?? null))
      // A change may make an operation ask for more than its case does: the vendor fails then.
      const { output, error } = await play(vendor, operation, each, [...broken, { status: 500, body: null }])
      if (error !== undefined) {
        if (!(error instanceof GatewayError || error instanceof Unreadable)) throw error
        return
      }
      for (const record of recordsIn(operation, output)) {
        if (!schema.Check(record)) expect([...Value.Errors(schemaOf(operation), record)]).toEqual([])
      }
    }),
    { numRuns: runs(150) },
  )
})
