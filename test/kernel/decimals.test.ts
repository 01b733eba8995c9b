import Big from 'big.js'
import fc from 'fast-check'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import * as field from '../../src/contract/fields.ts'
import * as decimals from '../../src/kernel/decimals.ts'
import * as wire from '../../src/kernel/wire.ts'
import { read } from '../support/reading.ts'

describe('refuse', () => {
  it('throws what names the member and never the value', () => {
    expect(() => decimals.money('12,34 de Maria', wire.refuse, 'amount')).toThrow(wire.Unreadable)
    try {
      decimals.money('12,34 de Maria', wire.refuse, 'amount')
    } catch (error) {
      expect((error as wire.Unreadable).field).toBe('amount')
      expect((error as Error).message).not.toContain('Maria')
    }
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
    expect(read(decimals.money, given)).toEqual({ value: expected, notes: [] })
  })

  it.each([['10,37'], ['1.234,56'], ['R$ 10'], ['abc'], [{}], [[]], [true], [1e15], ['1e15'], ['0x10'], ['Infinity'], ['1e999'], ['.']])(
    'refuses to guess %j',
    (given) => {
      expect(read(decimals.money, given)).toEqual({ value: null, notes: [['x', 'is not a decimal amount']] })
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
        const value = decimals.money(given, wire.refuse, 'x')!
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
    expect(read(decimals.quantity, given)).toEqual({ value: expected, notes: [] })
  })

  it('notes what is none', () => {
    expect(read(decimals.quantity, 'dez').notes).toEqual([['x', 'is not a decimal number']])
  })
})

describe('arithmetic of amounts', () => {
  it('does not drift as floats do', () => {
    expect(decimals.total([1, '0.10'], [1, '0.20'])).toBe('0.30')
    expect(decimals.total([1, decimals.times('3', '0.10')], [-1, '0.05'])).toBe('0.25')
    expect(decimals.times('1.005', '100.00')).toBe('100.50')
  })

  it('knows nothing of what is missing', () => {
    expect(decimals.times(null, '1.00')).toBeNull()
    expect(decimals.total([1, '1.00'], [-1, null])).toBeNull()
  })

  it('sees equal amounts in different texts', () => {
    expect(decimals.sameAmount('10', '10.00')).toBe(true)
    expect(decimals.sameAmount('10.001', '10.00')).toBe(false)
  })
})
