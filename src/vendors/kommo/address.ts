import type { Address } from '../../contract/fields.ts'
import type { Context } from '../../kernel/adapter.ts'
import { cityCoded, cityNamed, postalCode } from '../../kernel/brazil.ts'
import { type Note, text } from '../../kernel/wire.ts'
import type { Value } from './wire.ts'
import { ADDRESS_PARTS, type AddressPart, STATES } from './words.ts'

// Kommo keeps an address as up to six lines of text, each with its code; it has no number, no district and no code of the city.

/** "Rua das Flores, 120": what stands behind the last comma is a number where it begins with a digit, or says that there is none. */
const NUMBERED = /^(.*\S)\s*,\s*(\d[\w./-]*|s\/?n[ºo.]?)$/i

function partOf({ enum_code, enum: older, enum_id }: Value): AddressPart | undefined {
  const code = enum_code ?? older ?? enum_id
  const word = typeof code === 'string' ? code.trim().toLowerCase() : typeof code === 'number' ? String(code) : ''
  return Object.hasOwn(ADDRESS_PARTS, word) ? ADDRESS_PARTS[word] : undefined
}

function stateOf(given: string | null): string | null {
  if (given === null) return null
  const name = given.toLowerCase()
  return Object.hasOwn(STATES, name) ? STATES[name]! : given
}

/** An address of which nothing is known but one line. */
export function lineAsAddress(line: string): Address {
  const none = { complement: null, district: null, city: null, cityCode: null, state: null, postalCode: null, country: null }
  return { street: line, number: null, ...none }
}

export function toAddress(values: readonly Value[], note: Note, field: string): Address | null {
  const lines: Partial<Record<AddressPart, unknown>> = {}
  for (const value of values) {
    const part = partOf(value)
    if (part === undefined) note(field, 'has a line of an unknown kind')
    else lines[part] ??= value.value
  }
  const street = text(lines.address_line_1, note, `${field}.street`)
  const numbered = street === null ? null : NUMBERED.exec(street)
  const city = text(lines.city, note, `${field}.city`)
  const state = stateOf(text(lines.state, note, `${field}.state`, 60))
  const address: Address = {
    street: numbered ? numbered[1]! : street,
    number: numbered ? numbered[2]!.slice(0, 100) : null,
    complement: text(lines.address_line_2, note, `${field}.complement`),
    district: null,
    city,
    cityCode: cityNamed(city, state)?.code ?? null,
    state,
    postalCode: postalCode(lines.zip, note, `${field}.postalCode`),
    country: text(lines.country, note, `${field}.country`, 100),
  }
  for (const member in address) if (address[member as keyof Address] !== null) return address
  return null
}

const joined = (parts: readonly (string | null | undefined)[], by: string) => parts.filter(Boolean).join(by)

/** The lines of an address; those that are null are left out, for the whole set is replaced (PHP). */
export function fromAddress(address: Partial<Address>, context: Context, field: string): Value[] {
  const coded = cityCoded(address.cityCode ?? null)
  if (address.cityCode && address.city && coded?.code !== cityNamed(address.city, address.state ?? null)?.code)
    context.warn(null, `${field}.cityCode`, 'Kommo keeps the name of the city and the state, and no code')
  if (address.number && !address.street)
    context.warn(null, `${field}.number`, 'Kommo keeps a number behind a street only, and reads it as one without')
  const lines: Record<AddressPart, string | null | undefined> = {
    address_line_1: joined([address.street, address.number], ', '),
    address_line_2: address.complement,
    city: address.city ?? coded?.name,
    state: address.state ?? coded?.state,
    zip: address.postalCode,
    country: address.country,
  }
  return Object.entries(lines).flatMap(([code, line]) => (line ? [{ value: line, enum_code: code }] : []))
}

/** An address as one line, for fields that keep no more. */
export function asLine({ street, number, complement, district, city, state, postalCode: cep, country }: Partial<Address>): string {
  return joined([street, number, complement, district, joined([city, state], ' - '), cep, country], ', ')
}
