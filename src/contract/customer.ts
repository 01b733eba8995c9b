import { type Static, Type } from 'typebox'
import * as field from './fields.ts'
import { Nullable, OneOf } from './fields.ts'

export const REGISTRATION_STATUSES = ['new', 'processing', 'rejected', 'completed', 'unknown'] as const

/** Somebody who buys: a person or a company. Members that are null have no value at the vendor. */
export const Customer = Type.Object(
  {
    ...field.identity,
    kind: OneOf(['person', 'company', 'unknown'], { description: 'Person or company; unknown where the vendor does not tell.' }),
    name: Nullable(field.Text('Full name, or legal name (razão social).')),
    tradeName: Nullable(field.Text('Trade name (nome fantasia).')),
    contactName: Nullable(field.Text('Whom to ask for there.')),
    taxId: Nullable(field.TaxId),
    stateRegistration: Nullable(field.Text('Inscrição estadual.', 100)),
    stateRegistrationStatus: Nullable(
      OneOf(['taxpayer', 'exempt', 'non_taxpayer', 'unknown'], { description: 'Standing as an ICMS taxpayer (indicador da IE).' }),
    ),
    municipalRegistration: Nullable(field.Text('Inscrição municipal.', 100)),
    suframa: Nullable(field.Text('SUFRAMA registration.', 100)),
    birthDate: Nullable(field.Day('Birth of a person.')),
    foundedOn: Nullable(field.Day('Founding of a company.')),
    emails: Type.Array(field.Email, { maxItems: 100, description: 'The first is the main one.' }),
    phones: Type.Array(field.Phone, { maxItems: 100, description: 'The first is the main one.' }),
    address: Nullable(Type.Object(field.Address.properties, { additionalProperties: false, description: 'Main address.' })),
    deliveryAddress: Nullable(Type.Object(field.Address.properties, { additionalProperties: false, description: 'Where goods go.' })),
    roles: Type.Array(OneOf(['customer', 'supplier', 'carrier']), {
      maxItems: 10,
      description: 'What else this contact is to the business.',
    }),
    finalConsumer: Nullable(Type.Boolean({ description: 'Buys for own use (consumidor final).' })),
    segment: Nullable(field.Text('Line of business.')),
    salesperson: Nullable(field.Salesperson),
    registration: Nullable(
      Type.Object(
        {
          status: OneOf(REGISTRATION_STATUSES, { description: 'Where the registration stands.' }),
          reason: Nullable(field.Words('Why, where it was rejected.')),
          reviewedAt: Nullable(field.Instant('When it was reviewed.')),
        },
        { additionalProperties: false, description: 'Pre-registration at vendors that have one.' },
      ),
    ),
    consent: Nullable(
      Type.Object(
        {
          granted: Nullable(Type.Boolean({ description: 'Consent was given.' })),
          name: Nullable(field.Text('Who gave it.')),
          taxId: Nullable(field.TaxId),
        },
        { additionalProperties: false, description: 'Consent under LGPD.' },
      ),
    ),
    tags: field.Tags,
    notes: field.Notes,
    customFields: field.CustomFields,
    ...field.timestamps,
    ...field.raw,
  },
  { $id: 'Customer', additionalProperties: false },
)

export type Customer = Static<typeof Customer>
