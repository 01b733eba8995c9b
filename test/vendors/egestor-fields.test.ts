import { describe, expect, it } from 'vitest'
import { PRODUTO_FIELDS, setFields } from '../../src/vendors/egestor/custom-fields.ts'
import { testContext } from '../support/context.ts'

describe('a custom field of eGestor that is a number', () => {
  function set(value: unknown) {
    const context = testContext('egestor')
    const body = {}
    setFields(body, [{ id: 'margemLucro', code: null, label: null, type: 'number', value }], PRODUTO_FIELDS, context)
    return { body, warnings: context.warnings.map(({ field, reason }) => `${field} ${reason}`) }
  }

  it.each([
    ['12.5', 12.5],
    [12.5, 12.5],
    [null, 0],
  ])('is sent as one: %j', (value, sent) => {
    expect(set(value)).toEqual({ body: { margemLucro: sent }, warnings: [] })
  })

  it.each<{ value: unknown }>([{ value: { toString: 1 } }, { value: {} }, { value: [1] }, { value: 'much' }, { value: true }])(
    'is left out with a warning where it is none: $value',
    ({ value }) => {
      expect(set(value)).toEqual({ body: {}, warnings: ['customFields is not a decimal number'] })
    },
  )
})
