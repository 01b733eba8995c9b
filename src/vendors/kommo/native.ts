import type { CustomField } from '../../contract/fields.ts'
import { quantity } from '../../kernel/decimals.ts'
import { secondsInstant } from '../../kernel/moments.ts'
import { boolean, id, isEmpty, type Note, text } from '../../kernel/wire.ts'

// Members of Kommo that have none of ours and are no fields of the account: custom fields under their own names, read only.

const READERS = {
  text: (value: unknown, _timeZone: string, note: Note) => text(value, note, 'customFields'),
  url: (value: unknown, _timeZone: string, note: Note) => text(value, note, 'customFields', 4000),
  id: (value: unknown, _timeZone: string, note: Note) => id(value, note, 'customFields'),
  number: (value: unknown, _timeZone: string, note: Note) => quantity(value, note, 'customFields'),
  checkbox: (value: unknown, _timeZone: string, note: Note) => boolean(value, note, 'customFields'),
  date_time: (value: unknown, timeZone: string, note: Note) => secondsInstant(value, timeZone, note, 'customFields'),
} as const

export type NativeType = keyof typeof READERS

export const CONTACT_MEMBERS = {
  first_name: 'text',
  last_name: 'text',
  group_id: 'id',
  created_by: 'id',
  updated_by: 'id',
  closest_task_at: 'date_time',
} as const satisfies Record<string, NativeType>

export const LEAD_MEMBERS = {
  pipeline_id: 'id',
  loss_reason_id: 'id',
  source_id: 'id',
  group_id: 'id',
  created_by: 'id',
  updated_by: 'id',
  closed_at: 'date_time',
  closest_task_at: 'date_time',
  score: 'number',
  labor_cost: 'number',
  is_price_computed: 'checkbox',
} as const satisfies Record<string, NativeType>

export const ELEMENT_MEMBERS = {
  currency_id: 'id',
  created_by: 'id',
  updated_by: 'id',
  invoice_link: 'url',
} as const satisfies Record<string, NativeType>

export function readMembers(row: object, members: Readonly<Record<string, NativeType>>, timeZone: string, note: Note): CustomField[] {
  const found: CustomField[] = []
  for (const name in members) {
    const given = (row as Record<string, unknown>)[name]
    if (isEmpty(given)) continue
    const type = members[name]!
    const value = READERS[type](given, timeZone, note)
    if (value !== null) found.push({ id: name, code: null, label: null, type, value })
  }
  return found
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null && Object.keys(value).length > 0

/** What is linked to the record, as Kommo has it; always a list, though AMO's table has the reason of a loss as an object. */
export function readLinks(embedded: Readonly<Record<string, unknown>>, names: readonly string[]): CustomField[] {
  return names.flatMap((name) => {
    const given = embedded[name]
    const value = Array.isArray(given) ? given : isObject(given) ? [given] : []
    return value.length > 0 ? [{ id: name, code: null, label: null, type: name, value }] : []
  })
}
