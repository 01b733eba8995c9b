import { cnpj, cpf } from '../documents.ts'
import { createRandom, type Random } from '../random.ts'
import type { Address, Contact, Customer, Product, SaleOrder, Store, Timestamps, Transaction } from './records.ts'
import { reais } from './records.ts'
import { saleFrom } from './sale-orders.ts'

// A store full of data, the same on every start. The people and most companies are made up.

const DAY_MS = 86_400_000
/** The day on which the data stands. */
const TODAY = Date.parse('2026-11-16T00:00:00Z')
const dayAt = (days: number) => new Date(TODAY + days * DAY_MS).toISOString().slice(0, 10)

const stamped = (days: number): Timestamps => {
  const at = `${dayAt(days)}T09:00:00-03:00`
  return { created_at: at, updated_at: at, deleted_at: null }
}

const NAMES = [
  'Amanda Brandão',
  'Bruno Falcão',
  'Célia Mourão',
  'Diego Assunção',
  'Elisa Peçanha',
  'Heloísa Leitão',
  'Inês Galvão',
  'João Noronha',
]
const WORDS = ['Aurora', 'Cedro', 'Farol', 'Ipê', 'Lagoa Azul', 'Oriente', 'Pinhão', 'Serra Dourada', 'Três Rios', 'Várzea']
const TRADES = ['Papelaria', 'Mercearia', 'Móveis', 'Autopeças', 'Ótica', 'Floricultura']
const CITIES = [
  ['3550308', 'São Paulo', 'SP', '11', '04320'],
  ['4304606', 'Canoas', 'RS', '51', '92120'],
  ['4314902', 'Porto Alegre', 'RS', '51', '90010'],
  ['3304557', 'Rio de Janeiro', 'RJ', '21', '20040'],
  ['2927408', 'Salvador', 'BA', '71', '40020'],
] as const
const GOODS = [
  'Café torrado 500 g',
  'Pão de queijo',
  'Caneca preta',
  'Suco de açaí',
  'Bolo de fubá',
  'Combo da manhã',
  'Água com gás',
  'Torta de maçã',
]
const STATUSES = ['open', 'waiting', 'reserved', 'in_preparation', 'takeout', 'in_route', 'closed', 'closed', 'closed', 'canceled']

/** These are known to other vendors' sandboxes too, by the same CNPJ. */
const SHARED = [
  { name: 'Mirante Girassol Comércio de Alimentos Ltda', cnpj: '20122123000102', city: 0 },
  { name: 'Nascente Caminho Novo Informática Ltda', cnpj: '64484661000112', city: 1 },
  { name: 'Padaria Exemplo Ltda', cnpj: '11222333000181', city: 2 },
]

function address(random: Random, id: number, city: (typeof CITIES)[number], type: Address['type']): Address {
  return {
    id,
    nickname: type === 'other' ? 'Depósito' : null,
    type,
    street: random.pick(['Rua das Acácias', 'Avenida Brasil', 'Rua da Conceição', 'Praça da Matriz']),
    number: id % 17 === 0 ? 's/n' : String(random.between(1, 2_000)),
    complement: id % 5 === 0 ? 'Sala 3' : null,
    neighborhood: random.pick(['Centro', 'Boa Esperança', 'Água Verde', 'São José']),
    ibge_code: city[0],
    city: city[1],
    state: city[2],
    zip_code: `${city[4]}${random.digits(3)}`,
  }
}

function customer(random: Random, id: number): Customer {
  const shared = SHARED[id - 1]
  const isCompany = shared !== undefined || random.chance(0.5)
  const city = shared ? CITIES[shared.city]! : random.pick(CITIES)
  const name = shared?.name ?? (isCompany ? `${random.pick(WORDS)} ${random.pick(TRADES)} Ltda` : random.pick(NAMES))
  const site = name
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase()
  const contacts: Contact[] = [
    { id: id * 10 + 1, type: 'email', value: `contato@${site}${id}.exemplo.com.br` },
    { id: id * 10 + 2, type: 'mobile', value: `${city[3]}9${random.digits(8)}` },
    { id: id * 10 + 3, type: 'phone', value: `(${city[3]}) 3${random.digits(3)}-${random.digits(4)}` },
  ]
  return {
    id,
    name,
    type: isCompany ? 'company' : 'individual',
    company_name: isCompany ? name : null,
    birthday: isCompany ? null : `${random.between(1950, 1999)}-0${random.between(1, 9)}-1${random.between(0, 9)}`,
    notes: id % 9 === 0 ? 'Prefere contato pela manhã.' : null,
    contacts: contacts.slice(0, 1 + (id % 3)),
    addresses: [
      address(random, id * 10 + 1, city, 'default'),
      ...(id % 4 === 0 ? [address(random, id * 10 + 2, random.pick(CITIES), 'shipping')] : []),
      ...(id % 11 === 0 ? [address(random, id * 10 + 3, city, 'other')] : []),
    ],
    documents: isCompany
      ? [
          { type: 'cnpj', identify: shared?.cnpj ?? cnpj(random) },
          { type: 'ie', identify: random.digits(12) },
        ]
      : [{ type: 'cpf', identify: cpf(random) }, ...(id % 6 === 0 ? [{ type: 'rg' as const, identify: random.digits(9) }] : [])],
    ...stamped(-400 + id * 3),
    deleted_at: id % 40 === 0 ? `${dayAt(-1)}T10:00:00-03:00` : null,
  }
}

function product(random: Random, id: number): Product {
  const name = GOODS[id % GOODS.length]!
  return {
    id,
    name: `${name} nº ${id}`,
    sku: `COD-${String(id).padStart(4, '0')}`,
    type: name.startsWith('Combo') ? 'combo' : id % 13 === 0 ? 'component' : 'simple',
    unitary_value: reais(3 + random.between(0, 8_999) / 100),
    category_id: 1 + (id % 4),
    unit_id: 1 + (id % 3),
    description: id % 3 === 0 ? 'Feito na casa.' : null,
    // Some have a second, of the box they come in.
    barcodes: id % 2 === 0 ? [`789${random.digits(10)}`, ...(id % 10 === 0 ? [`1789${String(id).padStart(10, '0')}`] : [])] : [],
    image_url: id % 5 === 0 ? `https://images.exemplo.com.br/${id}.jpg` : null,
    option_type: { type: 'simple' },
    ...stamped(-300 + id * 2),
    deleted_at: id % 30 === 0 ? `${dayAt(-2)}T10:00:00-03:00` : null,
  }
}

function saleOrder(random: Random, id: number, store: Store): SaleOrder {
  const items = Array.from({ length: 1 + (id % 3) }, (_, at) => {
    const { id: itemId, unitary_value: price } = random.pick(store.products)
    const amount = random.between(1, 4)
    const discount = at === 1 ? 1 : 0
    const total = reais(price.amount * amount - discount)
    return { item_id: itemId, amount, unitary_value: price, total_value: total, discount: discount ? reais(discount) : null, notes: null }
  })
  const stamps = stamped(-120 + id)
  return {
    id,
    number: 1000 + id,
    unique_id: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
    status: random.pick(STATUSES),
    source_type: random.pick(['erp', 'pdv', 'store', 'totem']),
    customer_id: id % 5 === 0 ? null : 1 + (id % 30),
    seller_id: 1 + (id % 3),
    items,
    total_value: reais(items.reduce((sum, item) => sum + item.total_value.amount, 0)),
    // In UTC on some, as some of the documentation's samples are.
    date_time: id % 7 === 0 ? new Date(Date.parse(stamps.created_at)).toISOString() : stamps.created_at,
    ...stamps,
  }
}

const hex = (value: string) => Buffer.from(value).toString('hex')

function transaction(random: Random, at: number): Transaction {
  const type = at % 4 === 3 ? 'expense' : 'income'
  const due = -90 + at
  const total = reais(20 + random.between(0, 89_999) / 100)
  const status = due > 20 || at % 6 === 0 ? 'unpaid' : at % 9 === 1 ? 'partially_paid' : 'paid'
  const paid = status === 'paid' ? total : reais(total.amount / 3)
  return {
    id: hex(`${type}|${at}`),
    type,
    description: type === 'income' ? `Venda ${1000 + at}` : `Compra ${at}`,
    notes: at % 10 === 0 ? 'Combinado por telefone.' : null,
    competence_date: dayAt(due - 30),
    due_date: dayAt(due),
    payment_date: status === 'paid' ? dayAt(due) : null,
    status,
    total,
    payments: status === 'unpaid' ? [] : [{ payment_method: { id: 4, name: 'Pix' }, value: paid, date: dayAt(due) }],
    customer_id: type === 'income' ? 1 + (at % 30) : null,
    sale_id: null,
    account_plan: type === 'income' ? { id: 8, name: 'Venda de produtos' } : { id: 9, name: 'Compras' },
    bank_account: { id: 2, name: 'Conta corrente' },
    ...stamped(due - 30),
  }
}

const numbered = <Row>(count: number, make: (id: number) => Row): Row[] => Array.from({ length: count }, (_, at) => make(at + 1))

export function makeStore(): Store {
  const random = createRandom(31)
  const store: Store = {
    companies: [
      {
        id: 12,
        name: 'Café da Praça',
        code: '100',
        company_name: 'Café da Praça Exemplo Ltda',
        documents: [{ type: 'cnpj', identify: '00000000000191' }],
      },
    ],
    sellers: ['Álvaro', 'Camila', 'Raíssa'].map((name, at) => ({ id: at + 1, name })),
    categories: ['Bebidas', 'Padaria', 'Utilidades', 'Insumos'].map((name, at) => ({ id: at + 1, name, ...stamped(-500) })),
    units: [
      { id: 1, name: 'Unidade', abbreviation: 'UN', precision: 0, ...stamped(-500) },
      { id: 2, name: 'Quilos', abbreviation: 'KG', precision: 3, ...stamped(-500) },
      { id: 3, name: 'Caixa', abbreviation: 'CX', precision: 0, ...stamped(-500) },
    ],
    bankAccounts: ['Caixa', 'Conta corrente'].map((name, at) => ({ id: at + 1, name, ...stamped(-500) })),
    paymentMethods: [
      { id: 1, name: 'Dinheiro', fiscal_code: '01', ...stamped(-500) },
      { id: 2, name: 'Cartão de crédito', fiscal_code: '03', ...stamped(-500) },
      { id: 4, name: 'Pix', fiscal_code: '17', ...stamped(-500) },
    ],
    customers: numbered(128, (id) => customer(random, id)),
    products: numbered(115, (id) => product(random, id)),
    saleOrders: [],
    sales: [],
    transactions: numbered(160, (at) => transaction(random, at)),
  }
  store.saleOrders = numbered(110, (id) => saleOrder(random, id, store))
  store.sales = store.saleOrders.filter(({ status }) => status === 'closed').map((order, at) => saleFrom(order, 7001 + at))
  const paying = store.sales.filter(({ id }) => id % 7 > 0)
  store.transactions
    .filter(({ type }) => type === 'income')
    .forEach((income, at) => {
      const { id, customer_id } = paying[at % paying.length]!
      Object.assign(income, { sale_id: id, customer_id })
    })
  return store
}
