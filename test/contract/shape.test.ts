import { readFileSync } from 'node:fs'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import type { Resource } from '../../src/contract/operations.ts'
import type { GetOperation, ListOperation } from '../../src/kernel/adapter.ts'
import { testContext } from '../support/context.ts'
import { casesOf, everyOperation, everyVendor, folderOf, isList, operationsOf, SCHEMAS } from './cases.ts'

type Members = Record<string, unknown>

const isFilled = (value: unknown) => value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0)

describe.each(everyVendor)('$id', (vendor) => {
  const readme = readFileSync(new URL('README.md', folderOf(vendor)), 'utf8')

  it.each(operationsOf(vendor))('tells of %s in its README', (operation) => {
    expect(readme).toContain(operation)
  })

  it('keeps ids that cannot leave their place in a path', () => {
    for (const pattern of Object.values(vendor.ids)) {
      for (const id of ['', '.', '..', '1/2', '%2e%2e', 'a?b', '1#2', ' 1', '1\n', '../1']) expect(pattern.test(id), id).toBe(false)
    }
  })

  it('documents every credential and setting as a schema that refuses others', () => {
    expect(Value.Check(vendor.credentials, {})).toBe(false)
    expect(Value.Check(vendor.settings, { nobodyKnowsThis: 1 })).toBe(false)
  })
})

const reads = everyOperation.filter(({ operation }) => /\.(list|get)$/.test(operation))

describe.each(reads.map((each) => ({ ...each, title: `${each.vendor.id} ${each.operation}` })))(
  'example of $title',
  ({ vendor, operation }) => {
    const context = testContext(vendor.id)
    const definition = vendor.operations[operation] as ListOperation<Members> | GetOperation<Members>
    const record = isList(operation)
      ? (definition as ListOperation<Members>).record((definition as ListOperation<Members>).example, context, {
          filters: {},
          position: null,
        })
      : (definition as GetOperation<Members>).example(context)

    it('is a record of the contract, read without a warning', () => {
      expect([...Value.Errors(SCHEMAS[operation.split('.')[0] as Resource], record)]).toEqual([])
      expect(context.warnings).toEqual([])
    })

    it('fills every member that a case fills', () => {
      // A vendor may keep one date for both: an example is a person or a company.
      const alternatives: Record<string, string> = { foundedOn: 'birthDate' }
      for (const each of casesOf(vendor, operation)) {
        const outputs = isList(operation)
          ? (each.output as { data: Members[] } | undefined)?.data
          : each.output
            ? [each.output as Members]
            : []
        for (const output of outputs ?? []) {
          const missing = Object.keys(output).filter(
            (member) => isFilled(output[member]) && !isFilled(record![member]) && !isFilled(record![alternatives[member] ?? member]),
          )
          expect(missing, each.name).toEqual([])
        }
      }
    })
  },
)
