import { type Static, type TSchema, Type } from 'typebox'

// The members that several records share, and the formats of single values. Every limit here is one that a caller's input meets;
// what vendors send is brought into the same bounds by kernel/wire.ts, so that a record that was read can be posted as it is.

/** Any text without control characters other than tab and line breaks, and without lone surrogates. */
const PRINTABLE = '^[^\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F\\uD800-\\uDFFF]*$'

/** `T` or null, written as a type list: serialisers and generators read it better than anyOf. */
export function Nullable<T extends TSchema>(schema: T) {
  const { type, enum: values, ...rest } = schema as unknown as { type: string; enum?: unknown[] }
  return Type.Unsafe<Static<T> | null>({ type: [type, 'null'], ...(values && { enum: [...values, null] }), ...rest } as unknown as TSchema)
}

/** One of a closed list of words. */
export function OneOf<const T extends readonly string[]>(values: T, options: Record<string, unknown> = {}) {
  return Type.Unsafe<T[number]>({ type: 'string', enum: [...values], ...options } as unknown as TSchema)
}

export const Text = (description: string, maxLength = 1000) => Type.String({ description, maxLength, pattern: PRINTABLE })
export const Words = (description: string) => Type.String({ description, maxLength: 65_536, pattern: PRINTABLE })
export const Day = (description: string) => Type.String({ description: `${description} Day, YYYY-MM-DD.`, format: 'date' })
/** As RFC 3339 has it: checkers of the format alone also take an offset without minutes and any blank for the T, which no engine reads. */
const INSTANT = '^\\d{4}-\\d{2}-\\d{2}[Tt ]\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?([Zz]|[+-]\\d{2}:\\d{2})$'
export const Instant = (description: string) =>
  Type.String({ description: `${description} RFC 3339 with offset.`, format: 'date-time', pattern: INSTANT })
export const Money = (description: string) =>
  Type.String({
    description: `${description} Decimal string in \`currency\`, at least two decimals.`,
    pattern: '^-?\\d{1,15}(\\.\\d{1,10})?$',
    examples: ['10.37'],
  })
export const Quantity = (description: string) =>
  Type.String({
    description: `${description} Decimal string without trailing zeros.`,
    pattern: '^-?\\d{1,15}(\\.\\d{1,10})?$',
    examples: ['2.5'],
  })
export const Currency = Nullable(Type.String({ description: 'ISO 4217 code.', pattern: '^[A-Z]{3}$', examples: ['BRL'] }))
const RecordId = (description: string) =>
  Type.String({
    description: `${description} \`{connection}:{vendorId}\`, to be kept as one string.`,
    maxLength: 200,
    pattern: '^[a-z0-9][a-z0-9-]{0,31}:[A-Za-z0-9_.:-]{1,128}$',
  })
export const Reference = (description: string) => Nullable(RecordId(description))

export const TaxId = Type.Object(
  {
    type: OneOf(['cpf', 'cnpj', 'other'], { description: 'cpf (a person, 11 digits), cnpj (a company, 14 characters) or other.' }),
    value: Type.String({ description: 'Digits or upper-case letters, without punctuation.', maxLength: 40, pattern: '^[0-9A-Z]{1,40}$' }),
  },
  {
    additionalProperties: false,
    description: 'A Brazilian tax id; CNPJ has been alphanumeric for new companies since July 2026.',
    examples: [{ type: 'cpf', value: '83294489654' }],
  },
)

export const Address = Type.Object(
  {
    street: Nullable(Text('Street, without the number.')),
    number: Nullable(Text('House number, as text ("s/n" is one).', 100)),
    complement: Nullable(Text('Floor, suite, block.')),
    district: Nullable(Text('Bairro.')),
    city: Nullable(Text('City name.')),
    cityCode: Nullable(Type.String({ description: 'IBGE code of the city, 7 digits.', pattern: '^\\d{7}$', examples: ['3550308'] })),
    state: Nullable(Text('State; two letters in Brazil.', 60)),
    postalCode: Nullable(Text('CEP, 8 digits; left zeros are kept.', 20)),
    country: Nullable(Text('Country, as the vendor writes it.', 100)),
  },
  { additionalProperties: false },
)

const Labelled = (value: TSchema, labels: readonly string[], what: string) =>
  Type.Object({ value, label: OneOf(labels, { description: `Which ${what} this is.` }) }, { additionalProperties: false })

export const EMAIL_LABELS = ['main', 'invoice', 'commercial', 'billing', 'work', 'personal', 'other'] as const
export const PHONE_LABELS = ['main', 'work', 'mobile', 'whatsapp', 'home', 'fax', 'other'] as const
export const Email = Type.Unsafe<{ value: string; label: (typeof EMAIL_LABELS)[number] }>(
  Labelled(Text('E-mail address.', 320), EMAIL_LABELS, 'e-mail'),
)
export const Phone = Type.Unsafe<{ value: string; label: (typeof PHONE_LABELS)[number] }>(
  Labelled(Text('E.164 where it can be read as a Brazilian or international number, else as given.', 100), PHONE_LABELS, 'phone'),
)

export const Salesperson = Type.Object(
  {
    id: Nullable(Text("The vendor's id of the salesperson.", 128)),
    name: Nullable(Text('Name.')),
    email: Nullable(Text('E-mail address.', 320)),
    code: Nullable(Text('Code the business gives to this person.', 128)),
  },
  { additionalProperties: false },
)

/** A thing at the vendor that has no route of its own: its id there, and its name where the vendor sends it. */
export const Named = (description: string) =>
  Nullable(
    Type.Object(
      { id: Nullable(Text("The vendor's own id.", 128)), name: Nullable(Text('Its name, where the vendor sends one.')) },
      { additionalProperties: false, description },
    ),
  )

/** Who a sale or receivable is for: `id` can be followed at /customers. */
export const CustomerReference = Nullable(
  Type.Object(
    { id: Reference('The customer.'), name: Nullable(Text('Name of the customer, where the vendor sends it.')), taxId: Nullable(TaxId) },
    { additionalProperties: false, description: 'The customer; `id` can be followed at /customers.' },
  ),
)

export const CustomField = Type.Object(
  {
    id: Nullable(Text("The vendor's id of the field.", 128)),
    code: Nullable(Text("The vendor's code of the field.", 128)),
    label: Nullable(Text('What people see as its name.')),
    type: Nullable(Text("The vendor's word for the type.", 100)),
    value: Type.Unsafe<unknown>({
      description:
        "By type: text, decimal string, boolean, day, instant, one choice `{id, code, label}`, several of those, an address, or the vendor's object as it is.",
    } as unknown as TSchema),
  },
  { additionalProperties: false },
)

export const Tags = Type.Array(Text('A tag.', 200), { maxItems: 500, description: "The vendor's tags." })
export const Notes = Nullable(Words('Free text.'))
export const CustomFields = Type.Array(CustomField, {
  maxItems: 1000,
  description: 'Every field of the vendor that has no member of its own.',
})

/** First members of every record. They are the gateway's to give: a body that carries them is accepted and they are ignored. */
export const identity = {
  id: RecordId('Id of the record in the gateway.'),
  connection: Type.String({ description: 'Connection it was read from.', pattern: '^[a-z0-9][a-z0-9-]{0,31}$' }),
  vendor: Type.String({ description: 'Kind of system.', maxLength: 32 }),
  vendorId: Type.String({ description: "The vendor's own id.", maxLength: 128 }),
}

export const timestamps = {
  createdAt: Nullable(Instant('When the vendor recorded it.')),
  updatedAt: Nullable(Instant('Last change at the vendor.')),
}

export const raw = {
  raw: Type.Optional(Type.Unsafe<unknown>({ description: "The vendor's own object, with `raw=true` only." } as unknown as TSchema)),
}

export type Address = Static<typeof Address>
export type TaxId = Static<typeof TaxId>
export type Email = Static<typeof Email>
export type Phone = Static<typeof Phone>
export type CustomField = Static<typeof CustomField>
export type CustomerReference = Static<typeof CustomerReference>
