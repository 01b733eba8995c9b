import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { GatewayError } from '../../src/kernel/errors.ts'
import { Unreadable } from '../../src/kernel/wire.ts'
import {
  casesOf,
  everyCase,
  everyOperation,
  everyVendor,
  expectSame,
  isList,
  isRead,
  play,
  recordsIn,
  requestsOf,
  schemaOf,
} from './cases.ts'

describe('the registry', () => {
  it('has vendors', () => {
    expect(everyVendor.length).toBeGreaterThan(0)
  })
})

describe.each(everyOperation)('$title', ({ vendor, operation }) => {
  it('has cases, with a success among them', () => {
    expect(casesOf(vendor, operation).some((each) => 'output' in each)).toBe(true)
  })

  it('says in every case what comes of it and where its facts are from', () => {
    for (const each of casesOf(vendor, operation)) {
      expect(Object.hasOwn(each, 'output') !== Object.hasOwn(each, 'error'), each.name).toBe(true)
      expect(each.source, each.name).not.toBe('')
    }
  })
})

describe('a case', () => {
  it.each(everyCase)('$title', async ({ vendor, operation, each }) => {
    const { requests, output, error, warnings } = await play(vendor, operation, each)
    if (each.error) {
      expect(error).toSatisfy((thrown) => thrown instanceof GatewayError || thrown instanceof Unreadable)
      const kind = error instanceof Unreadable ? 'bad_vendor_response' : (error as GatewayError).kind
      expect(kind).toBe(each.error.kind)
      if (each.error.errors) expectSame((error as GatewayError).errors, each.error.errors)
    } else {
      if (error !== undefined) throw error
      expectSame(output, each.output)
    }
    expectSame(requests, requestsOf(each))
    if (!isList(operation)) expectSame(warnings, each.warnings ?? [])
  })

  const read = everyCase.filter(({ operation, each }) => each.output && isRead(operation))

  it.each(read)('gives records of the contract: $title', ({ operation, each }) => {
    for (const record of recordsIn(operation, each.output)) expect([...Value.Errors(schemaOf(operation), record)]).toEqual([])
  })
})
