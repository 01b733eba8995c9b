import { cnpj, cpf } from '../documents.ts'
import { createRandom, type Random } from '../random.ts'
import { field, INVOICE_FIELDS, LEAD_FIELDS, PEOPLE_FIELDS, PRODUCT_FIELDS } from './definitions.ts'
import type { Account, Catalog, Link, Row, User, Values } from './records.ts'

// A believable account, the same on every machine. The people are invented.

const list = (words: string) => words.split(',')
const FIRST = list(
  'Adriana,Álvaro,Beatriz,Bruno,Camila,Cauê,Daniel,Débora,Elisa,Gabriel,Helena,Inês,João,Júlio,Laís,Lígia,Otávio,Raíssa,Tânia,Yara',
)
const LAST = list(
  'Abrantes,Aguiar,Assunção,Bragança,Brandão,Coutinho,Esteves,Falcão,Galvão,Leitão,Magalhães,Mourão,Noronha,Paixão,Pimentel,Sampaio,Teles,Vilela',
)
const STREETS = list(
  'Rua das Acácias,Avenida Brasil,Travessa do Comércio,Rua São João,Alameda dos Ipês,Rua Sete de Setembro,Praça da Matriz',
)
const COMPANIES = list('Aurora,Bela Vista,Cedro,Colina,Estação,Farol,Horizonte,Ipê,Jatobá,Lagoa Azul,Pinhão,Ponte Nova,Recanto,Vale do Sol')
const TRADES = list('Papelaria,Mercearia,Móveis,Autopeças,Confecções,Farmácia,Hortifrúti,Pet Shop,Ótica,Floricultura')
const GOODS = list('Caneca,Caderno,Mochila,Garrafa térmica,Toalha,Luminária,Fone de ouvido,Teclado,Cadeira,Lâmpada')
const KINDS = list('preta,clássica,premium,infantil')
const CITIES = [
  ['São Paulo', 'SP', '01310-100', '11'],
  ['Campinas', 'São Paulo', '13010-000', '19'],
  ['Rio de Janeiro', 'RJ', '20040-020', '21'],
  ['Belo Horizonte', 'Minas Gerais', '30110-000', '31'],
  ['Porto Alegre', 'RS', '90010-000', '51'],
  ['Canoas', 'RS', '92010-000', '51'],
  ['Curitiba', 'PR', '80010-000', '41'],
  ['Recife', 'PE', '50010-000', '81'],
] as const
type City = (typeof CITIES)[number]

/** Companies that several vendors of the sandbox know. */
const SHARED = [
  { name: 'Mirante Girassol Comércio de Alimentos Ltda', taxId: '20122123000102', city: CITIES[0] },
  { name: 'Nascente Caminho Novo Informática Ltda', taxId: '64484661000112', city: CITIES[5] },
  { name: 'Padaria Exemplo Ltda', taxId: '11222333000181', city: CITIES[4] },
] as const

const USERS: User[] = [
  { id: 504_141, name: 'Camila Galvão', email: 'camila@exemplo.com.br' },
  { id: 504_142, name: 'Otávio Ramos', email: 'otavio@exemplo.com.br' },
]
/** 2026-01-01 in São Paulo. */
const YEAR = 1_767_236_400
const DAY = 86_400

function row(id: number, name: string, random: Random, rest: Partial<Row> = {}): Row {
  const created = YEAR + random.between(0, 300) * DAY + random.between(0, DAY - 1)
  return {
    id,
    name,
    created_at: created,
    updated_at: created + random.between(0, 10) * DAY,
    created_by: USERS[0]!.id,
    updated_by: 0,
    responsible_user_id: random.pick(USERS).id,
    is_deleted: false,
    fields: new Map(),
    tags: random.chance(0.3) ? [random.pick(['vip', 'atacado', 'feira'])] : [],
    links: [],
    ...rest,
  }
}

const phoneOf = (random: Random, areaCode: string, base: number): Values => {
  const number = `9${random.between(6000, 9999)}${random.digits(4)}`
  const shown = random.chance(0.5) ? `+55 (${areaCode}) ${number.slice(0, 5)}-${number.slice(5)}` : `${areaCode}${number}`
  return [{ value: shown, enum_id: (base + 1) * 10 + 2, enum_code: 'MOB' }]
}

const addressOf = (random: Random, [city, state, zip]: City): Values => [
  { value: `${random.pick(STREETS)}, ${random.between(1, 2000)}`, enum_id: 1, enum_code: 'address_line_1' },
  ...(random.chance(0.3) ? [{ value: `Sala ${random.between(1, 90)}`, enum_id: 2, enum_code: 'address_line_2' }] : []),
  { value: city, enum_id: 3, enum_code: 'city' },
  { value: state, enum_id: 4, enum_code: 'state' },
  { value: zip, enum_id: 5, enum_code: 'zip' },
  { value: 'BR', enum_id: 6, enum_code: 'country' },
]

function fillPerson(person: Row, random: Random, base: number, taxId: string, city: City, key: number) {
  const { fields } = person
  fields.set(base + 1, phoneOf(random, city[3], base))
  fields.set(base + 2, [{ value: `cliente${key}@example.com`, enum_id: (base + 2) * 10, enum_code: 'WORK' }])
  if (taxId.length === 14) fields.set(base + 3, [{ value: { name: person.name, entity_type: 2, vat_id: taxId, director: 'Elisa Galvão' } }])
  else fields.set(base + 4, [{ value: `${taxId.slice(0, 3)}.${taxId.slice(3, 6)}.${taxId.slice(6, 9)}-${taxId.slice(9)}` }])
  fields.set(base + 5, addressOf(random, city))
  if (taxId.length === 11) fields.set(base + 6, [{ value: 315_543_600 + random.between(0, 9000) * DAY }])
  if (random.chance(0.3)) fields.set(base + 7, [{ value: 'Site', enum_id: base * 10 + 1, enum_code: 'SITE' }])
  if (random.chance(0.2)) fields.set(base + 9, [{ value: String(random.between(1, 50) * 100) }])
}

const CONTACTS = 320
const LEADS = 300
const PRODUCTS = 40
const INVOICES = 120

function makeContacts(random: Random): Map<number, Row> {
  const rows = Array.from({ length: CONTACTS }, (_, index) => {
    const shared = SHARED[index]
    const first = random.pick(FIRST)
    const last = random.pick(LAST)
    const contact = row(3001 + index, shared?.name ?? `${first} ${last}`, random)
    if (!shared) Object.assign(contact, { first_name: first, last_name: last })
    fillPerson(contact, random, 3000, shared?.taxId ?? cpf(random), shared?.city ?? random.pick(CITIES), index + 1)
    return contact
  })
  // What a client has to bear: no fields at all, a name in two parts only, one that is not taken in yet.
  rows[10]!.fields.clear()
  Object.assign(rows[11]!, { name: '' })
  Object.assign(rows[12]!, { is_unsorted: true })
  return new Map(rows.map((each) => [each.id, each]))
}

function makeCompanies(random: Random): Map<number, Row> {
  const rows = Array.from({ length: 40 }, (_, index) => {
    const shared = SHARED[index]
    const company = row(6001 + index, shared?.name ?? `${random.pick(COMPANIES)} ${random.pick(TRADES)} Ltda`, random)
    fillPerson(company, random, 6000, shared?.taxId ?? cnpj(random), shared?.city ?? random.pick(CITIES), 1000 + index)
    company.links.push({ entity: 'contacts', id: 3001 + index })
    return company
  })
  return new Map(rows.map((each) => [each.id, each]))
}

function makeProducts(random: Random): Catalog {
  const elements = Array.from({ length: PRODUCTS }, (_, index) => {
    const product = row(525_001 + index, `${GOODS[index % 10]} ${KINDS[Math.floor(index / 10)]}`, random, { catalog_id: 4521, tags: [] })
    const cents = random.between(500, 30_000)
    product.fields.set(8001, [{ value: `P-${String(index + 1).padStart(3, '0')}` }])
    product.fields.set(8003, [{ value: (cents / 100).toFixed(2) }])
    product.fields.set(8004, [{ value: 'Utilidades', enum_id: 88_001, enum_code: null }])
    product.fields.set(8006, [{ value: 'UN' }])
    product.fields.set(8007, [{ value: ((cents * 0.9) / 100).toFixed(2) }])
    return product
  })
  return {
    id: 4521,
    name: 'Produtos',
    type: 'products',
    elements: new Map(elements.map((each) => [each.id, each])),
    definitions: PRODUCT_FIELDS,
  }
}

function makeInvoices(random: Random): Catalog {
  const elements = Array.from({ length: INVOICES }, (_, index) => {
    const invoice = row(601_001 + index, `Fatura ${index + 1}`, random, { catalog_id: 4530, tags: [] })
    const [option] = [random.pick(INVOICE_FIELDS[0]!.enums!)]
    const cents = random.between(1000, 90_000)
    const contact = 3001 + random.between(0, 40)
    invoice.fields.set(7001, [{ value: option.value, enum_id: option.id, enum_code: option.code }])
    invoice.fields.set(7002, [{ value: { name: `Pagador ${contact}`, entity_type: 'contacts', entity_id: contact } }])
    const line = { description: 'Mensalidade', unit_price: cents / 100, quantity: 1, product_id: null, total_sum: cents / 100 }
    invoice.fields.set(7003, [{ value: line }])
    // Missing until somebody edits it (PHP).
    if (index % 5 !== 0) invoice.fields.set(7004, [{ value: (cents / 100).toFixed(2) }])
    if (option.code === 'paid') invoice.fields.set(7005, [{ value: YEAR + random.between(0, 300) * DAY }])
    invoice.fields.set(7007, [{ value: YEAR + random.between(0, 360) * DAY }])
    return invoice
  })
  return {
    id: 4530,
    name: 'Faturas',
    type: 'invoices',
    elements: new Map(elements.map((each) => [each.id, each])),
    definitions: INVOICE_FIELDS,
  }
}

function makeLeads(random: Random): Map<number, Row> {
  const rows = Array.from({ length: LEADS }, (_, index) => {
    const lead = row(9001 + index, `Pedido ${index + 1}`, random)
    const status = random.pick([142, 142, 143, 32_156, 32_159])
    const items: Link[] = Array.from({ length: random.between(0, 3) }, (_, line) => ({
      entity: 'catalog_elements',
      id: 525_001 + ((index * 3 + line) % PRODUCTS),
      catalogId: 4521,
      quantity: random.pick([1, 2, 3, 1.5]),
      priceId: random.chance(0.1) ? 8007 : null,
    }))
    const links: Link[] = [{ entity: 'contacts', id: 3001 + (index % 60), isMain: true }, ...items]
    if (index % 4 === 0) links.push({ entity: 'companies', id: 6001 + (index % 40) })
    if (index % 10 === 0) links.push({ entity: 'catalog_elements', id: 601_001 + index / 10, catalogId: 4530, quantity: 1 })
    return Object.assign(lead, {
      price: random.between(1000, 500_000) / 100,
      status_id: status,
      pipeline_id: index % 7 === 0 && status < 200 ? 3_104_456 : 3_104_455,
      closed_at: status < 200 ? lead.created_at + random.between(1, 20) * DAY : null,
      loss_reason_id: status === 143 ? 4_203_748 : null,
      links,
    })
  })
  return new Map(rows.map((each) => [each.id, each]))
}

export function makeAccount(lists: { products: boolean; invoices: boolean }): Account {
  const random = createRandom(20_260_101)
  const contacts = makeContacts(random)
  const companies = makeCompanies(random)
  const products = makeProducts(random)
  const invoices = makeInvoices(random)
  const leads = makeLeads(random)
  const team: Catalog = {
    id: 4520,
    name: 'Equipe',
    type: 'regular',
    elements: new Map(),
    definitions: [field(7500, null, 'Ramal', 'text')],
  }
  return {
    id: 28_805_383,
    currency: 'BRL',
    users: USERS,
    pipelines: [
      { id: 3_104_455, name: 'Vendas', statuses: stages([32_156, 'Primeiro contato'], [32_159, 'Proposta']) },
      { id: 3_104_456, name: 'Atacado', statuses: stages([32_200, 'Primeiro contato']) },
    ],
    tables: { contacts, companies, leads },
    definitions: { contacts: PEOPLE_FIELDS(3000), companies: PEOPLE_FIELDS(6000), leads: LEAD_FIELDS },
    catalogs: [team, ...(lists.products ? [products] : []), ...(lists.invoices ? [invoices] : [])],
    tagIds: new Map(),
    nextId: 900_001,
  }
}

const stages = (...own: [number, string][]) =>
  [...own, [142, 'Ganha'] as const, [143, 'Perdida'] as const].map(([id, name]) => ({ id, name }))
