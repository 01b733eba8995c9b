import { type Static, Type } from 'typebox'
import type { Context } from '../../kernel/adapter.ts'
import { isEmpty } from '../../kernel/wire.ts'

/**
 * Where an order may have what Y2 could not be read for, by member of ours: names at Yandeh, or paths with dots, of which the first that
 * is filled counts. All are assumed, by analogy with Y9 (orders made elsewhere), but for those that a connection names itself.
 */
const DEFAULTS = {
  number: ['numero_pedido'],
  status: ['status'],
  'customer.name': ['razao_social', 'cliente.razao_social'],
  'customer.taxId': ['cnpj_cliente', 'cliente.cnpj'],
  salesperson: ['vendedor'],
  soldOn: ['data_pedido', 'data_criacao'],
  deliveredOn: ['data_entrega'],
  total: ['total', 'valor_total'],
  discount: ['descontos'],
  surcharge: ['acrescimos'],
  freight: ['frete'],
  notes: ['observacao'],
  fiscalDocuments: ['notas_fiscais'],
  createdAt: ['data_criacao'],
  updatedAt: ['data_atualizacao'],
} as const

export type HeaderMember = keyof typeof DEFAULTS

const NAME = Type.String({ pattern: '^[^.]+(\\.[^.]+)*$', maxLength: 200 })

const Names = (name: HeaderMember) =>
  Type.Optional(Type.Union([NAME, Type.Array(NAME, { minItems: 1, maxItems: 20 })], { default: DEFAULTS[name] }))

export const Aliases = Type.Object(
  {
    number: Names('number'),
    status: Names('status'),
    'customer.name': Names('customer.name'),
    'customer.taxId': Names('customer.taxId'),
    salesperson: Names('salesperson'),
    soldOn: Names('soldOn'),
    deliveredOn: Names('deliveredOn'),
    total: Names('total'),
    discount: Names('discount'),
    surcharge: Names('surcharge'),
    freight: Names('freight'),
    notes: Names('notes'),
    fiscalDocuments: Names('fiscalDocuments'),
    createdAt: Names('createdAt'),
    updatedAt: Names('updatedAt'),
  },
  {
    additionalProperties: false,
    description: "Names of an order's members at Yandeh, the first that is filled: which they are is not documented.",
  },
)

type Aliases = Static<typeof Aliases>

/** The value at a path; undefined where it leads nowhere. */
function at(row: object, path: string): unknown {
  let value: unknown = row
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Record<string, unknown>)[name]
  }
  return value
}

/** Reads members of one order by our names; `taken` gathers those of Yandeh's that were read whole. */
export interface Header {
  read(member: HeaderMember): unknown
  taken: Set<string>
}

/** Of these a part is lost in our member: the time of a sale, and what was added, which has none. */
const IN_PART: ReadonlySet<HeaderMember> = new Set(['soldOn', 'surcharge'] as const)

export function headerOf(row: object, { settings }: Context): Header {
  const named = settings.aliases as Aliases | undefined
  const taken = new Set<string>()
  return {
    taken,
    read(member) {
      const names = named?.[member] ?? DEFAULTS[member]
      for (const name of typeof names === 'string' ? [names] : names) {
        const value = at(row, name)
        if (isEmpty(value)) continue
        if (typeof value !== 'object' && !IN_PART.has(member)) taken.add(name)
        return value
      }
      return undefined
    },
  }
}
