import type { CustomField } from '../../contract/fields.ts'
import { quantity } from '../../kernel/decimals.ts'
import { boolean, isEmpty, type Note, text, words } from '../../kernel/wire.ts'

// The pages tell only part of what a record has: every member without one of ours is a custom field, under CPlug's own name. Read only.

function told(value: unknown, note: Note): { type: string; value: unknown } {
  if (typeof value === 'string') return { type: 'text', value: words(value, note, 'customFields') }
  if (typeof value === 'number') return { type: 'number', value: quantity(value, note, 'customFields') }
  if (typeof value === 'boolean') return { type: 'checkbox', value: boolean(value, note, 'customFields') }
  return { type: 'object', value }
}

export function addField(fields: CustomField[], name: string, value: unknown, note: Note) {
  if (isEmpty(value)) return
  const id = text(name, note, 'customFields.id', 128)
  const read = told(value, note)
  if (id !== null && read.value !== null) fields.push({ id, code: null, label: null, ...read })
}

/** Members of a row that no member of ours was read from. */
export function leftOver(row: object, known: ReadonlySet<string>, note: Note): CustomField[] {
  const fields: CustomField[] = []
  for (const [name, value] of Object.entries(row)) if (!known.has(name)) addField(fields, name, value, note)
  return fields
}
