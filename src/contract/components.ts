import { type TSchema, Type } from 'typebox'
import { AuthorizeAnswer, ConnectionChanges, ConnectionInput, ConnectionTestAnswer } from './connection.ts'
import { ConnectionView, VendorCoverage } from './coverage.ts'
import { Customer } from './customer.ts'
import { inputOf, SettlementInput } from './input.ts'
import type { Resource } from './operations.ts'
import { DryRun, listAnswer, Meta, Source, singleAnswer } from './page.ts'
import { Problem } from './problem.ts'
import { Product } from './product.ts'
import { Receivable } from './receivable.ts'
import { Reference, ReferenceList } from './reference.ts'
import { Sale } from './sale.ts'

/** Name of each resource's record, as a component and in prose. */
export const RECORD_NAMES: Record<Resource, string> = {
  customers: 'Customer',
  products: 'Product',
  sales: 'Sale',
  receivables: 'Receivable',
}
export const RECORD_SCHEMAS: Record<Resource, TSchema> = { customers: Customer, products: Product, sales: Sale, receivables: Receivable }

/** Bodies that the sandbox takes. */
const EXAMPLES: Record<Resource, object> = {
  customers: {
    kind: 'company',
    name: 'Padaria Exemplo Ltda',
    taxId: { value: '11222333000181' },
    emails: [{ value: 'contato@padaria.exemplo.com.br' }],
    phones: [{ value: '+5551999990000' }],
    address: { street: 'Rua das Flores', number: '120', city: 'Porto Alegre', state: 'RS', postalCode: '90010000' },
  },
  products: { kind: 'product', name: 'Caneca preta', sku: 'CAN-01', unit: 'UN', price: '39.90' },
  sales: {
    status: 'completed',
    soldOn: '2026-11-16',
    customer: { id: 'loja-centro:324' },
    items: [{ productId: 'loja-centro:17', quantity: '2', unitPrice: '39.90' }],
    installments: [{ dueOn: '2026-12-16', amount: '79.80' }],
  },
  receivables: { description: 'Mensalidade de dezembro', amount: '250.00', dueOn: '2026-12-10', customer: { id: 'loja-centro:324' } },
}

/** Changes that the sandbox takes for its records. */
export const CHANGE_EXAMPLES: Record<Resource, object> = {
  customers: { tradeName: 'Padaria Nova', tags: ['vip'] },
  products: { price: '42.50' },
  sales: { status: 'completed', vendorStatus: 'Entregue' },
  receivables: { dueOn: '2027-01-10' },
}

/** What may be written of each resource. */
export const INPUT_SCHEMAS = Object.fromEntries(
  (Object.keys(RECORD_NAMES) as Resource[]).map((resource) => [
    resource,
    inputOf(RECORD_NAMES[resource], RECORD_SCHEMAS[resource], [EXAMPLES[resource]]),
  ]),
) as Record<Resource, TSchema>

const perResource = (Object.keys(RECORD_NAMES) as Resource[]).flatMap((resource) => {
  const name = RECORD_NAMES[resource]
  const record = RECORD_SCHEMAS[resource]
  const reference = Type.Ref(`${name}#`)
  return [record, INPUT_SCHEMAS[resource], listAnswer(name, reference), singleAnswer(name, reference)]
})

const dataOf = (name: string, of: string, list: boolean) =>
  Type.Object({ data: list ? Type.Array(Type.Ref(`${of}#`)) : Type.Ref(`${of}#`) }, { $id: name, additionalProperties: false })

/** Every schema that has a name in the OpenAPI document. */
export const COMPONENTS: readonly TSchema[] = [
  ...perResource,
  SettlementInput,
  DryRun,
  singleAnswer('DryRun', Type.Ref('DryRun#')),
  Source,
  Meta,
  Problem,
  VendorCoverage,
  dataOf('VendorList', 'Vendor', true),
  dataOf('VendorAnswer', 'Vendor', false),
  ConnectionView,
  dataOf('ConnectionList', 'Connection', true),
  dataOf('ConnectionAnswer', 'Connection', false),
  Reference,
  ReferenceList,
  ConnectionInput,
  ConnectionChanges,
  ConnectionTestAnswer,
  AuthorizeAnswer,
]

/** A component by its name. */
export const ref = (name: string) => Type.Ref(`${name}#`)

export const DRY_RUN_ANSWER = Type.Ref('DryRunAnswer#', { description: 'With `dryRun=true`: what would be sent; nothing was written.' })

/** The answer of a write, or of its dry run. */
export const orDryRun = (name: string) => Type.Union([ref(name), ref('DryRunAnswer')])
