import type { Random } from './random.ts'

/** Modulo 11; a character counts as its code less 48, so that A is 17 (alphanumeric CNPJ). */
function checkDigit(characters: string, weights: readonly number[]): number {
  const sum = [...characters].reduce((total, character, at) => total + (character.charCodeAt(0) - 48) * weights[at]!, 0)
  return sum % 11 < 2 ? 0 : 11 - (sum % 11)
}

const cpfWeights = [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]
const cnpjWeights = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]

function withDigits(base: string, weights: readonly number[]): string {
  const first = `${base}${checkDigit(base, weights.slice(1))}`
  return `${first}${checkDigit(first, weights)}`
}

export const cpf = (random: Random) => withDigits(random.digits(9), cpfWeights)
export const cnpj = (random: Random) => withDigits(`${random.digits(8)}0001`, cnpjWeights)

/** As for companies registered since July 2026. */
export function alphanumericCnpj(random: Random): string {
  const letters = 'ABCDEFGHJKLMNPQRSTVWXYZ0123456789'
  return withDigits(`${Array.from({ length: 8 }, () => random.pick([...letters])).join('')}0001`, cnpjWeights)
}

/** The same document with a wrong last digit. */
export const spoiled = (document: string) => `${document.slice(0, -1)}${(Number(document.at(-1)) + 1) % 10}`

export function isValidTaxId(value: string): boolean {
  if (/^(\d)\1*$/.test(value)) return false
  if (/^\d{11}$/.test(value)) return withDigits(value.slice(0, 9), cpfWeights) === value
  return /^[0-9A-Z]{12}\d{2}$/.test(value) && withDigits(value.slice(0, 12), cnpjWeights) === value
}

/** A valid EAN-13 with the Brazilian prefix. */
export function ean13(random: Random): string {
  const base = `789${random.digits(9)}`
  const sum = [...base].reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 1 : 3), 0)
  return `${base}${(10 - (sum % 10)) % 10}`
}
