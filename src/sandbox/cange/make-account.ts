import { cnpj } from '../documents.ts'
import { createRandom } from '../random.ts'
import type { Account, Card, Entry, Values } from './account.ts'
import { FIELDS, TRADES } from './definitions.ts'
import { stored } from './values.ts'

// An account that is the same on every machine: two registers and two flows, one for each way in which Cange gives lists.

const words = (list: string) => list.split(',')
const NAMES = words('Adriana Galvão,Bruno Assunção,Célia Noronha,Estêvão Ximenes,Inês Magalhães,João Peçanha,Lígia Quintão,Otávio Falcão')
const COMPANIES = words('Aurora,Bela Vista,Cedro,Divisa,Farol,Ipê,Jatobá,Lagoa Azul,Oriente,Pinhão,Serra Dourada,Três Rios,Várzea')
const STREETS = words('Rua das Acácias,Avenida Brasil,Travessa do Comércio,Rua São João,Alameda dos Ipês,Praça da Matriz')
const GOODS = words('Caneca,Café torrado,Açúcar mascavo,Caderno,Mochila,Garrafa térmica,Lâmpada,Feijão,Luminária,Teclado')
const MAKES = words('clássica,premium,infantil,500 g,1 kg,grande,dobrável,azul,orgânica,profissional')
const CITIES = [
  ['São Paulo', 'SP', '01'],
  ['Porto Alegre', 'RS', '90'],
  ['Canoas', 'RS', '92'],
  ['Belo Horizonte', 'MG', '30'],
  ['Recife', 'PE', '50'],
] as const

/** Companies that several of the simulated vendors know. */
const SHARED = [
  { name: 'Mirante Girassol Comércio de Alimentos Ltda', taxId: '20122123000102', city: CITIES[0] },
  { name: 'Nascente Caminho Novo Informática Ltda', taxId: '64484661000112', city: CITIES[2] },
  { name: 'Padaria Exemplo Ltda', taxId: '11222333000181', city: CITIES[1] },
] as const

/** Local midnight, as the screen stores a date (C3). */
const midnight = (year: number, month: number, day: number) => new Date(Date.UTC(year, month - 1, day, 3)).toISOString()

export interface Sizes {
  customers: number
  products: number
  sales: number
  receivables: number
}

export function makeAccount(sizes: Sizes): Account {
  const random = createRandom(2026)
  const account: Account = {
    fields: FIELDS,
    nextId: 100_000,
    registers: new Map([
      [7, { id_register: 7, form_id: 12, name: 'Clientes', engine: 'v2', entries: new Map() }],
      [8, { id_register: 8, form_id: 13, name: 'Produtos', engine: 'v1', entries: new Map() }],
    ]),
    flows: new Map([
      [
        3,
        {
          id_flow: 3,
          form_init_id: 9,
          name: 'Vendas',
          engine: 'v1',
          isLargeData: true,
          cards: new Map(),
          steps: [
            { id_step: 485, name: 'Proposta', form_id: 20, index: 1 },
            { id_step: 486, name: 'Faturado', form_id: 21, index: 2 },
            { id_step: 487, name: 'Cancelado', form_id: 22, index: 3 },
          ],
        },
      ],
      [
        4,
        {
          id_flow: 4,
          form_init_id: 14,
          name: 'Contas a receber',
          engine: 'v2',
          isLargeData: false,
          cards: new Map(),
          steps: [
            { id_step: 501, name: 'Em aberto', form_id: 23, index: 1 },
            { id_step: 502, name: 'Recebido', form_id: 24, index: 2 },
          ],
        },
      ],
    ]),
  }
  const byId = new Map(FIELDS.map((field) => [field.id_field, field]))
  const values = (given: Record<number, string | string[] | null>): Values =>
    new Map(
      Object.entries(given).flatMap(([id, value]) => {
        const field = byId.get(Number(id))!
        const list = value === null ? [] : [value].flat()
        return list.length === 0 ? [] : [[field.id_field, list.map((one) => stored(account, field, one))] as const]
      }),
    )
  const created = () => `2026-0${random.between(1, 9)}-${random.between(10, 28)}T1${random.between(0, 9)}:41:07.000Z`
  const entry = (id: number, given: Record<number, string | string[] | null>): [number, Entry] => [
    id,
    { id, values: values(given), deleted: id % 41 === 0, created: created() },
  ]

  const customers = account.registers.get(7)!.entries
  for (let index = 0; index < sizes.customers; index += 1) customers.set(...entry(6500 + index, customer(index)))
  const products = account.registers.get(8)!.entries
  for (let index = 0; index < sizes.products; index += 1) products.set(...entry(8200 + index, product(index)))
  const sales = account.flows.get(3)!.cards
  for (let index = 0; index < sizes.sales; index += 1) sales.set(41_000 + index, sale(41_000 + index, index))
  const receivables = account.flows.get(4)!.cards
  for (let index = 0; index < sizes.receivables; index += 1) receivables.set(52_000 + index, receivable(52_000 + index, index))
  return account

  function customer(index: number): Record<number, string | string[] | null> {
    const known = SHARED[index]
    const company = `${random.pick(COMPANIES)} ${random.pick(COMPANIES)}`
    const [city, state, prefix] = known?.city ?? random.pick(CITIES)
    const site = (known?.name ?? company)
      .normalize('NFD')
      .replace(/[^A-Za-z]/g, '')
      .toLowerCase()
      .slice(0, 20)
    const hasAddress = known !== undefined || index % 9 !== 4
    return {
      9801: known?.name ?? `${company} ${random.pick(TRADES)} Ltda`,
      9802: known?.taxId ?? (index % 13 === 5 ? null : cnpj(random)),
      9803: index % 10 === 7 ? null : `contato@${site}.exemplo.com.br`,
      9804: `(51) 9${random.digits(4)}-${random.digits(4)}`,
      9806: hasAddress ? random.pick(STREETS) : null,
      9807: hasAddress ? String(random.between(1, 3200)) : null,
      9808: hasAddress ? city : null,
      9809: hasAddress ? state : null,
      9810: hasAddress ? `${prefix}${random.digits(6)}` : null,
      9811: String(random.between(1, TRADES.length)),
      9812: index % 4 === 0 ? 'true' : 'false',
      9813: midnight(random.between(1985, 2020), random.between(4, 9), random.between(1, 28)),
      9814: index % 3 === 0 ? ['1', '2'] : [],
      9815: index % 6 === 0 ? `Falar com ${random.pick(NAMES)}.\nNão ligar às sextas.` : null,
      9816: `INT-${index}`,
      // As people type it, and as programs write it (C3).
      9817: index % 2 === 0 ? '2.500,00' : '10,00',
    }
  }

  function product(index: number): Record<number, string | null> {
    const price = random.between(500, 90_000)
    return {
      9831: `${random.pick(GOODS)} ${random.pick(MAKES)}`,
      9832: `SKU-${String(index + 1).padStart(4, '0')}`,
      9833: index % 5 === 3 ? null : `789${random.digits(10)}`,
      9834: index % 2 === 0 ? (price / 100).toFixed(2) : (price / 100).toFixed(2).replace('.', ','),
      9835: String(Math.round(price / 2) / 100),
      9836: String(random.between(0, 400)),
      9837: String(random.between(1, 3)),
      9838: index % 8 === 6 ? 'false' : 'true',
      9839: '0,25',
    }
  }

  function card(id: number, step: number, formId: number, given: Record<number, string | null>): Card {
    const forms = new Map([[formId, values(given)]])
    const archived = id % 37 === 0
    return { id, step, forms, archived, deleted: false, complete: step === 486 || step === 502, due: null, created: created() }
  }

  function sale(id: number, index: number): Card {
    const total = random.between(1000, 900_000)
    const made = card(id, index % 11 === 3 ? 487 : index % 5 === 2 ? 485 : 486, 9, {
      9861: `2026-${String(index + 1).padStart(4, '0')}`,
      9862: String(6500 + random.between(0, 30)),
      9863: (total / 100).toFixed(2).replace('.', ','),
      9864: midnight(2026, random.between(1, 9), random.between(1, 28)),
      9865: index % 4 === 0 ? '10,00' : null,
    })
    if (made.step === 486) made.forms.set(21, values({ 9866: random.digits(9), 9867: midnight(2026, 10, random.between(1, 28)) }))
    return made
  }

  function receivable(id: number, index: number): Card {
    const isPaid = index % 3 === 0
    return card(id, isPaid ? 502 : 501, 14, {
      9891: `Parcela ${(index % 3) + 1} do pedido ${index + 1}`,
      9892: String(6500 + random.between(0, 30)),
      9893: String(41_000 + (index % 20)),
      9894: String(random.between(1000, 90_000) / 100),
      9895: midnight(2026, random.between(10, 12), random.between(1, 28)),
      9896: isPaid ? midnight(2026, 9, random.between(1, 28)) : null,
      9897: String(random.between(1, 3)),
    })
  }
}
