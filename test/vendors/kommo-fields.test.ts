import { describe, expect, it } from 'vitest'
import type { CustomField } from '../../src/contract/fields.ts'
import type { Note } from '../../src/kernel/wire.ts'
import { fieldWriter } from '../../src/vendors/kommo/field-writer.ts'
import { type Definition, fieldSet } from '../../src/vendors/kommo/fields.ts'
import { testContext } from '../support/context.ts'

const ID = 1150977

const ENUMS = [
  { id: '15', code: null, label: 'valor 1' },
  { id: '17', code: 'SEGUNDO', label: 'valor 2' },
  { id: '19', code: null, label: 'valor 4' },
]

interface Row {
  type: string
  /** As Kommo has it, in reads. */
  values: unknown[]
  /** As our custom field has it. */
  value: unknown
  /** As it is written back, where that differs from what is read. */
  written?: unknown[]
}

const legalEntity = {
  name: 'De Goiânia',
  entity_type: 1,
  vat_id: '123123123',
  tax_registration_reason_code: 213,
  address: 'Rua Saburo Kagawa 6, São Bernardo Do Campo',
  bank_account_number: '00123',
  external_uid: 'uuid',
}
const file = {
  file_uuid: '3b454645-5c7f-4539-9ef9-0dd1b3638dad',
  version_uuid: '13db6652-b3ed-4fff-aed8-0c6f3c43b887',
  file_name: 'wiki.odt',
  file_size: 20763,
}
const item = {
  sku: 'CAN-01',
  product_id: null,
  description: 'Caneca',
  unit_price: 10,
  quantity: 5,
  discount: { type: 'amount', value: 25 },
}
const payer = { name: 'Padaria', vat_id: '11222333000181', type: 'legal', entity_type: 'contacts', entity_id: 3001 }
const address = {
  street: 'Rua Saburo Kagawa',
  number: '6',
  complement: 'Sala 2',
  district: null,
  city: 'São Bernardo do Campo',
  cityCode: '3548708',
  state: 'SP',
  postalCode: '09751510',
  country: 'Brasil',
}

const TABLE: Row[] = [
  { type: 'text', values: [{ value: 'Valor do campo' }], value: 'Valor do campo' },
  { type: 'textarea', values: [{ value: 'string1\nstring2' }], value: 'string1\nstring2' },
  { type: 'streetaddress', values: [{ value: 'Rua Saburo Kagawa 6, 09751-510' }], value: 'Rua Saburo Kagawa 6, 09751-510' },
  { type: 'tracking_data', values: [{ value: 'google' }], value: 'google' },
  { type: 'url', values: [{ value: 'https://www.kommo.com/' }], value: 'https://www.kommo.com/' },
  { type: 'numeric', values: [{ value: '1.5' }], value: '1.5' },
  { type: 'numeric', values: [{ value: 1.5 }], value: '1.5', written: [{ value: '1.5' }] },
  { type: 'price', values: [{ value: '100' }], value: '100.00', written: [{ value: '100.00' }] },
  { type: 'monetary', values: [{ value: '10.375' }], value: '10.375' },
  { type: 'checkbox', values: [{ value: true }], value: true },
  { type: 'checkbox', values: [{ value: false }], value: false },
  // Midnight in UTC, as the seed's samples have it; written as midnight in the connection's zone.
  { type: 'date', values: [{ value: 1577836800 }], value: '2020-01-01', written: [{ value: 1577847600 }] },
  { type: 'date', values: [{ value: 1577847600 }], value: '2020-01-01' },
  { type: 'date', values: [{ value: '2020-01-01T00:00:00-03:00' }], value: '2020-01-01', written: [{ value: 1577847600 }] },
  { type: 'birthday', values: [{ value: 1586476800 }], value: '2020-04-10', written: [{ value: 1586487600 }] },
  { type: 'birthday', values: [{ value: -86400 }], value: '1969-12-31', written: [{ value: -75600 }] },
  { type: 'date_time', values: [{ value: 1591965296 }], value: '2020-06-12T09:34:56-03:00' },
  {
    type: 'select',
    values: [{ value: 'valor 1', enum_id: 15, enum_code: null }],
    value: { id: '15', code: null, label: 'valor 1' },
    written: [{ enum_id: 15 }],
  },
  {
    type: 'radiobutton',
    values: [{ value: 'valor 4', enum_id: 19 }],
    value: { id: '19', code: null, label: 'valor 4' },
    written: [{ enum_id: 19 }],
  },
  {
    type: 'category',
    values: [{ value: 'valor 2', enum_id: 17, enum_code: 'SEGUNDO' }],
    value: { id: '17', code: 'SEGUNDO', label: 'valor 2' },
    written: [{ enum_id: 17 }],
  },
  {
    type: 'multiselect',
    values: [
      { value: 'valor 2', enum_id: 17, enum_code: 'SEGUNDO' },
      { value: 'valor 4', enum_id: 19 },
    ],
    value: [
      { id: '17', code: 'SEGUNDO', label: 'valor 2' },
      { id: '19', code: null, label: 'valor 4' },
    ],
    written: [{ enum_id: 17 }, { enum_id: 19 }],
  },
  {
    type: 'multitext',
    values: [
      { value: '+55(11) 9462-8268', enum_id: 48224, enum_code: 'MOB' },
      { value: '+55(84) 2462-6526', enum_code: 'HOME' },
      { value: 'kaya', enum_code: 'SKYPE' },
    ],
    value: [
      { value: '+55(11) 9462-8268', label: 'mobile' },
      { value: '+55(84) 2462-6526', label: 'home' },
      { value: 'kaya', label: 'SKYPE' },
    ],
    written: [
      { value: '+55(11) 9462-8268', enum_code: 'MOB' },
      { value: '+55(84) 2462-6526', enum_code: 'HOME' },
      { value: 'kaya', enum_code: 'SKYPE' },
    ],
  },
  {
    type: 'smart_address',
    values: [
      { value: 'Rua Saburo Kagawa, 6', enum_id: 1 },
      { value: 'Sala 2', enum_code: 'address_line_2' },
      { value: 'São Bernardo do Campo', enum_code: 'city' },
      { value: 'São Paulo', enum_id: 4 },
      { value: '09751-510', enum_id: 5 },
      { value: 'Brasil', enum_code: 'country' },
    ],
    value: address,
    written: [
      { value: 'Rua Saburo Kagawa, 6', enum_code: 'address_line_1' },
      { value: 'Sala 2', enum_code: 'address_line_2' },
      { value: 'São Bernardo do Campo', enum_code: 'city' },
      { value: 'SP', enum_code: 'state' },
      { value: '09751510', enum_code: 'zip' },
      { value: 'Brasil', enum_code: 'country' },
    ],
  },
  { type: 'legal_entity', values: [{ value: legalEntity }], value: legalEntity },
  {
    type: 'legal_entity',
    values: [{ value: legalEntity }, { value: { name: 'Outra' } }],
    value: [legalEntity, { name: 'Outra' }],
  },
  {
    type: 'linked_entity',
    values: [{ value: { name: 'João Silva', entity_id: 24833339, entity_type: 'contacts', catalog_id: null } }],
    value: { name: 'João Silva', entity_id: 24833339, entity_type: 'contacts', catalog_id: null },
  },
  {
    type: 'chained_list',
    values: [
      { catalog_id: 1001, catalog_element_id: 12235 },
      { catalog_id: 1007, catalog_element_id: 12243 },
    ],
    value: [
      { catalog_id: 1001, catalog_element_id: 12235 },
      { catalog_id: 1007, catalog_element_id: 12243 },
    ],
  },
  { type: 'file', values: [{ value: file }], value: file },
  { type: 'items', values: [{ value: item }], value: [item] },
  { type: 'payer', values: [{ value: payer }], value: payer },
  { type: 'supplier', values: [{ value: { entity_id: 12 } }], value: { entity_id: 12 } },
  { type: 'org_legal_name', values: [{ value: { a: [1] }, new: true }, 'x'], value: [{ value: { a: [1] }, new: true }, 'x'] },
  // Several values of a type that has one are kept as they are.
  { type: 'text', values: [{ value: 'a' }, { value: 'b' }], value: [{ value: 'a' }, { value: 'b' }] },
]

const loud: Note = (field, reason) => {
  throw new Error(`${field} ${reason}`)
}

function read(type: string, values: unknown[], note: Note = loud): CustomField[] {
  const field = { field_id: ID, field_name: 'Campo', field_code: 'CAMPO', field_type: type, values }
  return fieldSet([field], note).rest('America/Sao_Paulo')
}

function write(type: string, value: unknown, entry: Partial<CustomField> = {}) {
  const context = testContext('kommo')
  const definition: Definition = { id: String(ID), code: 'CAMPO', name: 'Campo', type, options: ENUMS }
  const writer = fieldWriter([definition], context, [])
  writer.putCustom([{ id: String(ID), code: 'CAMPO', label: 'Campo', type, value, ...entry }])
  return { values: writer.values(), warnings: context.warnings }
}

describe('a field of Kommo', () => {
  it.each(TABLE)('of the type $type is read as $value', ({ type, values, value }) => {
    expect(read(type, values)).toEqual([{ id: String(ID), code: 'CAMPO', label: 'Campo', type, value }])
  })

  it.each(TABLE)('of the type $type is written from $value', ({ type, values, value, written = values }) => {
    expect(write(type, value)).toEqual({ values: [{ field_id: ID, values: written }], warnings: [] })
  })

  it.each(TABLE)('of the type $type is cleared by null', ({ type }) => {
    expect(write(type, null).values).toEqual([{ field_id: ID, values: null }])
  })

  it.each([
    ['date', 'nada'],
    ['date_time', {}],
    ['birthday', 7],
    ['numeric', 'muitos'],
    ['price', {}],
    ['checkbox', 'sim'],
    ['text', {}],
    ['multitext', 7],
    ['smart_address', 'Rua'],
  ])('of the type %s is left as it is, with a warning, where %j does not fit', (type, value) => {
    const { values, warnings } = write(type, value)
    expect(values).toEqual([])
    expect(warnings).toEqual([{ field: 'customFields', reason: `${ID}: does not fit a field of the type ${type}` }])
  })

  it('of an unreadable number is left out with a note', () => {
    const notes: string[] = []
    expect(read('numeric', [{ value: 'muitos' }], (field, reason) => notes.push(`${field} ${reason}`))).toEqual([])
    expect(notes).toEqual(['customFields is not a decimal number'])
  })
})

describe("the codes of the seed's samples that a translator made", () => {
  const translated = [
    { value: 'São Bernardo Do Campo', enum_code: 'cidade' },
    { value: 'São Paulo', enum_code: 'equipe' },
    { value: 'Brasil', enum_code: 'País' },
  ]

  it('are read', () => {
    expect(read('smart_address', translated)[0]!.value).toMatchObject({ city: 'São Bernardo Do Campo', state: 'SP', country: 'Brasil' })
    expect(read('multitext', [{ value: '+55(84) 2462-6526', enum_code: 'INÍCIO' }])[0]!.value).toEqual([
      { value: '+55(84) 2462-6526', label: 'home' },
    ])
    for (const [theirs, ours] of [
      ['contactos', 'contacts'],
      ['elementos_do_catalogo', 'catalog_elements'],
    ]) {
      expect(read('linked_entity', [{ value: { entity_id: 1, entity_type: theirs } }])[0]!.value).toEqual({
        entity_id: 1,
        entity_type: ours,
      })
    }
  })

  it('are never written', () => {
    const address = read('smart_address', translated)[0]!.value
    const sent = [
      write('smart_address', address),
      write('multitext', [{ value: '1', label: 'home' }]),
      write('linked_entity', { entity_id: 1, entity_type: 'elementos_do_catalogo' }),
    ]
    expect(JSON.stringify(sent)).not.toMatch(/cidade|equipe|País|INÍCIO|contactos|elementos/)
  })
})

describe('an option', () => {
  it.each([
    ['its id', { id: '17', code: null, label: null }, 17],
    ['its code', { id: '9', code: 'SEGUNDO', label: 'outro' }, 17],
    ['its label', { id: null, code: null, label: 'valor 4' }, 19],
    ['plain text', 'valor 1', 15],
  ])('is found by %s', (_by, value, id) => {
    expect(write('select', value).values).toEqual([{ field_id: ID, values: [{ enum_id: id }] }])
  })

  it('that the account lacks is left out with a warning', () => {
    const { values, warnings } = write('multiselect', [{ label: 'valor 1' }, { label: 'valor 3' }])
    expect(values).toEqual([])
    expect(warnings).toHaveLength(1)
  })
})

describe('a custom field', () => {
  it('is found by its code where its id is of another account', () => {
    expect(write('text', 'x', { id: '7' }).values).toEqual([{ field_id: ID, values: [{ value: 'x' }] }])
  })

  it('of another account, or of another vendor, is left out with a warning', () => {
    for (const entry of [
      { id: '7', code: null },
      { id: 'xCampo1', code: 'xCampo1' },
      { id: String(ID), code: null, label: 'Outro nome' },
    ]) {
      const { values, warnings } = write('text', 'x', entry)
      expect(values).toEqual([])
      expect(warnings).toHaveLength(1)
    }
  })
})
