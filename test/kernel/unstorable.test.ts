import { describe, expect, it } from 'vitest'
import { unstorable } from '../../src/kernel/unstorable.ts'

const WRITABLE = ['name', 'emails.value', 'address.street', 'tags', 'stock.quantity']

describe('what a vendor has no place for', () => {
  it('is nothing of what it can hold', () => {
    const given = { name: 'Ana', emails: [{ value: 'ana@loja.com.br' }], address: { street: 'Rua A' }, tags: ['vip'] }
    expect(unstorable(given, WRITABLE)).toEqual({ fields: [], nothingLeft: false })
  })

  it('is named by its path, items of a list by that of the list, each once', () => {
    const given = {
      name: 'Ana',
      segment: 'varejo',
      emails: [
        { value: 'a@b.br', label: 'main' },
        { value: 'c@d.br', label: 'work' },
      ],
      address: { country: 'BR' },
    }
    expect(unstorable(given, WRITABLE).fields).toEqual(['segment', 'emails.label', 'address.country'])
  })

  it('is custom fields as one', () => {
    const customFields = [{ id: 'a', code: null, label: 'Cor', type: 'text', value: 'azul' }]
    expect(unstorable({ name: 'Ana', customFields }, WRITABLE).fields).toEqual(['customFields'])
  })

  it('is not what says that there is nothing', () => {
    expect(unstorable({ name: 'Ana', segment: null, images: [], address: { country: null } }, WRITABLE).fields).toEqual([])
  })

  it('is what is there although it is false or zero', () => {
    expect(unstorable({ name: 'Ana', finalConsumer: false, weight: { gross: '0' } }, WRITABLE).fields).toEqual([
      'finalConsumer',
      'weight.gross',
    ])
  })

  it('is not what is read-only, since a body may be what a read gave', () => {
    const given = {
      id: 'centro:1',
      connection: 'centro',
      vendor: 'egestor',
      vendorId: '1',
      createdAt: 'x',
      updatedAt: 'x',
      raw: {},
      overdue: true,
      balance: '1.00',
    }
    expect(unstorable({ ...given, name: 'Ana' }, WRITABLE)).toEqual({ fields: [], nothingLeft: false })
    expect(unstorable(given, WRITABLE)).toEqual({ fields: [], nothingLeft: true })
  })

  it('is told to be everything, where nothing is left', () => {
    expect(unstorable({ segment: 'varejo' }, WRITABLE)).toEqual({ fields: ['segment'], nothingLeft: true })
    expect(unstorable({}, WRITABLE)).toEqual({ fields: [], nothingLeft: true })
  })

  it('does not count a cleared object whose parts can be held', () => {
    expect(unstorable({ address: null }, WRITABLE)).toEqual({ fields: [], nothingLeft: false })
    expect(unstorable({ emails: null }, WRITABLE)).toEqual({ fields: [], nothingLeft: false })
  })

  it('is nothing when a list that can be held is emptied', () => {
    expect(unstorable({ emails: [] }, WRITABLE).nothingLeft).toBe(false)
    expect(unstorable({ tags: [] }, WRITABLE).nothingLeft).toBe(false)
  })
})
