import { getMunicipalities } from '@brazilian-utils/brazilian-utils/get-municipalities'
import fc from 'fast-check'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { TaxId } from '../../src/contract/fields.ts'
import { bareTaxId, cityCoded, cityNamed, phone, postalCode, taxId } from '../../src/kernel/brazil.ts'

function read<T>(reader: (value: unknown, note: (field: string, reason: string) => void, field: string) => T, value: unknown) {
  const notes: string[] = []
  return { value: reader(value, (_field, reason) => notes.push(reason), 'x'), notes }
}

describe('taxId', () => {
  it.each([
    ['529.982.247-25', { type: 'cpf', value: '52998224725' }],
    [52998224725, { type: 'cpf', value: '52998224725' }],
    [191, { type: 'cpf', value: '00000000191' }],
    ['11.222.333/0001-81', { type: 'cnpj', value: '11222333000181' }],
    [6990590000123, { type: 'cnpj', value: '06990590000123' }],
    ['12.abc.345/01de-35', { type: 'cnpj', value: '12ABC34501DE35' }],
    ['AB-1234567', { type: 'other', value: 'AB1234567' }],
    ['', null],
    ['--', null],
    [null, null],
    [0, null],
  ])('reads %j as %j', (given, expected) => {
    expect(read(taxId, given)).toEqual({ value: expected, notes: [] })
  })

  it('keeps one whose check digits fail, and says so', () => {
    expect(read(taxId, '83294489654')).toEqual({
      value: { type: 'cpf', value: '83294489654' },
      notes: ['is a CPF whose check digits do not fit'],
    })
    expect(read(taxId, '12ABC34501DE36')).toEqual({
      value: { type: 'cnpj', value: '12ABC34501DE36' },
      notes: ['is a CNPJ whose check digits do not fit'],
    })
  })

  it('gives what the contract takes, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything(), (given) => {
        const { value } = read(taxId, given)
        return value === null || Value.Check(TaxId, value)
      }),
    )
  })
})

describe('bareTaxId', () => {
  it('drops punctuation and writes capitals', () => {
    expect(bareTaxId('12.abc.345/01de-35')).toBe('12ABC34501DE35')
  })
})

describe('postalCode', () => {
  it.each([
    [4320040, '04320040'],
    ['04320-040', '04320040'],
    ['4320040', '04320040'],
    ['04320040', '04320040'],
    ['SW1A 1AA', 'SW1A 1AA'],
    ['', null],
    [0, null],
    ['00000-000', null],
  ])('reads %j as %j', (given, expected) => {
    expect(read(postalCode, given)).toEqual({ value: expected, notes: [] })
  })
})

describe('phone', () => {
  it.each([
    ['(11) 98765-4321', '+5511987654321'],
    [11987654321, '+5511987654321'],
    ['5511987654321', '+5511987654321'],
    ['+55 11 3333-4444', '+551133334444'],
    ['011 3333-4444', '+551133334444'],
    ['0800 123 4567', '+558001234567'],
    ['+1 650 253 0000', '+16502530000'],
    ['3333-4444', '3333-4444'],
    ['(11) 8765-4321', '(11) 8765-4321'],
    ['(11) 3333-4444 ramal 12', '(11) 3333-4444 ramal 12'],
    ['falar com Ana', 'falar com Ana'],
    ['', null],
  ])('reads %j as %j', (given, expected) => {
    expect(read(phone, given)).toEqual({ value: expected, notes: [] })
  })

  it('reads again what it read, to the same end, from memory or not', () => {
    for (let line = 0; line < 6000; line++) read(phone, `(11) 9${String(70_000_000 + line)}`)
    expect(read(phone, '(11) 970000000').value).toBe('+5511970000000')
    expect(read(phone, '+5511970000000').value).toBe('+5511970000000')
  })
})

describe('cities', () => {
  it('finds the code without accents, case, hyphens or apostrophes', () => {
    expect(cityNamed('SAO PAULO', 'sp')).toEqual({ code: '3550308', name: 'São Paulo', state: 'SP' })
    expect(cityNamed('Santa Barbara D Oeste', 'SP')?.code).toBe('3545803')
    expect(cityNamed('São João del-Rei', 'MG')?.code).toBe('3162500')
  })

  it('finds the name of a code, with or without its check digit', () => {
    expect(cityCoded('3550308')?.name).toBe('São Paulo')
    expect(cityCoded('355030')?.code).toBe('3550308')
  })

  it('does not guess', () => {
    expect(cityNamed('Bom Jesus', null)).toBeNull()
    expect(cityNamed('Atlântida', 'SP')).toBeNull()
    expect(cityCoded('3550309')).toBeNull()
    expect(cityCoded('35503')).toBeNull()
    expect(cityCoded(null)).toBeNull()
  })

  it('finds each city there is by its own name and by its own code', () => {
    for (const { code, name, stateCode } of getMunicipalities()) {
      expect(cityNamed(name, stateCode)?.code).toBe(code)
      expect(cityCoded(code)).toEqual({ code, name, state: stateCode })
    }
  })
})
