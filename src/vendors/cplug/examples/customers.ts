import type { Customer } from '../wire.ts'

export const company: Customer = {
  id: 101,
  name: 'Mirante Girassol',
  type: 'company',
  company_name: 'Mirante Girassol Comércio de Alimentos Ltda',
  notes: 'Entregar pela doca 2.',
  contacts: [
    { id: 271, type: 'email', value: 'financeiro@mirante.example.com' },
    { id: 272, type: 'mobile', value: '11987654321' },
    { id: 273, type: 'phone', value: '1134567890' },
  ],
  addresses: [
    {
      id: 220,
      nickname: 'Matriz',
      type: 'default',
      street: 'Rua das Acácias',
      number: '999',
      complement: 'Sala 3',
      neighborhood: 'Jardim América',
      city_id: 12,
      ibge_code: 3550308,
      city: 'São Paulo',
      state: 'SP',
      zip_code: '04320-040',
    },
    { id: 221, type: 'shipping', street: 'Avenida Beira Rio', number: '120', city: 'Canoas', state: 'RS', zip_code: '92120555' },
  ],
  documents: [
    { type: 'cnpj', identify: '20122123000102' },
    { type: 'ie', identify: '110042490114' },
    { type: 'im', identify: '3844921' },
  ],
  created_at: '2025-07-14T13:31:26.000000Z',
  updated_at: '2025-07-20T09:00:00-03:00',
}

export const person: Customer = {
  id: 102,
  name: 'Inês Galvão',
  type: 'individual',
  birthday: '1990-12-25',
  notes: 'Prefere contato à tarde',
  contacts: [{ id: 274, type: 'email', value: 'ines@example.com' }],
  addresses: [],
  documents: [
    { type: 'cpf', identify: '52998224725' },
    { type: 'rg', identify: '123456789' },
  ],
  created_at: '2025-07-14T13:31:26.000000Z',
}
