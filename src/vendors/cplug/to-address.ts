import type { Address } from '../../contract/fields.ts'
import { addressPaths, cityCoded, cityNamed, postalCode } from '../../kernel/brazil.ts'
import { digits, isEmpty, type Note, part, rows, text } from '../../kernel/wire.ts'
import type { Address as Endereco } from './wire.ts'

const MAIN = addressPaths('address')
const DELIVERY = addressPaths('deliveryAddress')

/** The members that ours are read from, beside what tells which address it is; an address with others stays whole too. */
const KNOWN: ReadonlySet<string> = new Set([
  'id',
  'type',
  'street',
  'number',
  'complement',
  'neighborhood',
  'ibge_code',
  'city',
  'state',
  'zip_code',
] satisfies (keyof Endereco)[])

const hasMore = (endereco: Endereco) => Object.entries(endereco).some(([name, value]) => !KNOWN.has(name) && !isEmpty(value))

/** A city or a state as text, or as an object with a name (assumed). */
const nameOf = (value: unknown) => (typeof value === 'object' && value !== null ? (value as { name?: unknown }).name : value)

export function toAddress(endereco: Endereco, note: Note, at: typeof MAIN): Address {
  const ibge = digits(endereco.ibge_code, note, at.cityCode)
  const city = text(nameOf(endereco.city), note, at.city)
  const state = text(nameOf(endereco.state), note, at.state, 60)
  const coded = cityCoded(ibge)
  const found = coded ?? cityNamed(city, state)
  if (ibge !== null && coded === null) note(at.cityCode, 'is no code of a city')
  return {
    street: text(endereco.street, note, at.street),
    number: text(endereco.number, note, at.number, 100),
    complement: text(endereco.complement, note, at.complement),
    district: text(endereco.neighborhood, note, at.district),
    city: city ?? found?.name ?? null,
    cityCode: found?.code ?? null,
    state: state ?? found?.state ?? null,
    postalCode: postalCode(endereco.zip_code, note, at.postalCode),
    country: null,
  }
}

export const addressesIn = (value: unknown, note: Note): Endereco[] =>
  rows(value, note, 'address', 100).map((entry) => part(entry, note, 'address') as Endereco)

/** The main one is that of the type default, else the first that is not for delivery; one of each at most (DOC). */
export function chosen(addresses: readonly Endereco[]): { main: Endereco | undefined; delivery: Endereco | undefined } {
  const delivery = addresses.find(({ type }) => type === 'shipping')
  return { main: addresses.find(({ type }) => type === 'default') ?? addresses.find((each) => each.type !== 'shipping'), delivery }
}

/** The two that we have members for, and those of which something would be lost. */
export function toAddresses(value: unknown, note: Note) {
  const addresses = addressesIn(value, note)
  const { main, delivery } = chosen(addresses)
  return {
    address: main ? toAddress(main, note, MAIN) : null,
    deliveryAddress: delivery ? toAddress(delivery, note, DELIVERY) : null,
    others: addresses.filter((each) => (each !== main && each !== delivery) || hasMore(each)),
  }
}
