import { RESOURCES, type Resource } from '../../contract/operations.ts'
import type { References } from '../../contract/reference.ts'
import type { Ask, Context, Vendor } from '../../kernel/adapter.ts'
import { type Field, type Reading, readingOf } from './fields.ts'
import { findSource } from './settings.ts'

// The fields of the registers and flows that settings.resources maps, and the steps of the flows.

const mappedIn = ({ settings }: Context): Resource[] => RESOURCES.filter((resource) => findSource(resource, settings) !== undefined)

async function readings(ask: Ask, context: Context): Promise<Reading[]> {
  const found: Reading[] = []
  for (const resource of mappedIn(context)) found.push(await readingOf(resource, ask, context))
  return found
}

const customField = (field: Field, resource: Resource): References['custom-fields'] => ({
  id: field.id,
  name: field.title,
  code: field.hash,
  type: field.type,
  options: field.options.map(({ id, value, label }) => ({ id, code: value, name: label })),
  resource,
})

const pipeline = ({ source, steps }: Reading): References['pipelines'][] =>
  source.source === 'flow' ? [{ id: String(source.flowId), name: null, statuses: [...steps].map(([id, name]) => ({ id, name })) }] : []

export const references = {
  pipelines: {
    evidence: 'documented',
    // Each flow is asked for by itself.
    run: async (ask, _input, context) => ({ rows: (await readings(ask, context)).flatMap(pipeline), next: null }),
  },
  'custom-fields': {
    evidence: 'documented',
    // Each register and flow has fields of its own.
    run: async (ask, _input, context) => ({
      rows: (await readings(ask, context)).flatMap(({ fields, resource }) =>
        [...fields.values()].map((field) => customField(field, resource)),
      ),
      next: null,
    }),
  },
} satisfies Vendor['references']
