import type { CustomField } from '../../contract/fields.ts'
import type { Context } from '../../kernel/adapter.ts'
import { isEmpty, type Note, part } from '../../kernel/wire.ts'
import { typeOf } from './field-types.ts'
import { type Definition, type Field, fieldFor, type Selector } from './fields.ts'
import type { Value } from './wire.ts'

// Fields of a body: where each member goes, and custom fields put back.

const unnoted: Note = () => {}

/** Members of an object that go along with the one that is put there. */
export interface Beside {
  /** Where the object has none. */
  usual: Record<string, unknown>
  /** Whatever it has. */
  told: Record<string, unknown>
}

const NOTHING_BESIDE: Beside = { usual: {}, told: {} }

/** Fields of one body while it is made. Setting a field replaces all its values, and null clears it (PHP). */
export interface FieldWriter {
  /** Puts a member's value into its field; warns where the account has none. */
  put(selectors: readonly Selector[], value: unknown, member: string, beside?: Beside): void
  /** Puts custom fields back; a member put later into the same object is added to it. */
  putCustom(given: readonly CustomField[] | undefined): void
  /** The object in a field: as it was put so far, else what the record has. */
  objectIn(definition: Definition): Record<string, unknown>
  /** What `custom_fields_values` is to be. */
  values(): { field_id: number; values: unknown[] | null }[]
}

/** An object with one member put in or taken out; null where nothing else is left in it. */
function objectWith(before: Record<string, unknown>, path: string, value: unknown, { usual, told }: Beside): unknown[] | null {
  if (!isEmpty(value)) {
    for (const name in usual) before[name] ??= usual[name]
    return [{ value: { ...before, ...told, [path]: value } }]
  }
  const { [path]: _taken, ...rest } = before
  return Object.keys(rest).some((name) => !(name in usual || name in told)) ? [{ value: rest }] : null
}

/** `current` is what the record has now, for an update. */
export function fieldWriter(definitions: readonly Definition[], context: Context, current: readonly Field[] | null): FieldWriter {
  const staged = new Map<Definition, unknown[] | null>()

  const stage = (definition: Definition, values: unknown[] | null) => {
    // A new record has nothing to clear.
    if (values !== null || current !== null) staged.set(definition, values)
  }

  function objectIn(definition: Definition): Record<string, unknown> {
    const before = staged.has(definition) ? staged.get(definition) : current?.find((field) => field.id === definition.id)?.values
    return { ...part((before?.[0] as Value | undefined)?.value, unnoted, '') }
  }

  return {
    put(selectors, value, member, beside = NOTHING_BESIDE) {
      const target = fieldFor(definitions, selectors)
      if (target === null) {
        if (!isEmpty(value)) context.warn(null, member, 'this account of Kommo has no field for it')
        return
      }
      const { definition, path } = target
      if (path !== null) return stage(definition, objectWith(objectIn(definition), path, value, beside))
      if (isEmpty(value)) return stage(definition, null)
      const values = typeOf(definition.type).write(value, context, definition.options)
      if (values === undefined) context.warn(null, member, 'does not fit the field that Kommo has for it')
      else stage(definition, values)
    },
    putCustom(given) {
      for (const { id: fieldId, code, label, value } of given ?? []) {
        // Ids are the account's own: one that came from elsewhere may be another field's here.
        const definition =
          definitions.find(
            (each) => fieldId != null && each.id === fieldId && (label == null || each.name === null || each.name === label),
          ) ?? definitions.find((each) => code != null && each.code === code)
        if (definition === undefined) {
          context.warn(null, 'customFields', `${fieldId ?? code}: this account of Kommo has no such field, or sets it itself`)
          continue
        }
        const values = isEmpty(value) ? null : typeOf(definition.type).write(value, context, definition.options)
        if (values === undefined)
          context.warn(null, 'customFields', `${definition.id}: does not fit a field of the type ${definition.type}`)
        else stage(definition, values)
      }
    },
    objectIn,
    values: () => [...staged].map(([definition, values]) => ({ field_id: Number(definition.id), values })),
  }
}
