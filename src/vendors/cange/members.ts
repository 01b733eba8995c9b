import type { Resource } from '../../contract/operations.ts'
import { RECEIVABLE_STATUSES, SALE_STATUSES } from '../../contract/sale.ts'

// Which members of our records a field of the account may be, and how each is read.

/** `limit` is what the contract takes of a text. */
export type Shape =
  | { kind: 'text'; limit: number }
  | { kind: 'words' | 'day' | 'boolean' | 'integer' | 'taxId' | 'emails' | 'phones' | 'tags' | 'postalCode' | 'cityCode' }
  /** Our own word, as the value or the label of an option. */
  | { kind: 'status'; words: readonly string[] }
  /** An amount without which the record would lie is refused where it cannot be read; another is left out with a warning. */
  | { kind: 'money'; isVital: boolean }
  | { kind: 'quantity' }
  /** A thing of the account's own: an option, a person, an entry of another register. What the screen shows is its name. */
  | { kind: 'id' }
  /** A record of ours. */
  | { kind: 'reference'; to: Resource }

export type Members = Readonly<Record<string, Shape>>

const text = (limit = 1000): Shape => ({ kind: 'text', limit })
const id: Shape = { kind: 'id' }
const words: Shape = { kind: 'words' }
const day: Shape = { kind: 'day' }
const boolean: Shape = { kind: 'boolean' }
const integer: Shape = { kind: 'integer' }
const taxId: Shape = { kind: 'taxId' }
const tags: Shape = { kind: 'tags' }
const quantity: Shape = { kind: 'quantity' }
const amount: Shape = { kind: 'money', isVital: true }
const price: Shape = { kind: 'money', isVital: false }

const address = (at: string): Members => ({
  [`${at}.street`]: text(),
  [`${at}.number`]: text(100),
  [`${at}.complement`]: text(),
  [`${at}.district`]: text(),
  [`${at}.city`]: text(),
  [`${at}.cityCode`]: { kind: 'cityCode' },
  [`${at}.state`]: text(60),
  [`${at}.postalCode`]: { kind: 'postalCode' },
  [`${at}.country`]: text(100),
})

const named = (at: string): Members => ({ [`${at}.id`]: id, [`${at}.name`]: text() })
const salesperson: Members = { ...named('salesperson'), 'salesperson.email': text(320), 'salesperson.code': text(128) }
const customer: Members = { 'customer.id': { kind: 'reference', to: 'customers' }, 'customer.name': text(), 'customer.taxId': taxId }

export const MEMBERS: Readonly<Record<Resource, Members>> = {
  customers: {
    name: text(),
    tradeName: text(),
    contactName: text(),
    taxId,
    stateRegistration: text(100),
    municipalRegistration: text(100),
    suframa: text(100),
    birthDate: day,
    foundedOn: day,
    emails: { kind: 'emails' },
    phones: { kind: 'phones' },
    ...address('address'),
    ...address('deliveryAddress'),
    finalConsumer: boolean,
    segment: text(),
    ...salesperson,
    tags,
    notes: words,
  },
  products: {
    name: text(),
    sku: text(200),
    barcode: text(100),
    description: words,
    unit: text(60),
    price: amount,
    minimumPrice: price,
    maximumPrice: price,
    cost: price,
    active: boolean,
    'stock.quantity': quantity,
    'stock.minimum': quantity,
    ...named('category'),
    brand: text(),
    manufacturer: text(),
    'fiscal.ncm': text(20),
    'fiscal.cest': text(20),
    'fiscal.origin': text(20),
    'fiscal.exTipi': text(20),
    'fiscal.serviceCode': text(20),
    'fiscal.cnae': text(20),
    'weight.gross': quantity,
    'weight.net': quantity,
    packSize: quantity,
    expiresOn: day,
    tags,
    notes: words,
  },
  sales: {
    number: text(200),
    status: { kind: 'status', words: SALE_STATUSES },
    ...customer,
    ...salesperson,
    soldOn: day,
    deliveredOn: day,
    total: amount,
    discount: amount,
    freight: amount,
    downPayment: amount,
    tags,
    notes: words,
  },
  receivables: {
    description: text(),
    documentNumber: text(200),
    status: { kind: 'status', words: RECEIVABLE_STATUSES },
    amount,
    paidAmount: amount,
    issuedOn: day,
    dueOn: day,
    paidOn: day,
    creditedOn: day,
    ...customer,
    saleId: { kind: 'reference', to: 'sales' },
    'installment.number': integer,
    'installment.of': integer,
    ...named('paymentMethod'),
    ...named('account'),
    ...named('category'),
    barcode: text(100),
    origin: text(100),
    tags,
    notes: words,
  },
}

const PARTS: Partial<Record<Shape['kind'], readonly string[]>> = {
  taxId: ['type', 'value'],
  emails: ['value', 'label'],
  phones: ['value', 'label'],
}

/** Members that some connection may hold, and those that follow from others; what this one has no field for is warned about. */
export function writableOf(resource: Resource): readonly string[] {
  const mapped = Object.entries(MEMBERS[resource]).flatMap(
    ([member, { kind }]) => PARTS[kind]?.map((part) => `${member}.${part}`) ?? member,
  )
  return [...mapped, ...(resource === 'customers' ? ['kind', 'roles'] : ['currency']), 'customFields']
}
