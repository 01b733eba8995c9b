import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assertSameQuery, beginning, decodeCursor, encodeCursor, type Place, type Walk } from '../../src/kernel/cursor.ts'
import { randomKeyRing, sealFor } from '../../src/kernel/seal.ts'

const ring = randomKeyRing()
const seal = sealFor(ring, 'cursor', { deterministic: true })
const walk: Walk = {
  resource: 'customers',
  query: { connection: ['centro'], taxId: '12345678909' },
  places: [
    { connection: 'centro', position: 3, offset: 17, done: false, before: null },
    { connection: 'norte', position: null, offset: 0, done: true, before: null },
    { connection: 'sul', position: { servicos: 2 }, offset: 0, done: false, before: null },
  ],
}

const refusal = (work: () => unknown): unknown => {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}
const invalid = expect.objectContaining({ kind: 'invalid_cursor', errors: [expect.objectContaining({ parameter: 'cursor' })] })

describe('a cursor', () => {
  it('carries the whole walk', () => {
    const position = fc.oneof(fc.constant(null), fc.integer(), fc.string(), fc.dictionary(fc.stringMatching(/^[a-z]+$/), fc.integer()))
    const open = fc.record({
      connection: fc.stringMatching(/^[a-z0-9-]{1,32}$/),
      position,
      offset: fc.nat(),
      done: fc.constant(false),
      before: fc.option(fc.string()),
    })
    const done = open.map(({ connection }): Place => ({ connection, position: null, offset: 0, done: true, before: null }))
    const places = fc.array(fc.oneof(open, done), { maxLength: 8 }) as fc.Arbitrary<Place[]>
    fc.assert(
      fc.property(places, fc.dictionary(fc.stringMatching(/^[a-zA-Z]+$/), fc.string()), (places, query) => {
        const made: Walk = { resource: 'sales', query, places }
        expect(decodeCursor(seal, encodeCursor(seal, made), 'sales')).toEqual(made)
      }),
    )
  })

  it('of a walk that has not begun stands before the first record', () => {
    const made: Walk = { resource: 'sales', query: {}, places: [beginning('centro')] }
    expect(decodeCursor(seal, encodeCursor(seal, made), 'sales').places).toEqual([
      { connection: 'centro', position: null, offset: 0, done: false, before: null },
    ])
  })

  it('is the same for the same walk, so that equal pages are equal', () => {
    expect(encodeCursor(seal, walk)).toBe(encodeCursor(seal, structuredClone(walk)))
    expect(encodeCursor(seal, walk)).not.toBe(encodeCursor(seal, { ...walk, places: walk.places.slice(0, 2) }))
  })

  it('shows nothing of its query', () => {
    const cursor = encodeCursor(seal, walk)
    expect(cursor).not.toContain('12345678909')
    expect(Buffer.from(cursor.split('.')[2]!, 'base64url').toString('latin1')).not.toContain('12345678909')
  })

  it('fits into a URL as it is', () => {
    expect(encodeCursor(seal, walk)).toMatch(/^[A-Za-z0-9._-]+$/)
  })

  it('is refused when any one byte was changed', () => {
    const cursor = encodeCursor(seal, walk)
    for (let index = 0; index < cursor.length; index += 1) {
      const other = cursor[index] === 'A' ? 'B' : 'A'
      const changed = cursor.slice(0, index) + other + cursor.slice(index + 1)
      expect(refusal(() => decodeCursor(seal, changed, 'customers'))).toEqual(invalid)
    }
  })

  it.each(['', 'x', '.x', 'v1..', 'v1.process.e30'])('is refused when it is made up: %j', (text) => {
    expect(refusal(() => decodeCursor(seal, text, 'customers'))).toEqual(invalid)
    expect(refusal(() => decodeCursor(seal, encodeCursor(seal, walk) + (text || '.'), 'customers'))).toEqual(invalid)
  })

  it('is refused for another resource', () => {
    const error = refusal(() => decodeCursor(seal, encodeCursor(seal, walk), 'products'))
    expect(error).toMatchObject({ kind: 'invalid_cursor', errors: [{ parameter: 'cursor', detail: 'it belongs to /customers' }] })
  })

  it('is refused when it was sealed for another purpose', () => {
    const token = sealFor(ring, 'token').seal('{}', 'cursor')
    expect(refusal(() => decodeCursor(seal, token, 'customers'))).toEqual(invalid)
  })
})

describe('parameters beside a cursor', () => {
  it.each([{}, { taxId: '12345678909' }, { connection: ['centro'] }, walk.query])('may be the same: %j', (given) => {
    expect(() => assertSameQuery(walk.query, given)).not.toThrow()
  })

  it.each([{ taxId: '98765432100' }, { connection: ['norte'] }, { connection: ['centro', 'norte'] }, { q: 'Ana' }, { raw: true }])(
    'may not differ: %j',
    (given) => {
      const [parameter] = Object.keys(given)
      const error = refusal(() => assertSameQuery(walk.query, given))
      expect(error).toMatchObject({ kind: 'invalid_cursor', errors: [{ parameter }] })
      expect(JSON.stringify(error)).not.toContain('12345678909')
    },
  )
})
