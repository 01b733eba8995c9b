import type { Address } from '../../contract/fields.ts'
import { addressPaths, cityCoded, cityNamed, postalCode } from '../../kernel/brazil.ts'
import { digits, type Note, text } from '../../kernel/wire.ts'
import type { Contato } from './wire.ts'

const MAIN = addressPaths('address')
const DELIVERY = addressPaths('deliveryAddress')

/** Adds the city to a code and the code to a city, so that either is enough; null where nothing is filled. */
function located(address: Address, codIBGE: string | null, note: Note, at: typeof MAIN): Address | null {
  // The seed's codes have six digits: assumed to lack their check digit, the seventh, which the city found brings.
  const city = cityCoded(codIBGE) ?? cityNamed(address.city, address.state)
  // assumed: 0 is no code, as where there is no delivery address.
  if (codIBGE !== null && codIBGE !== '0' && city === null) note(at.cityCode, 'is no code of a city')
  if (city !== null) {
    address.city ??= city.name
    address.state ??= city.state
    address.cityCode = city.code
  }
  for (const member in address) if (address[member as keyof Address] !== null) return address
  return null
}

export function toAddress(contato: Contato, note: Note): Address | null {
  const read = {
    street: text(contato.logradouro, note, MAIN.street),
    number: text(contato.numero, note, MAIN.number, 100),
    complement: text(contato.complemento, note, MAIN.complement),
    district: text(contato.bairro, note, MAIN.district),
    city: text(contato.cidade, note, MAIN.city),
    cityCode: null,
    state: text(contato.uf, note, MAIN.state, 60),
    postalCode: postalCode(contato.cep, note, MAIN.postalCode),
    country: text(contato.pais, note, MAIN.country, 100),
  }
  return located(read, digits(contato.codIBGE, note, MAIN.cityCode), note, MAIN)
}

export function toDeliveryAddress(contato: Contato, note: Note): Address | null {
  const read = {
    street: text(contato.logradouroEntrega, note, DELIVERY.street),
    number: text(contato.numeroEntrega, note, DELIVERY.number, 100),
    complement: text(contato.complementoEntrega, note, DELIVERY.complement),
    district: text(contato.bairroEntrega, note, DELIVERY.district),
    city: text(contato.cidadeEntrega, note, DELIVERY.city),
    cityCode: null,
    state: text(contato.ufEntrega, note, DELIVERY.state, 60),
    postalCode: postalCode(contato.cepEntrega, note, DELIVERY.postalCode),
    country: null,
  }
  return located(read, digits(contato.codIBGEEntrega, note, DELIVERY.cityCode), note, DELIVERY)
}
