import { readFileSync } from 'node:fs'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import type { OperationId } from '../../src/contract/operations.ts'
import type { Context, GetOperation, ListOperation } from '../../src/kernel/adapter.ts'
import { testContext } from '../support/context.ts'
import { type Case, casesOf, everyOperation, everyVendor, folderOf, isList, operationsOf, schemaOf } from './cases.ts'

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

const examplesOfList = ({ record, examples }: ListOperation<Members>, context: Context) =>
  examples.map((row) => record(row, context, { filters: {}, position: null }))

function outputsOf({ output }: Case, operation: OperationId): Members[] {
  if (!output) return []
  return isList(operation) ? (output as { data: Members[] }).data : [output as Members]
}

const reads = everyOperation.flatMap(({ vendor, operation }) =>
  /\.(list|get)$/.test(operation) ? { vendor, operation: operation as OperationId } : [],
)

describe.each(reads)('examples of $title', ({ vendor, operation }) => {
  const context = testContext(vendor.id)
  const records = isList(operation)
    ? examplesOfList(vendor.operations[operation] as ListOperation<Members>, context)
    : (vendor.operations[operation] as GetOperation<Members>).examples(context)

  it('are records of the contract, read without a warning', () => {
    expect(records.length).toBeGreaterThan(0)
    for (const record of records) expect([...Value.Errors(schemaOf(operation), record)]).toEqual([])
    expect(context.warnings).toEqual([])
  })

  it('fill every member that a case fills', () => {
    for (const each of casesOf(vendor, operation)) {
      for (const output of outputsOf(each, operation)) {
        const missing = Object.keys(output).filter(
          (member) => isFilled(output[member]) && !records.some((record) => isFilled(record?.[member])),
        )
        expect(missing, each.name).toEqual([])
      }
    }
  })
})
