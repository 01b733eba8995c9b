import { type Static, Type } from 'typebox'
import * as field from './fields.ts'
import { Nullable, OneOf } from './fields.ts'

export const SALE_STATUSES = [
  'quote',
  'pending',
  'processing',
  'invoiced',
  'shipped',
  'completed',
  'partially_returned',
  'returned',
  'cancelled',
  'unknown',
] as const // prettier-ignore

export const RECEIVABLE_STATUSES = ['open', 'partially_paid', 'paid', 'cancelled', 'unknown'] as const

const SaleItem = Type.Object(
  {
    productId: field.Reference('The product or service.'),
    kind: OneOf(['product', 'service', 'combo', 'unknown'], { description: 'What was sold.' }),
    description: Nullable(field.Text('Text on the sale.')),
    sku: Nullable(field.Text("The business's own code.", 200)),
    barcode: Nullable(field.Text('EAN or GTIN.', 100)),
    unit: Nullable(field.Text('Unit, such as UN, KG, CX.', 60)),
    quantity: Nullable(field.Quantity('How many.')),
    unitPrice: Nullable(field.Money('Price of one, before discount.')),
    unitCost: Nullable(field.Money('Cost of one.')),
    discount: Nullable(field.Money('Discount on the whole line.')),
    total: Nullable(field.Money('Quantity times unit price less discount, unless the vendor says otherwise.')),
    taxes: Nullable(field.Money('Taxes charged on top of the line.')),
    notes: Nullable(field.Words('Free text of the line.')),
  },
  { additionalProperties: false },
)

const Installment = Type.Object(
  {
    receivableId: field.Reference('The receivable of this instalment.'),
    number: Nullable(Type.Integer({ description: 'Which one, from 1.', minimum: 0, maximum: 10_000 })),
    dueOn: Nullable(field.Day('When it is due.')),
    amount: Nullable(field.Money('What is due.')),
    status: OneOf(RECEIVABLE_STATUSES, { description: 'Whether it was paid.' }),
  },
  { additionalProperties: false },
)

/** A quote, an order or a sale; `status` tells how far it is. */
export const Sale = Type.Object(
  {
    ...field.identity,
    number: Nullable(field.Text('Number people know it by.', 200)),
    status: OneOf(SALE_STATUSES, { description: "How far it is, in Fachada's words." }),
    vendorStatus: Nullable(field.Text("The vendor's own word.", 200)),
    customer: field.CustomerReference,
    salesperson: Nullable(field.Salesperson),
    soldOn: Nullable(field.Day('Date of the sale.')),
    deliveredOn: Nullable(field.Day('Date of delivery.')),
    currency: field.Currency,
    total: Nullable(field.Money('What the customer pays in all.')),
    discount: Nullable(field.Money('Discount on the whole sale.')),
    freight: Nullable(field.Money('Freight.')),
    downPayment: Nullable(field.Money('Paid at once.')),
    items: Nullable(Type.Array(SaleItem, { maxItems: 2000, description: 'Lines; null where a list leaves them out.' })),
    installments: Type.Array(Installment, { maxItems: 1000, description: 'How it is paid.' }),
    fiscalDocuments: Type.Array(
      Type.Object(
        { type: Nullable(field.Text('nfe, nfce, nfse …', 40)), key: Nullable(field.Text("Access key or the vendor's code.", 200)) },
        { additionalProperties: false },
      ),
      { maxItems: 200, description: 'Invoices issued for it.' },
    ),
    tags: field.Tags,
    notes: field.Notes,
    customFields: field.CustomFields,
    ...field.timestamps,
    ...field.raw,
  },
  { $id: 'Sale', additionalProperties: false },
)

export type Sale = Static<typeof Sale>
export type ReceivableStatus = (typeof RECEIVABLE_STATUSES)[number]
