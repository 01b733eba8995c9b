import fc from 'fast-check'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import * as field from '../../src/contract/fields.ts'
import * as moments from '../../src/kernel/moments.ts'
import * as wire from '../../src/kernel/wire.ts'
import { noting, read } from '../support/reading.ts'

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
    expect(read(moments.day, given)).toEqual({ value: expected, notes: [] })
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
    expect(read(moments.day, given)).toEqual({ value: null, notes: [['x', 'is not a day']] })
  })

  it('gives back every day there is', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('1500-01-01'), max: new Date('2999-12-31'), noInvalidDate: true }), (date) => {
        const given = date.toISOString().slice(0, 10)
        return moments.day(given, wire.refuse, 'x') === given
      }),
    )
  })
})

describe('localDay', () => {
  const inZone = (value: unknown, zone = 'America/Sao_Paulo') => noting((note) => moments.localDay(value, zone, note, 'x'))

  it.each([
    ['2024-05-10T01:30:00.000Z', '2024-05-09'],
    ['2024-05-10T03:00:00Z', '2024-05-10'],
    ['2024-05-09T23:30:00-05:00', '2024-05-10'],
    ['2024-05-10 01:30:00+0000', '2024-05-09'],
    ['2024-05-10T01:30:00', '2024-05-10'],
    ['2024-05-10 00:00:00', '2024-05-10'],
    ['2018-11-04 00:00:00', '2018-11-04'],
    ['2024-05-10', '2024-05-10'],
    [' 2024-05-10T01:30:00Z ', '2024-05-09'],
    ['0000-00-00 00:00:00', null],
    ['', null],
    [null, null],
  ])('reads %j as %j', (given, expected) => {
    expect(inZone(given)).toEqual({ value: expected, notes: [] })
  })

  it('is of the zone that it is given', () => {
    expect(inZone('2024-05-10T01:30:00Z', 'UTC').value).toBe('2024-05-10')
    expect(inZone('2024-05-10T23:30:00Z', 'Asia/Tokyo').value).toBe('2024-05-11')
  })

  it.each([['ontem'], [20240510], ['1001-01-01T00:00:00Z'], ['9999-12-31T23:30:00-05:00']])('takes %j for no day', (given) => {
    expect(inZone(given)).toEqual({ value: null, notes: [['x', 'is not a day']] })
  })

  it('takes a moment whose clock cannot be read for none', () => {
    expect(inZone('2024-05-10T25:30:00Z')).toEqual({ value: null, notes: [['x', 'is not a date and time']] })
  })
})

describe('instant', () => {
  const inZone = (value: unknown, zone = 'America/Sao_Paulo') => noting((note) => moments.instant(value, zone, note, 'x'))

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
        const local = moments.localTime(date.toISOString(), 'America/Sao_Paulo')
        const moment = moments.instant(local, 'America/Sao_Paulo', wire.refuse, 'x')!
        expect(Value.Check(field.Instant(''), moment)).toBe(true)
        expect(moments.localTime(moment, 'America/Sao_Paulo')).toBe(local)
      }),
    )
  })
})

describe('secondsInstant', () => {
  const at = (value: unknown, timeZone = 'America/Sao_Paulo') => noting((note) => moments.secondsInstant(value, timeZone, note, 'x'))

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
