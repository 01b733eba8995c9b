import { type Static, type TSchema, Type } from 'typebox'
import { Nullable, OneOf, Text } from './fields.ts'
import { RESOURCES } from './operations.ts'

// What writes refer to at the vendor and what has no route of its own: `category.id`, `salesperson.id`, a custom field and its options.

export const REFERENCE_KINDS = ['salespeople', 'categories', 'accounts', 'payment-methods', 'units', 'pipelines', 'custom-fields'] as const
export type ReferenceKind = (typeof REFERENCE_KINDS)[number]

const id = Text("The vendor's own id, as records have it.", 128)
const name = Nullable(Text('Its name.'))
const resource = OneOf(RESOURCES, { description: 'What it belongs to: ids of different resources may be equal.' })

const reference = <Members extends Record<string, TSchema>>(members: Members, description: string, example: object) =>
  Type.Object({ id, name, ...members }, { additionalProperties: false, description, examples: [example] })

const SalespersonReference = reference(
  { email: Nullable(Text('E-mail address.', 320)), code: Nullable(Text('Code the business gives to this person.', 128)) },
  '`salesperson.id` of customers and sales.',
  { id: '1', name: 'Camila', email: 'camila@exemplo.com.br', code: null },
)

const CategoryReference = reference(
  {
    resource,
    parentId: Nullable(Text('The category that it is part of.', 128)),
    kind: Nullable(OneOf(['income', 'expense'], { description: 'Of money: whether it comes in or goes out.' })),
  },
  '`category.id` of products or of receivables.',
  { id: '2', name: 'Venda de produtos', resource: 'receivables', parentId: '1', kind: 'income' },
)

const AccountReference = reference({}, '`account.id` of receivables.', { id: '2', name: 'Conta corrente' })

const PaymentMethodReference = reference(
  {
    code: Nullable(Text('Code that the vendor has for it beside its id.', 128)),
    accountId: Nullable(Text('Account that its money goes to.', 128)),
  },
  '`paymentMethod.id` of receivables.',
  { id: '4', name: 'Pix', code: null, accountId: '2' },
)

const UnitReference = reference({ code: Nullable(Text('What stands in `unit` of products.', 60)) }, '`unit` of products.', {
  id: '2',
  name: 'Quilos',
  code: 'KG',
})

const PipelineReference = reference(
  { statuses: Type.Array(Type.Object({ id, name }, { additionalProperties: false }), { description: 'Its stages, in their order.' }) },
  'A way that sales or receivables take; `vendorStatus` is one of its stages.',
  { id: '3104455', name: 'Vendas', statuses: [{ id: '32156', name: 'Primeiro contato' }] },
)

const FieldReference = reference(
  {
    code: Nullable(Text("The vendor's code of the field.", 128)),
    type: Nullable(Text("The vendor's word for the type.", 100)),
    options: Type.Array(
      Type.Object(
        { id: Nullable(id), code: Nullable(Text("The vendor's code of the option.", 200)), name },
        { additionalProperties: false },
      ),
      { description: 'What may be chosen, where the type is a choice.' },
    ),
    resource,
  },
  'A field that `customFields` of records name by `id` or `code`.',
  { id: '3007', name: 'Origem', code: null, type: 'select', options: [{ id: '30001', code: 'SITE', name: 'Site' }], resource: 'customers' },
)

export const REFERENCE_SCHEMAS = {
  salespeople: SalespersonReference,
  categories: CategoryReference,
  accounts: AccountReference,
  'payment-methods': PaymentMethodReference,
  units: UnitReference,
  pipelines: PipelineReference,
  'custom-fields': FieldReference,
} as const satisfies Record<ReferenceKind, TSchema>

/** What a reference of each kind is. */
export type References = { [Kind in ReferenceKind]: Static<(typeof REFERENCE_SCHEMAS)[Kind]> }
export type AnyReference = References[ReferenceKind]

export const Reference = Type.Unsafe<AnyReference>({
  $id: 'Reference',
  description: 'Something at the vendor that writes refer to; members by kind.',
  anyOf: Object.values(REFERENCE_SCHEMAS),
} as unknown as TSchema)

export const ReferenceList = Type.Object(
  { data: Type.Array(Type.Ref('Reference#'), { description: "All there are, in the vendor's order." }), meta: Type.Ref('Meta#') },
  { $id: 'ReferenceList', additionalProperties: false },
)
