import { describe, expect, it } from 'vitest'
import type { AnyRecord, Writable } from '../../src/contract/operations.ts'
import type { Connection } from '../../src/kernel/connection.ts'
import { withoutForeignIds } from '../../src/kernel/foreign.ts'

const HERE = { id: 'loja', vendor: { id: 'egestor' } } as unknown as Connection

function taken(body: object) {
  const warned: string[] = []
  const left = withoutForeignIds(body as Writable<AnyRecord>, HERE, (field) => warned.push(field))
  return { left, warned }
}

const PRODUCT = {
  category: { id: '5', name: 'Canecas' },
  fiscal: { ncm: '69120000', taxGroupId: '2' },
  customFields: [{ id: 'x', value: '1' }],
}

describe('a body from another connection', () => {
  it('is left as it is when it says nothing of its origin, or comes from here', () => {
    expect(taken(PRODUCT)).toEqual({ left: PRODUCT, warned: [] })
    const own = { ...PRODUCT, connection: 'loja', vendor: 'egestor' }
    expect(taken(own)).toEqual({ left: own, warned: [] })
  })

  it("loses ids of the other account, and keeps the names beside them and the same vendor's fields", () => {
    const { left, warned } = taken({ ...PRODUCT, connection: 'outra', vendor: 'egestor' })
    expect(left).toMatchObject({
      category: { id: null, name: 'Canecas' },
      fiscal: { ncm: '69120000', taxGroupId: null },
      customFields: PRODUCT.customFields,
    })
    expect(warned).toEqual(['category.id', 'fiscal.taxGroupId'])
  })

  it("loses another vendor's fields", () => {
    const { left, warned } = taken({ name: 'Caneca', customFields: PRODUCT.customFields, connection: 'crm', vendor: 'kommo' })
    expect(left).not.toHaveProperty('customFields')
    expect(warned).toEqual(['customFields'])
  })

  it('says nothing of what is not there', () => {
    expect(
      taken({ category: null, salesperson: { id: null, name: 'Ana' }, customFields: [], connection: 'crm', vendor: 'kommo' }).warned,
    ).toEqual([])
  })
})
