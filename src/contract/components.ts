import { type TSchema, Type } from 'typebox'
import { ConnectionView, VendorCoverage } from './coverage.ts'
import { Customer } from './customer.ts'
import { inputOf, SettlementInput } from './input.ts'
import type { Resource } from './operations.ts'
import { listAnswer, Meta, singleAnswer, Source } from './page.ts'
import { Problem } from './problem.ts'
import { Product } from './product.ts'
import { Receivable } from './receivable.ts'
import { Sale } from './sale.ts'

/** Name of each resource's record, as a component and in prose. */
export const RECORD_NAMES: Record<Resource, string> = { customers: 'Customer', products: 'Product', sales: 'Sale', receivables: 'Receivable' }
export const RECORD_SCHEMAS: Record<Resource, TSchema> = { customers: Customer, products: Product, sales: Sale, receivables: Receivable }

const perResource = (Object.keys(RECORD_NAMES) as Resource[]).flatMap((resource) => {
  const name = RECORD_NAMES[resource]
  const record = RECORD_SCHEMAS[resource]
  const reference = Type.Ref(`${name}#`)
  return [record, inputOf(name, record), listAnswer(name, reference), singleAnswer(name, reference)]
})

const dataOf = (name: string, of: string, list: boolean) =>
  Type.Object({ data: list ? Type.Array(Type.Ref(`${of}#`)) : Type.Ref(`${of}#`) }, { $id: name, additionalProperties: false })

/** Every schema that has a name in the OpenAPI document. */
export const COMPONENTS: readonly TSchema[] = [
  ...perResource,
  SettlementInput,
  Source,
  Meta,
  Problem,
  VendorCoverage,
  dataOf('VendorList', 'Vendor', true),
  dataOf('VendorAnswer', 'Vendor', false),
  ConnectionView,
  dataOf('ConnectionList', 'Connection', true),
  dataOf('ConnectionAnswer', 'Connection', false),
]

/** A component by its name. */
export const ref = (name: string) => Type.Ref(`${name}#`)
