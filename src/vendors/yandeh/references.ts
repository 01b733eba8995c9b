import type { Customer } from '../../contract/customer.ts'
import type { CustomerReference } from '../../contract/fields.ts'
import type { Context } from '../../kernel/adapter.ts'
import { taxId } from '../../kernel/brazil.ts'
import { id, integer, isEmpty, type Note, part, text } from '../../kernel/wire.ts'
import type { Vendedor } from './wire.ts'

// How records name customers, salespeople and products.

/** Goods that are sold by the pallet are a line of their own (Y1): `7891000100103:12`. */
export const PRODUCT_ID = /^[0-9A-Za-z]{1,60}(:[1-9]\d{0,8})?$/

/** An id of PRODUCT_ID; null where the code of the goods is missing or none. */
export function productId(ean: unknown, pallet: unknown, note: Note, field: string): string | null {
  const code = id(ean, note, field)
  const multiple = integer(pallet, note, field, 999_999_999) ?? 0
  if (code === null) return null
  const whole = multiple === 0 ? code : `${code}:${multiple}`
  if (PRODUCT_ID.test(whole)) return whole
  note(field, 'is no code of goods')
  return null
}

export function splitProductId(vendorId: string): { ean: string; pallet: number } {
  const [ean = '', pallet = '0'] = vendorId.split(':')
  return { ean, pallet: Number(pallet) }
}

/** By name and tax id only: no call finds a customer by CNPJ. */
export function customerNamed(name: unknown, cnpj: unknown, note: Note): CustomerReference | null {
  const read = { id: null, name: text(name, note, 'customer.name'), taxId: taxId(cnpj, note, 'customer.taxId') }
  return read.name === null && read.taxId === null ? null : read
}

/** One, or a list of which the first counts (seed). */
export function salesperson(given: unknown, note: Note): Customer['salesperson'] {
  const { id: code, email, codVendedor } = part(Array.isArray(given) ? given[0] : given, note, 'salesperson') as Vendedor
  const read = {
    id: id(code, note, 'salesperson.id'),
    name: null,
    email: text(email, note, 'salesperson.email', 320),
    code: text(codVendedor, note, 'salesperson.code', 128),
  }
  return read.id === null && read.email === null && read.code === null ? null : read
}

const VENDEDOR = ['id', 'email', 'codVendedor']

/** Whether `salesperson` reads all that a member says. */
export function isOneSalesperson(given: unknown): boolean {
  if (isEmpty(given)) return true
  const one = Array.isArray(given) && given.length === 1 ? given[0] : given
  return typeof one === 'object' && one !== null && !Array.isArray(one) && Object.keys(one).every((name) => VENDEDOR.includes(name))
}

export const fullId = (vendorId: string | null, context: Context) => (vendorId === null ? null : context.id(vendorId))
