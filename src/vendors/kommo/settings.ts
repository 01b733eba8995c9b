import { type Static, Type } from 'typebox'
import { OneOf } from '../../contract/fields.ts'
import { RECEIVABLE_STATUSES } from '../../contract/sale.ts'
import type { Context } from '../../kernel/adapter.ts'

// What an account keeps where. Everything may be left out.

const Id = Type.Union([Type.Integer({ minimum: 1 }), Type.String({ pattern: '^[1-9]\\d{0,14}$' })])
const Code = Type.String({ minLength: 1, maxLength: 128 })

const FieldRef = Type.Object(
  {
    id: Type.Optional(Id),
    code: Type.Optional(Code),
    path: Type.Optional(Type.String({ pattern: '^[a-z_]{1,40}$', description: "Member of the field's value, such as vat_id." })),
  },
  { additionalProperties: false, minProperties: 1, description: 'A field, by its id or its code.' },
)

export type FieldRef = Static<typeof FieldRef>

const CustomersSettings = Type.Object(
  {
    source: Type.Optional(OneOf(['contacts', 'companies', 'both'], { default: 'contacts', description: 'What the customers are.' })),
    fields: Type.Optional(
      Type.Object(
        {
          email: Type.Optional(FieldRef),
          phone: Type.Optional(FieldRef),
          taxId: Type.Optional(Type.Array(FieldRef, { minItems: 1, description: 'The first that has a value counts.' })),
          address: Type.Optional(FieldRef),
          birthday: Type.Optional(FieldRef),
          tradeName: Type.Optional(FieldRef),
          contactName: Type.Optional(FieldRef),
          stateRegistration: Type.Optional(FieldRef),
          municipalRegistration: Type.Optional(FieldRef),
          segment: Type.Optional(FieldRef),
          notes: Type.Optional(FieldRef),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)

const ProductsSettings = Type.Object(
  {
    catalogId: Type.Optional(Id),
    fields: Type.Optional(
      Type.Object(
        {
          sku: Type.Optional(FieldRef),
          price: Type.Optional(FieldRef),
          description: Type.Optional(FieldRef),
          category: Type.Optional(FieldRef),
          unit: Type.Optional(FieldRef),
          barcode: Type.Optional(FieldRef),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)

const SalesSettings = Type.Object(
  {
    pipelineIds: Type.Optional(Type.Array(Id, { minItems: 1, description: 'Only leads of these pipelines.' })),
    wonStatusIds: Type.Optional(Type.Array(Id, { description: 'Stages that are completed sales; 142 where absent.' })),
    lostStatusIds: Type.Optional(Type.Array(Id, { description: 'Stages that are cancelled sales; 143 where absent.' })),
    include: Type.Optional(OneOf(['all', 'won', 'won+lost'], { default: 'all', description: 'Which leads are sales.' })),
    dateField: Type.Optional(
      OneOf(['closed_at', 'created_at'], { default: 'closed_at', description: 'Day of the sale; an open lead has that of its creation.' }),
    ),
    itemsCatalogIds: Type.Optional(Type.Array(Id, { description: 'Lists whose elements are items; the products list where absent.' })),
  },
  { additionalProperties: false },
)

const ReceivablesSettings = Type.Object(
  {
    catalogId: Type.Optional(Id),
    fields: Type.Optional(
      Type.Object(
        {
          status: Type.Optional(FieldRef),
          amount: Type.Optional(FieldRef),
          items: Type.Optional(FieldRef),
          payer: Type.Optional(FieldRef),
          paidAt: Type.Optional(FieldRef),
          dueDate: Type.Optional(FieldRef),
        },
        { additionalProperties: false },
      ),
    ),
    statusMap: Type.Optional(
      Type.Record(Type.String(), OneOf(RECEIVABLE_STATUSES), { description: 'Our status for each code or label of the invoice status.' }),
    ),
  },
  { additionalProperties: false },
)

export const AUTHORIZE_URL = 'https://www.kommo.com/oauth'

export const KommoSettings = Type.Object(
  {
    subdomain: Type.Optional(
      Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$', description: 'The account is at https://{subdomain}.kommo.com.' }),
    ),
    baseUrl: Type.Optional(
      Type.String({ description: 'In place of subdomain: REST is under /api/v4 of it, the token at /oauth2/access_token.' }),
    ),
    authorizeUrl: Type.Optional(Type.String({ description: 'Consent page.', default: AUTHORIZE_URL })),
    currency: Type.Optional(
      Type.String({ pattern: '^[A-Z]{3}$', description: "The account's currency; asked of the account where absent." }),
    ),
    customers: Type.Optional(CustomersSettings),
    products: Type.Optional(ProductsSettings),
    sales: Type.Optional(SalesSettings),
    receivables: Type.Optional(ReceivablesSettings),
  },
  { additionalProperties: false },
)

interface Sections {
  customers: Static<typeof CustomersSettings>
  products: Static<typeof ProductsSettings>
  sales: Static<typeof SalesSettings>
  receivables: Static<typeof ReceivablesSettings>
}

const NOTHING = Object.freeze({})

/** What the connection's settings say of one resource. */
export const settingsOf = <Name extends keyof Sections>(context: Context, name: Name): Sections[Name] =>
  (context.settings[name] ?? NOTHING) as Sections[Name]
