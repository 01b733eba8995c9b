import type { CustomField } from '../../contract/fields.ts'
import { quantity } from '../../kernel/decimals.ts'
import { isEmpty, type Note, text, words } from '../../kernel/wire.ts'

const MOST = 1000

function fieldOf(given: unknown, note: Note): { type: string; value: unknown } {
  switch (typeof given) {
    case 'string':
      return { type: 'text', value: words(given, note, 'customFields') }
    case 'number':
      return { type: 'number', value: quantity(given, note, 'customFields') }
    case 'boolean':
      return { type: 'checkbox', value: given }
    default:
      return { type: 'object', value: given }
  }
}

/** Every member of a row that is not in `taken`, under its own name, also one that no page tells of. */
export function otherMembers(row: object, taken: ReadonlySet<string>, note: Note): CustomField[] {
  const found: CustomField[] = []
  for (const name in row) {
    const given = (row as Record<string, unknown>)[name]
    if (taken.has(name) || isEmpty(given)) continue
    const id = text(name, note, 'customFields.id', 128)
    const { type, value } = fieldOf(given, note)
    if (value === null) continue
    if (found.length === MOST) {
      note('customFields', `has more than ${MOST} entries; the others were left out`)
      break
    }
    found.push({ id, code: null, label: null, type, value })
  }
  return found
}
