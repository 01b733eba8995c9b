import { type Static, Type } from 'typebox'
import * as field from './fields.ts'
import { Nullable, OneOf } from './fields.ts'
import { RECEIVABLE_STATUSES } from './sale.ts'

/** Money a customer owes or owed. */
export const Receivable = Type.Object(
  {
    ...field.identity,
    description: Nullable(field.Text('What it is for.')),
    documentNumber: Nullable(field.Text('Number of the document.', 200)),
    status: OneOf(RECEIVABLE_STATUSES, { description: 'Whether it was paid.' }),
    vendorStatus: Nullable(field.Text("The vendor's own word.", 200)),
    overdue: Nullable(Type.Boolean({ description: 'Open and due before today in São Paulo.' })),
    amount: Nullable(field.Money('What was agreed.')),
    paidAmount: Nullable(field.Money('What has come in.')),
    balance: Nullable(field.Money('What is still to come.')),
    currency: field.Currency,
    issuedOn: Nullable(field.Day('Accrual date (competência).')),
    dueOn: Nullable(field.Day('When it is due.')),
    paidOn: Nullable(field.Day('When it was paid.')),
    creditedOn: Nullable(field.Day('When the money was credited.')),
    customer: field.CustomerReference,
    saleId: field.Reference('The sale it comes from.'),
    installment: Nullable(
      Type.Object(
        {
          number: Nullable(Type.Integer({ description: 'Which one, from 1.', minimum: 0, maximum: 10_000 })),
          of: Nullable(Type.Integer({ description: 'Of how many.', minimum: 0, maximum: 10_000 })),
        },
        { additionalProperties: false },
      ),
    ),
    paymentMethod: field.Named('How it is paid.'),
    account: field.Named('Cash or bank account it goes to.'),
    category: field.Named('Category in the chart of accounts.'),
    barcode: Nullable(field.Text('Digits of the boleto.', 100)),
    origin: Nullable(field.Text("What it comes from, in the vendor's word.", 100)),
    tags: field.Tags,
    notes: field.Notes,
    customFields: field.CustomFields,
    ...field.timestamps,
    ...field.raw,
  },
  { $id: 'Receivable', additionalProperties: false },
)

export type Receivable = Static<typeof Receivable>
