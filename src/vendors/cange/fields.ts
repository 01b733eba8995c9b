import type { Resource } from '../../contract/operations.ts'
import type { Ask, Context } from '../../kernel/adapter.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { id, isEmpty, type Note, part, refuse, rows, text } from '../../kernel/wire.ts'
import { MEMBERS } from './members.ts'
import { type FlowSource, findSource, misconfigured, type Source, sourceOf } from './settings.ts'
import type { Campo, Opcao } from './wire.ts'

// The fields of a register or flow, and which of them the settings make which member.

export interface Option {
  /** Its id; what is written and read is the value. */
  id: string | null
  value: string
  label: string | null
}

export interface Field {
  id: string
  /** Key of `values`. */
  hash: string
  title: string | null
  type: string
  formId: string | null
  isRequired: boolean
  options: readonly Option[]
  /** The register or flow whose entries it names; null where it names none, or does not tell. */
  target: string | null
}

/** All that it takes to read and write one resource of one connection. */
export interface Reading {
  resource: Resource
  source: Source
  /** By id, in the order of the form. */
  fields: ReadonlyMap<string, Field>
  members: ReadonlyMap<string, Field>
  /** Names of a flow's steps by id, the first one first. */
  steps: ReadonlyMap<string, string>
}

/** Rows of the second engine have only the fields that were asked for, so that one that is added now would be missing in them for so long. */
const KEPT_MS = 60_000

/** Types that only show something (C2). */
const VALUELESS = new Set(['TITLE_FIELD', 'DIVIDER_FIELD', 'BUTTON_FIELD', 'DESCRIPTION_FIELD'])

const unnoted: Note = () => {}
const yes = new Set<unknown>(['1', 'S', 1, true])

function toOption(row: unknown): Option[] {
  const option = part(row, unnoted, 'options') as Opcao
  const value = text(option.value, unnoted, 'options', 200)
  const label = text(option.label ?? option.title, unnoted, 'options')
  return value === null ? [] : [{ id: id(option.id_field_option, unnoted, 'options'), value, label }]
}

function toField(row: unknown): Field[] {
  const campo = part(row, unnoted, 'fields') as Campo
  const own = id(campo.id_field, unnoted, 'id_field')
  const hash = text(campo.name, unnoted, 'name', 128)
  const type = text(campo.type, unnoted, 'type', 100)
  if (own === null || hash === null || type === null || VALUELESS.has(type)) return []
  return [
    {
      id: own,
      hash,
      type,
      title: text(campo.title, unnoted, 'title'),
      formId: id(campo.form_id, unnoted, 'form_id'),
      isRequired: yes.has(campo.required) && campo.show_on_form !== 'S',
      options: rows(campo.options, unnoted, 'options', 1000).flatMap(toOption),
      target: id(campo.register_id ?? campo.flow_id, unnoted, 'target'),
    },
  ]
}

/** Lists come bare, or in `items` or `data` (C2). */
function listOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body
  const { items, data } = part(body, refuse, 'fields')
  return rows(items ?? data, refuse, 'fields')
}

/** Reference data. The query stands in the path because the kernel keeps answers by their path. Not found also means no access (C3). */
async function reference(ask: Ask, path: string, pointer: string, what: string, fresh: boolean): Promise<unknown> {
  try {
    return (await ask({ method: 'GET', path }, { cachedForMs: KEPT_MS, fresh })).body
  } catch (error) {
    if (!(error instanceof GatewayError) || error.kind !== 'not_found') throw error
    throw misconfigured([{ pointer, detail: `names a ${what} that does not exist, or that the user may not see` }])
  }
}

type Flaws = { pointer: string; detail: string }[]

/** A field that refers to records of ours must name those that are mapped, or its ids would lead astray. */
function referenceFlaw(field: Field, to: Resource, { settings }: Context): string | null {
  const target = findSource(to, settings)
  if (!target) return `refers to ${to}, which /resources does not map`
  const expected = String(target.source === 'flow' ? target.flowId : target.registerId)
  return field.target === null || field.target === expected ? null : `refers to something else than the ${to} of /resources`
}

function mapped(resource: Resource, source: Source, fields: readonly Field[], flaws: Flaws, context: Context): Map<string, Field> {
  const members = new Map<string, Field>()
  for (const [member, name] of Object.entries(source.fields)) {
    const wanted = String(name)
    const byKey = fields.filter((field) => field.hash === wanted || field.id === wanted)
    const found = byKey.length > 0 ? byKey : fields.filter(({ title }) => title === wanted.trim())
    const pointer = `/resources/${resource}/fields/${member}`
    const shape = MEMBERS[resource][member]
    const flaw = found.length === 1 && shape?.kind === 'reference' ? referenceFlaw(found[0]!, shape.to, context) : null
    if (!shape) flaws.push({ pointer, detail: `is no member of ${resource} that can be mapped` })
    else if (flaw !== null) flaws.push({ pointer, detail: flaw })
    else if (found.length === 1) members.set(member, found[0]!)
    else if (found.length === 0) flaws.push({ pointer, detail: 'names a field that does not exist' })
    else flaws.push({ pointer, detail: 'names several fields of the same title; their hash or id tells them apart' })
  }
  return members
}

async function stepsOf(ask: Ask, source: FlowSource, at: string, flaws: Flaws, fresh: boolean): Promise<Map<string, string>> {
  const flow = part(await reference(ask, `/flow?id_flow=${source.flowId}`, `${at}/flowId`, 'flow', fresh), refuse, 'flow')
  const steps = new Map<string, string>()
  const found = rows(flow.flow_steps, refuse, 'flow_steps', 1000).map((row) => part(row, unnoted, 'flow_steps'))
  for (const step of found.toSorted((one, other) => Number(one.index ?? 0) - Number(other.index ?? 0))) {
    const own = id(step.id_step, unnoted, 'id_step')
    if (own !== null) steps.set(own, text(step.name, unnoted, 'name', 200) ?? own)
  }
  if (!isEmpty(flow.form_init_id) && String(flow.form_init_id) !== String(source.formInitId))
    flaws.push({ pointer: `${at}/formInitId`, detail: 'is not the form in which cards of this flow begin' })
  for (const step of Object.keys(source.statusByStep ?? {}))
    if (!steps.has(step)) flaws.push({ pointer: `${at}/statusByStep/${step}`, detail: 'names a step that the flow does not have' })
  return steps
}

/** Checks the settings against the account when they are first used, and again when what is known of it grows old. */
export async function readingOf(resource: Resource, ask: Ask, context: Context, fresh = false): Promise<Reading> {
  const source = sourceOf(resource, context)
  const at = `/resources/${resource}`
  const flaws: Flaws = []
  const isFlow = source.source === 'flow'
  const body = isFlow
    ? await reference(ask, `/field/by-flow?flow_id=${source.flowId}`, `${at}/flowId`, 'flow', fresh)
    : await reference(ask, `/field/by-register?register_id=${source.registerId}`, `${at}/registerId`, 'register', fresh)
  const fields = listOf(body).flatMap(toField)
  const members = mapped(resource, source, fields, flaws, context)
  const formId = String(isFlow ? source.formInitId : source.formId)
  const forms = new Set(fields.map((field) => field.formId))
  if (!isFlow && !forms.has(null) && forms.size > 0 && !forms.has(formId))
    flaws.push({ pointer: `${at}/formId`, detail: 'is not the form of this register' })
  const steps = isFlow ? await stepsOf(ask, source, at, flaws, fresh) : new Map<string, string>()
  if (flaws.length > 0) throw misconfigured(flaws)
  return { resource, source, fields: new Map(fields.map((field) => [field.id, field])), members, steps }
}

/** The form in which a record of this source begins. */
export const firstFormOf = (source: Source) => (source.source === 'flow' ? source.formInitId : source.formId)

/** What the second engine needs to be told, or it gives no values (C3). */
export function fieldView({ fields }: Reading): Record<string, unknown>[] {
  return [...fields.values()]
    .filter(({ formId }) => formId !== null)
    .map((field, index) => ({
      id_field: Number(field.id),
      form_id: Number(field.formId),
      type: field.type,
      title: field.title ?? field.hash,
      active: true,
      index,
      indexOrigin: index,
      origin: 'field',
      reordered: false,
    }))
}
