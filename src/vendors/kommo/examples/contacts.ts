import type { Contact } from '../wire.ts'

/** Every type of field that a contact can have, with the seed's values where it gives some. */
export const person: Contact = {
  id: 3001,
  name: 'Kaya Labadie',
  first_name: 'Kaya',
  last_name: 'Labadie',
  responsible_user_id: 504141,
  group_id: 7,
  created_by: 504141,
  updated_by: 504142,
  created_at: 1585758065,
  updated_at: 1585758070,
  closest_task_at: 1591965296,
  is_deleted: false,
  is_unsorted: false,
  custom_fields_values: [
    {
      field_id: 31,
      field_name: 'Telefone',
      field_code: 'PHONE',
      field_type: 'multitext',
      values: [
        { value: '+55(11) 98765-4321', enum_id: 48224, enum_code: 'MOB' },
        { value: '+55 84 3232-6526', enum_id: 48226, enum_code: 'HOME' },
      ],
    },
    {
      field_id: 33,
      field_name: 'E-mail',
      field_code: 'EMAIL',
      field_type: 'multitext',
      values: [{ value: 'kaya@example.com', enum_id: 48230, enum_code: 'WORK' }],
    },
    {
      field_id: 25,
      field_name: 'ID fiscal',
      field_code: null,
      field_type: 'legal_entity',
      values: [{ value: { name: 'Kaya Labadie', entity_type: 1, vat_id: '52998224725', address: 'Rua Exemplo 6' } }],
    },
    {
      field_id: 13,
      field_name: 'Endereço',
      field_code: null,
      field_type: 'smart_address',
      values: [
        { value: 'Rua Saburo Kagawa, 6', enum_id: 1, enum_code: 'address_line_1' },
        { value: 'Sala 2', enum_id: 2, enum_code: 'address_line_2' },
        { value: 'São Bernardo do Campo', enum_id: 3, enum_code: 'city' },
        { value: 'SP', enum_id: 4, enum_code: 'state' },
        { value: '09751-510', enum_id: 5, enum_code: 'zip' },
        { value: 'BR', enum_id: 6, enum_code: 'country' },
      ],
    },
    { field_id: 209, field_name: 'Aniversário', field_code: null, field_type: 'birthday', values: [{ value: 1586476800 }] },
    { field_id: 53, field_name: 'Observações', field_code: null, field_type: 'textarea', values: [{ value: 'Prefere contato à tarde' }] },
    { field_id: 55, field_name: 'Apelido', field_code: null, field_type: 'text', values: [{ value: 'Kaya' }] },
    { field_id: 56, field_name: 'Aos cuidados de', field_code: null, field_type: 'text', values: [{ value: 'Elfrieda' }] },
    { field_id: 57, field_name: 'Inscrição estadual', field_code: null, field_type: 'text', values: [{ value: '110042490114' }] },
    { field_id: 58, field_name: 'Inscrição municipal', field_code: null, field_type: 'text', values: [{ value: '12345' }] },
    { field_id: 59, field_name: 'Ramo', field_code: null, field_type: 'text', values: [{ value: 'Papelaria' }] },
    { field_id: 103, field_name: 'Pontos', field_code: null, field_type: 'numeric', values: [{ value: '1.5' }] },
  ],
  account_id: 28805383,
  _embedded: { tags: [{ id: 100667, name: 'vip', color: null }], companies: [{ id: 7001 }] },
}

/** An account that says which fields are which. */
export const settings = {
  customers: {
    fields: {
      notes: { id: 53 },
      tradeName: { id: 55 },
      contactName: { id: 56 },
      stateRegistration: { id: 57 },
      municipalRegistration: { id: 58 },
      segment: { id: 59 },
    },
  },
}

export const company: Contact = {
  id: 7001,
  name: 'Papelaria Exemplo Ltda',
  responsible_user_id: 504141,
  created_at: 1585758065,
  updated_at: 1585758070,
  custom_fields_values: [
    { field_id: 41, field_name: 'CPF/CNPJ', field_code: null, field_type: 'text', values: [{ value: '11.222.333/0001-81' }] },
  ],
  _embedded: { tags: [], contacts: [{ id: 3001 }] },
}
