import type { CustomField } from '../../contract/fields.ts'
import type { Ask } from '../../kernel/adapter.ts'
import { id, isEmpty, type Note, object, part, rows, text } from '../../kernel/wire.ts'
import { PAGE_SIZE, readPage } from './envelope.ts'
import { AS_IT_IS, type Choice, isObjectType, typeOf } from './field-types.ts'
import type { FieldRef } from './settings.ts'
import type { FieldDefinition, FieldValues, Value } from './wire.ts'

// Fields of an entity: which of them is a member of ours, and the others as custom fields.

interface Facts {
  id: string | null
  code: string | null
  name: string | null
  type: string | null
}

/** A field with a value. */
export interface Field extends Facts {
  values: readonly unknown[]
}

/** A field as the account defines it, with the options of a list. */
export interface Definition extends Facts {
  options: readonly Choice[]
}

/** Says which field a member of ours is. */
export interface Selector {
  matches(field: Facts): boolean
  /** The member of the field's value; null for the whole value. */
  pathIn(field: Facts): string | null
}

const inObjects = (path: string | undefined) => (field: Facts) => (path !== undefined && isObjectType(field.type) ? path : null)

export const byCode = (code: string): Selector => ({ matches: (field) => field.code === code, pathIn: () => null })

/** The first field of a type. */
export const byType = (type: string, path?: string): Selector => ({ matches: (field) => field.type === type, pathIn: inObjects(path) })

export const byName = (pattern: RegExp): Selector => ({
  matches: ({ code, name, type }) => !isObjectType(type) && (pattern.test(code ?? '') || pattern.test(name ?? '')),
  pathIn: () => null,
})

/** As the settings say; in an object it is `usualPath` where they name none. */
export const byRef = ({ id: fieldId, code, path }: FieldRef, usualPath?: string): Selector => ({
  matches: (field) => (fieldId === undefined ? field.code === code : field.id === String(fieldId)),
  pathIn: path === undefined ? inObjects(usualPath) : () => path,
})

/** The first value of a field, or a member of it. */
export function valueIn({ values }: Field, path: string | null, note: Note, member: string): unknown {
  const { value } = part(values[0], note, member) as Value
  return path === null ? value : part(value, note, member)[path]
}

export const valuesIn = ({ values }: Field, note: Note, member: string) => values.map((value) => part(value, note, member) as Value)

export function readFields(given: unknown, note: Note): Field[] {
  return rows(given, note, 'customFields', 900).flatMap((entry) => {
    const { field_id, field_code, field_name, field_type, values } = part(entry, note, 'customFields') as FieldValues
    const read = rows(values, note, 'customFields', 500)
    if (read.length === 0) return []
    return {
      id: id(field_id, note, 'customFields'),
      code: text(field_code, note, 'customFields', 128),
      name: text(field_name, note, 'customFields'),
      type: text(field_type, note, 'customFields', 100),
      values: read,
    }
  })
}

/** Fields of one record while it is read: those that a member takes whole are no custom fields any more. */
export interface FieldSet {
  /** The first field with a value, in the order of the selectors. */
  take(selectors: readonly Selector[], member: string): { field: Field; path: string | null } | null
  /** The same, and the field stays whole among the others. */
  find(selectors: readonly Selector[], member: string): { field: Field; path: string | null } | null
  /** The others, and those of which a member took a part. */
  rest(timeZone: string): CustomField[]
}

export function fieldSet(given: unknown, note: Note): FieldSet {
  const left = new Set(readFields(given, note))

  function find(selectors: readonly Selector[], member: string) {
    for (const selector of selectors) {
      for (const field of left) {
        if (!selector.matches(field)) continue
        const path = selector.pathIn(field)
        if (!isEmpty(valueIn(field, path, note, member))) return { field, path }
      }
    }
    return null
  }

  return {
    find,
    take(selectors, member) {
      const found = find(selectors, member)
      if (found?.path === null) left.delete(found.field)
      return found
    },
    rest(timeZone) {
      const found: CustomField[] = []
      for (const field of left) {
        const type = typeOf(field.type)
        const value = type === AS_IT_IS ? field.values : type.read(valuesIn(field, note, 'customFields'), timeZone, note)
        if (value !== null && value !== undefined)
          found.push({ id: field.id, code: field.code, label: field.name, type: field.type, value })
      }
      return found
    },
  }
}

export function textOf(set: FieldSet, selectors: readonly Selector[], note: Note, member: string, limit?: number): string | null {
  const found = set.take(selectors, member)
  return found && text(valueIn(found.field, found.path, note, member), note, member, limit)
}

const DEFINITIONS_KEPT_MS = 600_000

const choices = (enums: unknown, note: Note): Choice[] =>
  (typeof enums === 'object' && enums !== null ? Object.values(enums) : []).map((each) => {
    const option = part(each, note, 'enums')
    return { id: id(option.id, note, 'enums'), code: text(option.code, note, 'enums', 128), label: text(option.value, note, 'enums') }
  })

const unnoted: Note = () => {}

function definition(row: unknown): Definition {
  const { id: fieldId, code, name, type, enums } = object<FieldDefinition>(row, 'custom_fields')
  return {
    id: id(fieldId, unnoted, 'id'),
    code: text(code, unnoted, 'code', 128),
    name: text(name, unnoted, 'name'),
    type: text(type, unnoted, 'type', 100),
    options: choices(enums, unnoted),
  }
}

/** The fields that an entity of this account has, on as many pages as they fill. */
export async function definitionsOf(ask: Ask, path: string, fresh = false): Promise<Definition[]> {
  const found: Definition[] = []
  for (let page: number | null = 1; page !== null; ) {
    const query = { limit: PAGE_SIZE, ...(page > 1 && { page }) }
    const { body } = await ask({ method: 'GET', path: `${path}/custom_fields`, query }, { cachedForMs: DEFINITIONS_KEPT_MS, fresh })
    const read = readPage(body, 'custom_fields', page)
    found.push(...read.rows.map(definition))
    page = read.next
  }
  return found
}

/** Where a member goes; null where the account has no such field. */
export function fieldFor(
  definitions: readonly Definition[],
  selectors: readonly Selector[],
): { definition: Definition; path: string | null } | null {
  for (const selector of selectors) {
    const definition = definitions.find((each) => selector.matches(each))
    if (definition) return { definition, path: selector.pathIn(definition) }
  }
  return null
}
