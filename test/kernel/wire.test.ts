import Big from 'big.js'
import fc from 'fast-check'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import * as field from '../../src/contract/fields.ts'
import * as wire from '../../src/kernel/wire.ts'

function noting<T>(read: (note: wire.Note) => T): { value: T; notes: [string, string][] } {
  const notes: [string, string][] = []
  return { value: read((at, reason) => notes.push([at, reason])), notes }
}

/** What a reader makes of a value, and whether it had something to say. */
const read = <T>(reader: (value: unknown, note: wire.Note, field: string) => T, value: unknown) =>
  noting((note) => reader(value, note, 'x'))

describe('refuse', () => {
  it('throws what names the member and never the value', () => {
    expect(() => wire.money('12,34 de Maria', wire.refuse, 'amount')).toThrow(wire.Unreadable)
    try {
      wire.money('12,34 de Maria', wire.refuse, 'amount')
    } catch (error) {
      expect((error as wire.Unreadable).field).toBe('amount')
      expect((error as Error).message).not.toContain('Maria')
    }
  })
})

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

describe('money', () => {
  it.each([
    [200, '200.00'],
    [10.37, '10.37'],
    [10.5, '10.50'],
    ['50.00', '50.00'],
    ['50', '50.00'],
    ['5.2000', '5.20'],
    [10.3725, '10.3725'],
    ['1e-7', '0.0000001'],
    [1e-7, '0.0000001'],
    ['-3.1', '-3.10'],
    [-0, '0.00'],
    ['-0.00', '0.00'],
    ['007.50', '7.50'],
    ['.5', '0.50'],
    ['+5', '5.00'],
    [0.1 + 0.2, '0.30'],
    [' 7.25 ', '7.25'],
    ['', null],
    [null, null],
    ['999999999999999.99', '999999999999999.99'],
  ])('reads %j as %j', (given, expected) => {
    expect(read(wire.money, given)).toEqual({ value: expected, notes: [] })
  })

  it.each([['10,37'], ['1.234,56'], ['R$ 10'], ['abc'], [{}], [[]], [true], [1e15], ['1e15'], ['0x10'], ['Infinity'], ['1e999'], ['.']])(
    'refuses to guess %j',
    (given) => {
      expect(read(wire.money, given)).toEqual({ value: null, notes: [['x', 'is not a decimal amount']] })
    },
  )

  it('is what arbitrary precision says, in the form of the contract, however it is written', () => {
    const schema = field.Money('')
    const amounts = fc.tuple(fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }), fc.integer({ min: 0, max: 10 }))
    fc.assert(
      fc.property(amounts, fc.boolean(), ([units, places], asNumber) => {
        const exact = new Big(units.toString()).div(new Big(10).pow(places))
        const given = asNumber ? Number(exact.toString()) : exact.toFixed(places)
        const expected = new Big(asNumber ? String(given) : exact)
        const value = wire.money(given, wire.refuse, 'x')!
        expect(new Big(value).eq(expected.round(10, Big.roundHalfUp))).toBe(true)
        expect(Value.Check(schema, value)).toBe(true)
        expect(value).toMatch(/^-?\d+\.\d{2}(\d*[1-9])?$/)
      }),
    )
  })
})

describe('quantity', () => {
  it.each([
    ['10.0000', '10'],
    ['0.000', '0'],
    ['0.350', '0.35'],
    [60, '60'],
    [2.5, '2.5'],
    [1e-7, '0.0000001'],
    ['100', '100'],
    ['', null],
  ])('reads %j as %j', (given, expected) => {
    expect(read(wire.quantity, given)).toEqual({ value: expected, notes: [] })
  })

  it('notes what is none', () => {
    expect(read(wire.quantity, 'dez').notes).toEqual([['x', 'is not a decimal number']])
  })
})

describe('arithmetic of amounts', () => {
  it('does not drift as floats do', () => {
    expect(wire.total([1, '0.10'], [1, '0.20'])).toBe('0.30')
    expect(wire.total([1, wire.times('3', '0.10')], [-1, '0.05'])).toBe('0.25')
    expect(wire.times('1.005', '100.00')).toBe('100.50')
  })

  it('knows nothing of what is missing', () => {
    expect(wire.times(null, '1.00')).toBeNull()
    expect(wire.total([1, '1.00'], [-1, null])).toBeNull()
  })

  it('sees equal amounts in different texts', () => {
    expect(wire.sameAmount('10', '10.00')).toBe(true)
    expect(wire.sameAmount('10.001', '10.00')).toBe(false)
  })
})

describe('day', () => {
  it.each([
    ['1992-02-13', '1992-02-13'],
    ['2017-03-10 14:10:37', '2017-03-10'],
    ['2017-03-10T14:10:37-03:00', '2017-03-10'],
    ['2024-02-29', '2024-02-29'],
    ['2000-02-29', '2000-02-29'],
    ['', null],
    ['0000-00-00', null],
    ['0000-00-00 00:00:00', null],
    [null, null],
  ])('reads %j as %j', (given, expected) => {
    expect(read(wire.day, given)).toEqual({ value: expected, notes: [] })
  })

  it.each([
    ['2023-02-29'],
    ['1900-02-29'],
    ['2024-13-01'],
    ['2024-00-10'],
    ['2024-04-31'],
    ['13/02/1992'],
    ['2024-1-1'],
    ['2024-01-01x'],
    [20240101],
    [{}],
    ['0001-01-01'],
  ])('takes %j for no day', (given) => {
    expect(read(wire.day, given)).toEqual({ value: null, notes: [['x', 'is not a day']] })
  })

  it('gives back every day there is', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('1500-01-01'), max: new Date('2999-12-31'), noInvalidDate: true }), (date) => {
        const given = date.toISOString().slice(0, 10)
        return wire.day(given, wire.refuse, 'x') === given
      }),
    )
  })
})

describe('instant', () => {
  const inZone = (value: unknown, zone = 'America/Sao_Paulo') => noting((note) => wire.instant(value, zone, note, 'x'))

  it.each([
    ['2017-05-24 17:32:18', '2017-05-24T17:32:18-03:00'],
    ['2017-01-15 11:20:15', '2017-01-15T11:20:15-02:00'],
    ['2020-01-15 11:20:15', '2020-01-15T11:20:15-03:00'],
    ['2024-01-15T11:20', '2024-01-15T11:20:00-03:00'],
    ['2024-01-15 11:20:15.123', '2024-01-15T11:20:15.123-03:00'],
    ['2024-01-15', '2024-01-15T00:00:00-03:00'],
    ['2024-01-15T11:20:15Z', '2024-01-15T11:20:15Z'],
    ['2024-01-15T11:20:15+0200', '2024-01-15T11:20:15+02:00'],
    ['2024-01-15T11:20:15-03:00', '2024-01-15T11:20:15-03:00'],
    ['0000-00-00 00:00:00', null],
    ['', null],
  ])('reads %j as %j', (given, expected) => {
    expect(inZone(given)).toEqual({ value: expected, notes: [] })
  })

  it('knows the hours around a change of the clocks in Brazil', () => {
    // Summer time began at midnight of 4 November 2018, so that the hour after it never was, and ended at midnight of 17 February 2019.
    expect(inZone('2018-11-03 23:59:59').value).toBe('2018-11-03T23:59:59-03:00')
    expect(inZone('2018-11-04 00:30:00').value).toBe('2018-11-04T00:30:00-03:00')
    expect(inZone('2018-11-04 01:00:00').value).toBe('2018-11-04T01:00:00-02:00')
    expect(inZone('2019-02-16 22:30:00').value).toBe('2019-02-16T22:30:00-02:00')
    expect(inZone('2019-02-16 23:30:00').value).toBe('2019-02-16T23:30:00-02:00')
    expect(inZone('2019-02-17 00:30:00').value).toBe('2019-02-17T00:30:00-03:00')
  })

  it('reads in the zone that is asked for', () => {
    expect(inZone('2024-07-01 12:00:00', 'America/Manaus').value).toBe('2024-07-01T12:00:00-04:00')
    expect(inZone('2024-07-01 12:00:00', 'America/Noronha').value).toBe('2024-07-01T12:00:00-02:00')
  })

  it.each([
    ['2024-02-30 10:00:00'],
    ['2024-02-01 25:00:00'],
    ['2024-02-01 10:60:00'],
    ['ontem'],
    [1700000000],
    ['2024-02-01 10:00:00 BRT'],
  ])('takes %j for none', (given) => {
    expect(inZone(given)).toEqual({ value: null, notes: [['x', 'is not a date and time']] })
  })

  it('comes back as the local time it was', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('1990-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }), (date) => {
        const local = wire.localTime(date.toISOString(), 'America/Sao_Paulo')
        const moment = wire.instant(local, 'America/Sao_Paulo', wire.refuse, 'x')!
        expect(Value.Check(field.Instant(''), moment)).toBe(true)
        expect(wire.localTime(moment, 'America/Sao_Paulo')).toBe(local)
      }),
    )
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

describe('secondsInstant', () => {
  const at = (value: unknown, timeZone = 'America/Sao_Paulo') => noting((note) => wire.secondsInstant(value, timeZone, note, 'x'))

  it.each([
    [1_591_965_296, '2020-06-12T09:34:56-03:00'],
    ['1591965296', '2020-06-12T09:34:56-03:00'],
    // Summer time, which Brazil had until 2019, and the hour that came twice when it ended.
    [1_541_300_400, '2018-11-04T01:00:00-02:00'],
    [1_550_365_200, '2019-02-16T23:00:00-02:00'],
    [1_550_368_800, '2019-02-16T23:00:00-03:00'],
    [0, '1969-12-31T21:00:00-03:00'],
    [-86_400, '1969-12-30T21:00:00-03:00'],
  ])('reads %j as %s', (given, expected) => {
    expect(at(given)).toEqual({ value: expected, notes: [] })
  })

  it('reads it in any zone', () => {
    expect(at(1_591_965_296, 'Asia/Kolkata').value).toBe('2020-06-12T18:04:56+05:30')
    expect(at(1_591_965_296, 'UTC').value).toBe('2020-06-12T12:34:56+00:00')
  })

  it.each([null, undefined, ''])('reads %j as nothing', (given) => {
    expect(at(given)).toEqual({ value: null, notes: [] })
  })

  it.each([1.5, Number.NaN, 1e15, -1e15, '2020-06-12', true, {}, []])('says that %j is no time', (given) => {
    expect(at(given)).toEqual({ value: null, notes: [['x', 'is not a time in Unix seconds']] })
  })

  it('gives the same moment back', () => {
    fc.assert(
      fc.property(fc.integer({ min: -30_578_515_200, max: 253_402_214_400 }), (seconds) => {
        expect(Date.parse(at(seconds).value!) / 1000).toBe(seconds)
      }),
    )
  })
})
