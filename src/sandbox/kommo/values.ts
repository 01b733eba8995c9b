import type { Definition, Values } from './records.ts'
import type { Flaw } from './refusal.ts'

// Values of fields in writes: what each type takes (seed), and how it is read back.

type Given = Record<string, unknown>
/** The value as it is kept; null where it is refused. */
type Take = (value: Given, definition: Definition) => Given | null

const PARTS = ['address_line_1', 'address_line_2', 'city', 'state', 'zip', 'country']
const PHONE_CODES = ['WORK', 'WORKDD', 'MOB', 'FAX', 'HOME', 'OTHER']
const EMAIL_CODES = ['WORK', 'PRIV', 'OTHER']
const ENTITIES = ['contacts', 'companies', 'catalog_elements']

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= 65_535
const isObject = (value: unknown): value is Given => typeof value === 'object' && value !== null && !Array.isArray(value)

const text: Take = ({ value }) => (isText(value) ? { value } : null)

const numeric: Take = ({ value }) =>
  (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) || typeof value === 'number' ? { value: String(value) } : null

const time: Take = ({ value }) => {
  if (Number.isInteger(value)) return { value }
  const isRfc3339 = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})$/.test(value)
  return isRfc3339 && !Number.isNaN(Date.parse(value)) ? { value: Date.parse(value) / 1000 } : null
}

const option: Take = ({ value, enum_id, enum_code }, { enums }) => {
  const found = enums?.find((each) => each.id === enum_id || (enum_code !== undefined && each.code === enum_code) || each.value === value)
  return found ? { value: found.value, enum_id: found.id, enum_code: found.code } : null
}

const multitext: Take = ({ value, enum_id, enum_code }, { code, id }) => {
  const codes = code === 'EMAIL' ? EMAIL_CODES : PHONE_CODES
  const word = enum_code ?? codes[Number(enum_id) - id * 10]
  return isText(value) && codes.includes(word as string)
    ? { value, enum_id: id * 10 + codes.indexOf(word as string), enum_code: word }
    : null
}

const addressPart: Take = ({ value, enum_id, enum_code }) => {
  const code = enum_code ?? PARTS[Number(enum_id) - 1]
  return isText(value) && PARTS.includes(code as string) ? { value, enum_id: PARTS.indexOf(code as string) + 1, enum_code: code } : null
}

const shaped =
  (isRight: (value: Given) => boolean): Take =>
  ({ value }) =>
    isObject(value) && isRight(value) ? { value } : null

const TAKES: Record<string, Take> = {
  text,
  textarea: text,
  url: text,
  streetaddress: text,
  tracking_data: text,
  numeric,
  price: numeric,
  monetary: numeric,
  checkbox: ({ value }) => (typeof value === 'boolean' ? { value } : null),
  date: time,
  birthday: time,
  date_time: time,
  select: option,
  radiobutton: option,
  category: option,
  multiselect: option,
  multitext,
  smart_address: addressPart,
  // The tax id is text, so that no zero is lost.
  legal_entity: shaped(
    ({ name, entity_type, vat_id }) =>
      isText(name) && [1, 2, undefined].includes(entity_type as number) && typeof (vat_id ?? '') === 'string',
  ),
  linked_entity: shaped(({ entity_type, entity_id }) => ENTITIES.includes(entity_type as string) && Number.isInteger(entity_id)),
  payer: shaped(({ entity_type }) => entity_type === undefined || ENTITIES.includes(entity_type as string)),
  supplier: shaped(({ entity_id }) => Number.isInteger(entity_id)),
  items: shaped(({ quantity, unit_price }) => Number(quantity) >= 0 && Number(unit_price) >= 0),
  file: shaped(({ file_uuid, version_uuid }) => isText(file_uuid) && isText(version_uuid)),
  chained_list: ({ catalog_id, catalog_element_id, ...rest }) =>
    Number.isInteger(catalog_id) && Number.isInteger(catalog_element_id) && Object.keys(rest).length === 0
      ? { catalog_id, catalog_element_id }
      : null,
}

/** Types that take several values. */
const SEVERAL = ['multiselect', 'multitext', 'smart_address', 'chained_list', 'items']

const flaw = (path: string, code: string, detail: string): Flaw => ({ path, code, detail })

/** Puts the fields of a body in their places; what is wrong with them is added to the flaws. */
export function takeFields(given: unknown, definitions: readonly Definition[], fields: Map<number, Values>, flaws: Flaw[]): void {
  if (given === undefined || given === null) return
  if (!Array.isArray(given)) {
    flaws.push(flaw('custom_fields_values', 'InvalidType', 'This value should be of type array.'))
    return
  }
  given.forEach((entry, index) => {
    const at = `custom_fields_values.${index}`
    const { field_id, field_code, values, ...rest } = (isObject(entry) ? entry : {}) as Given
    const definition = definitions.find((each) =>
      field_id === undefined ? each.code !== null && each.code === field_code : each.id === field_id,
    )
    if (!definition || Object.keys(rest).length > 0) {
      flaws.push(flaw(`${at}.field_id`, 'NotSupportedChoice', 'The value you selected is not a valid choice.'))
    } else if (values === null || (Array.isArray(values) && values.length === 0)) fields.delete(definition.id)
    else takeValues(values, definition, fields, at, flaws)
  })
}

function takeValues(values: unknown, definition: Definition, fields: Map<number, Values>, at: string, flaws: Flaw[]) {
  const list = Array.isArray(values) ? values : [null]
  const isTooLong = list.length > 1 && !SEVERAL.includes(definition.type)
  if (isTooLong || (definition.type === 'chained_list' && list.length > 5)) {
    flaws.push(flaw(`${at}.values`, 'TooMany', 'This collection should contain fewer elements.'))
    return
  }
  const kept = list.map((value) => (isObject(value) ? TAKES[definition.type]!(value, definition) : null))
  kept.forEach((value, index) => {
    if (value === null) flaws.push(flaw(`${at}.values.${index}.value`, 'InvalidType', 'This value is not valid.'))
  })
  fields.set(definition.id, kept as Values)
}

/** Fields as they are read: null where there is none, and without those that have no value (AMO). */
export function shownFields(fields: ReadonlyMap<number, Values>, definitions: readonly Definition[], olderEnum: boolean): unknown[] | null {
  const shown = definitions.flatMap(({ id, name, code, type }) => {
    const values = fields.get(id)
    if (values === undefined) return []
    const isOlder = olderEnum && type === 'multitext'
    return {
      field_id: id,
      field_name: name,
      field_code: code,
      field_type: type,
      values: isOlder ? values.map(({ enum_code, ...value }) => ({ ...value, enum: enum_code })) : values,
    }
  })
  return shown.length === 0 ? null : shown
}
