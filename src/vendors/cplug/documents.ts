import type { TaxId } from '../../contract/fields.ts'
import { taxId } from '../../kernel/brazil.ts'
import { type Note, part, rows, text } from '../../kernel/wire.ts'
import type { Document } from './wire.ts'

// CPF, CNPJ, RG and registrations are one list at CPlug (DOC).

export const documentsIn = (value: unknown, note: Note): Document[] =>
  rows(value, note, 'taxId', 100).map((entry) => part(entry, note, 'taxId') as Document)

export interface Identified {
  document: Document
  identify: string
}

/** The document of one of these types that counts, and what it says: the first that says something. */
export function identified(documents: readonly Document[], types: readonly string[], note: Note, field: string): Identified | null {
  for (const type of types) {
    for (const document of documents) {
      const identify = document.type === type ? text(document.identify, note, field, 100) : null
      if (identify !== null) return { document, identify }
    }
  }
  return null
}

/** Where a customer has both, the first is read. */
export const TAX_IDS = ['cnpj', 'cpf']

export const taxIdIn = (value: unknown, note: Note, field: string): TaxId | null =>
  taxId(identified(documentsIn(value, note), TAX_IDS, note, field)?.identify, note, field)
