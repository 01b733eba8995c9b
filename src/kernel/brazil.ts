import { getMunicipalities } from '@brazilian-utils/brazilian-utils/get-municipalities'
import { getStates } from '@brazilian-utils/brazilian-utils/get-states'
import { isValidCnpj } from '@brazilian-utils/brazilian-utils/is-valid-cnpj'
import { isValidCpf } from '@brazilian-utils/brazilian-utils/is-valid-cpf'
import { isValidPhone } from '@brazilian-utils/brazilian-utils/is-valid-phone'
import { isValidServicePhone } from '@brazilian-utils/brazilian-utils/is-valid-service-phone'
import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import type { TaxId } from '../contract/fields.ts'
import { remembered } from './remembered.ts'
import { type Note, text } from './wire.ts'

// What is Brazilian in dirty input: tax ids, postal codes, phones, cities. The facts are the libraries'.

const PUNCTUATION = /[^0-9A-Z]/g
const BARE = /^[0-9A-Z]*$/
const CPF = /^\d{11}$/
const CNPJ = /^[0-9A-Z]{12}\d{2}$/

/** A tax id without punctuation, in capitals. */
export const bareTaxId = (value: string) => (BARE.test(value) ? value : value.toUpperCase().replace(PUNCTUATION, ''))

/** Left zeros come back where a tax id was sent as a number. */
function numericTaxId(value: number): string {
  const given = String(value)
  const asCpf = given.padStart(11, '0')
  if (given.length <= 11 && isValidCpf(asCpf)) return asCpf
  const asCnpj = given.padStart(14, '0')
  return given.length > 11 || isValidCnpj(asCnpj) ? asCnpj : asCpf
}

/** What a bare tax id is, and what is to be noted of it. */
interface Judged {
  type: TaxId['type']
  flaw: string | null
}

function judge(bare: string): Judged {
  if (CPF.test(bare)) return { type: 'cpf', flaw: isValidCpf(bare) ? null : 'is a CPF whose check digits do not fit' }
  if (!CNPJ.test(bare)) return { type: 'other', flaw: null }
  return { type: 'cnpj', flaw: isValidCnpj(bare, { version: 2 }) ? null : 'is a CNPJ whose check digits do not fit' }
}

const MOST_TAX_IDS = 5000
const judged = new Map<string, Judged>()

/** CPF, CNPJ (alphanumeric since July 2026) or something else. One whose check digits fail is kept, with a note. */
export function taxId(value: unknown, note: Note, field: string): TaxId | null {
  if (value === 0) return null
  const given = typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? numericTaxId(value) : text(value, note, field)
  if (given === null) return null
  const bare = bareTaxId(given)
  if (bare === '') return null
  if (bare.length > 40) {
    note(field, 'is too long for a tax id')
    return null
  }
  if (judged.size >= MOST_TAX_IDS) judged.clear()
  const { type, flaw } = remembered(judged, bare, judge)
  if (flaw !== null) note(field, flaw)
  return { type, value: bare }
}

const NOT_A_DIGIT = /\D/g
const USUAL_CEP = /^(?!0{8})\d{8}$/

/** A CEP as 8 digits, with the left zero that a number loses; a foreign postal code as it is. */
export function postalCode(value: unknown, note: Note, field: string): string | null {
  const given = text(value, note, field, 20)
  if (given === null || USUAL_CEP.test(given)) return given
  const digits = given.replace(NOT_A_DIGIT, '')
  // The lowest CEP is 01000-000, so that a number never loses more than one zero.
  if (digits.length === 8 || digits.length === 7) return Number(digits) === 0 ? null : digits.padStart(8, '0')
  return digits !== '' && Number(digits) === 0 ? null : given
}

const MOST_PHONES = 5000
const phones = new Map<string, string>()

function e164(given: string): string | null {
  const parsed = parsePhoneNumberFromString(given, 'BR')
  // E.164 has no room for an extension (ramal).
  if (!parsed?.isValid() || parsed.ext) return null
  if (parsed.countryCallingCode !== '55') return parsed.number
  // The small metadata takes eight digits without an area code for a number, and mobiles that lack their ninth digit.
  const national = parsed.nationalNumber
  return national.length >= 10 && (isValidPhone(national) || isValidServicePhone(`0${national}`)) ? parsed.number : null
}

/** A phone in E.164 where it can be read as a Brazilian or an international number, else as given. */
export function phone(value: unknown, note: Note, field: string): string | null {
  const given = text(value, note, field, 100)
  if (given === null) return null
  const known = phones.get(given)
  if (known !== undefined) return known
  const read = e164(given) ?? given
  // Reading one takes some 20 µs; the same customers come again and again.
  if (phones.size >= MOST_PHONES) phones.clear()
  phones.set(given, read)
  return read
}

export interface City {
  /** IBGE code, 7 digits. */
  code: string
  name: string
  /** Two letters. */
  state: string
}

const MARKS = /\p{M}/gu
const NEITHER_LETTER_NOR_DIGIT = /[^a-z0-9]+/g

/** A name without accents, case, hyphens and apostrophes: "Santa Bárbara d'Oeste" is "santa barbara d oeste". */
const plain = (name: string) => name.normalize('NFD').replace(MARKS, '').toLowerCase().replace(NEITHER_LETTER_NOR_DIGIT, ' ').trim()

/** The cities of one state. */
interface Cities {
  /** By the names that were looked for; null where there is no such city. */
  asked: Map<string, City | null>
  find(name: string): City | null
}

let index: { byState: Map<string, Cities>; byCode: Map<string, City> } | undefined

/** All 5,571 cities, indexed when the first is looked for: it takes some 10 ms and 1 MB. */
function cities() {
  if (index) return index
  const byState = new Map<string, Cities>()
  const byCode = new Map<string, City>()
  for (const { code: state } of getStates()) {
    const byName = new Map<string, City>()
    for (const { code, name } of getMunicipalities(state)) {
      const city = { code, name, state }
      byName.set(plain(name), city)
      // The seventh digit checks the first six, and is often left out.
      byCode.set(code.slice(0, 6), city)
    }
    byState.set(state, { asked: new Map(), find: (name) => byName.get(plain(name)) ?? null })
  }
  index = { byState, byCode }
  return index
}

const MOST_ASKED = 2000

/** The city of a name and a state, accents and case ignored; null where there is none. */
export function cityNamed(name: string | null, state: string | null): City | null {
  if (name === null || state === null) return null
  const { byState } = cities()
  const found = byState.get(state) ?? byState.get(state.toUpperCase())
  if (!found) return null
  if (found.asked.size >= MOST_ASKED) found.asked.clear()
  return remembered(found.asked, name, found.find)
}

/** The city of an IBGE code, with or without its check digit; null where there is none. */
export function cityCoded(code: string | null): City | null {
  if (code === null || (code.length !== 6 && code.length !== 7)) return null
  const city = cities().byCode.get(code.slice(0, 6))
  return city !== undefined && (code.length === 6 || code === city.code) ? city : null
}

/** Paths of an address's members, for notes: made once, not for every address that is read. */
export const addressPaths = (at: string) => ({
  street: `${at}.street`,
  number: `${at}.number`,
  complement: `${at}.complement`,
  district: `${at}.district`,
  city: `${at}.city`,
  cityCode: `${at}.cityCode`,
  state: `${at}.state`,
  postalCode: `${at}.postalCode`,
  country: `${at}.country`,
})
