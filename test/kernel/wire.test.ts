import fc from 'fast-check'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import * as field from '../../src/contract/fields.ts'
import * as wire from '../../src/kernel/wire.ts'
import { noting, read } from '../support/reading.ts'

describe('text', () => {
  it.each([
    ['  Maria ', 'Maria'],
    ['', null],
    ['   ', null],
    [null, null],
    [undefined, null],
    [7, '7'],
    [false, 'false'],
    ['a\tb\nc\r\nd', 'a\tb\nc\r\nd'],
    ['a\u0000b\u0007c\u007f', 'abc'],
    ['a\ud800b', 'ab'],
    ['\u0000', null],
    ['João 😀', 'João 😀'],
  ])('reads %j as %j', (given, expected) => {
    expect(read(wire.text, given)).toEqual({ value: expected, notes: [] })
  })

  it('notes an object and gives nothing', () => {
    expect(read(wire.text, {})).toEqual({ value: null, notes: [['x', 'is not text']] })
  })

  it('cuts at the limit, with a note, and never in the middle of a character', () => {
    expect(noting((note) => wire.text('abcdef', note, 'x', 3))).toEqual({
      value: 'abc',
      notes: [['x', 'is longer than 3 characters and was cut']],
    })
    expect(noting((note) => wire.text('ab😀', note, 'x', 3)).value).toBe('ab')
  })

  it('gives what the contract takes back, whatever comes', () => {
    const schema = field.Text('', 20)
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.double(), fc.boolean(), fc.string({ maxLength: 60 })),
        (given) => {
          const value = wire.text(given, () => {}, 'x', 20)
          return value === null || (Value.Check(schema, value) && value !== '')
        },
      ),
    )
    expect(Value.Check(schema, 'a\u0000')).toBe(false)
    expect(Value.Check(schema, 'a\ud800')).toBe(false)
  })
})

describe('digits', () => {
  it.each([
    ['04.320-040', '04320040'],
    [4320040, '4320040'],
    ['abc', null],
    ['', null],
  ])('reads %j as %j', (given, expected) => {
    expect(read(wire.digits, given).value).toBe(expected)
  })
})

describe('id', () => {
  it.each([
    ['1', '1'],
    [324, '324'],
    [' 12 ', '12'],
    ['contact-12', 'contact-12'],
    [0, null],
    ['0', null],
    ['', null],
    [null, null],
  ])('reads %j as %j', (given, expected) => {
    expect(read(wire.id, given)).toEqual({ value: expected, notes: [] })
  })

  it.each([[1.5], [-1], [2 ** 53], ['a/b'], ['..'], ['.5'], ['-1'], [{}], [['1']], [true]])('takes %j for no id', (given) => {
    expect(read(wire.id, given)).toEqual({ value: null, notes: [['x', 'is not an id']] })
  })

  it('is not to be missed in the record itself', () => {
    expect(() => wire.ownId('', 'vendorId')).toThrow('vendorId: is missing')
  })
})

describe('boolean', () => {
  it.each([
    [true, true],
    [1, true],
    ['1', true],
    ['S', true],
    ['true', true],
    [false, false],
    [0, false],
    ['0', false],
    ['N', false],
    ['false', false],
    ['', null],
    [null, null],
  ])('reads %j as %j', (given, expected) => {
    expect(read(wire.boolean, given)).toEqual({ value: expected, notes: [] })
  })

  it.each([['talvez'], [2], [{}], ['constructor']])('does not guess %j', (given) => {
    expect(read(wire.boolean, given)).toEqual({ value: null, notes: [['x', 'is neither yes nor no']] })
  })
})

describe('integer', () => {
  it.each([
    [3, 3],
    ['12', 12],
    ['2.0', 2],
    [0, 0],
    ['', null],
    [null, null],
  ])('reads %j as %j', (given, expected) => {
    expect(read(wire.integer, given)).toEqual({ value: expected, notes: [] })
  })

  it.each([[1.5], [-1], [10_001], ['x'], [true], [[]]])('does not guess %j', (given) => {
    expect(read(wire.integer, given).value).toBeNull()
    expect(read(wire.integer, given).notes).toHaveLength(1)
  })
})

describe('list', () => {
  it.each([
    [
      ['a', ' b ', ''],
      ['a', 'b'],
    ],
    [['a,b'], ['a', 'b']],
    ['a, b,,', ['a', 'b']],
    ['a', ['a']],
    [7, ['7']],
    [
      [1, 2],
      ['1', '2'],
    ],
    [
      ['a,b', 'c'],
      ['a,b', 'c'],
    ],
    [[], []],
    ['', []],
    [null, []],
  ])('reads %j as %j', (given, expected) => {
    expect(read(wire.list, given)).toEqual({ value: expected, notes: [] })
  })

  it('notes entries that are none, and those beyond the most', () => {
    expect(read(wire.list, [{}, 'a'])).toEqual({ value: ['a'], notes: [['x', 'is not text']] })
    expect(noting((note) => wire.list(['a', 'b', 'c'], note, 'x', 200, 2))).toEqual({
      value: ['a', 'b'],
      notes: [['x', 'has more than 2 entries; the others were left out']],
    })
  })
})

describe('oneOf', () => {
  const table = { '10': 'quote', '50': 'completed' } as const

  it.each([
    [10, 'quote'],
    ['50', 'completed'],
    [' 10 ', 'quote'],
    [60, 'unknown'],
    [null, 'unknown'],
    ['constructor', 'unknown'],
    ['__proto__', 'unknown'],
    [{}, 'unknown'],
  ])('reads %j as %j', (given, expected) => {
    expect(wire.oneOf(table, given)).toBe(expected)
  })
})

describe('object, part and rows', () => {
  it('refuse what is no object', () => {
    for (const given of [null, undefined, 1, 'a', []]) expect(() => wire.object(given)).toThrow(wire.Unreadable)
  })

  it('read the empty list of PHP as an empty object', () => {
    expect(read(wire.part, [])).toEqual({ value: {}, notes: [] })
    expect(read(wire.part, 7)).toEqual({ value: {}, notes: [['x', 'is not an object']] })
  })

  it('bound how many rows there are', () => {
    expect(noting((note) => wire.rows([1, 2, 3], note, 'x', 2)).value).toEqual([1, 2])
    expect(read(wire.rows, {})).toEqual({ value: [], notes: [['x', 'is not a list']] })
    expect(read(wire.rows, null)).toEqual({ value: [], notes: [] })
  })
})
