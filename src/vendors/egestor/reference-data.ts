import type { References } from '../../contract/reference.ts'
import type { Context, Position, ReferenceOperation, ReferencePage, Vendor } from '../../kernel/adapter.ts'
import { id, isEmpty, type Note, ownId, part, readEach, text } from '../../kernel/wire.ts'
import { CAMPOS, CUSTOM_FIELDS } from './custom-fields.ts'
import { pageOf, readPage } from './envelope.ts'
import type { Cadastro, FormaDePagamento, PlanoDeContas, Usuario } from './wire.ts'
import { CATEGORY_KINDS } from './words.ts'

// The registers that records name by their codes (D1), and the free fields of a sale.

const ownNames = ({ codigo, nome }: Cadastro, note: Note) => ({ id: ownId(codigo, 'id'), name: text(nome, note, 'name') })

/** 0 is none. */
const codeOrNull = (code: unknown, note: Note, field: string) => (isEmpty(code) || String(code) === '0' ? null : id(code, note, field))

/** A register as the list of one kind. */
function register<R>(path: string, toReference: (row: object, note: Note) => R, query: Record<string, number> = {}): ReferenceOperation<R> {
  return {
    evidence: 'documented',
    request: ({ position }) => ({ method: 'GET', path, query: { ...query, page: pageOf(position) } }),
    read(body, context, { position }) {
      const { rows, next } = readPage(body, pageOf(position))
      return { rows: readEach(rows, toReference, context), next }
    },
  }
}

type Category = References['categories']

const CATEGORIES = '/v1/categorias'
const CHART = '/v1/planoContas'

/** Categories of products come first, then the chart of accounts, which receivables name: they are two lists at eGestor. */
const chartPage = (position: Position): number | null =>
  typeof position === 'object' && position !== null ? pageOf(position.chart ?? null) : null

function readCategories(body: unknown, context: Context, { position }: { position: Position }): ReferencePage<Category> {
  const page = chartPage(position)
  const { rows, next } = readPage(body, page ?? pageOf(position))
  if (page === null) return { rows: readEach(rows, productCategory, context), next: next ?? { chart: 1 } }
  return { rows: readEach(rows, moneyCategory, context), next: next === null ? null : { chart: next } }
}

const productCategory = (row: Cadastro, note: Note): Category => ({
  ...ownNames(row, note),
  resource: 'products',
  parentId: null,
  kind: null,
})

function moneyCategory(row: PlanoDeContas, note: Note): Category {
  const word = String(row.tipo)
  const kind = Object.hasOwn(CATEGORY_KINDS, word) ? CATEGORY_KINDS[word]! : null
  return { ...ownNames(row, note), resource: 'receivables', parentId: codeOrNull(row.codPai, note, 'parentId'), kind }
}

export const references = {
  salespeople: register(
    '/v1/usuarios',
    (row: Usuario, note) => ({ ...ownNames(row, note), email: text(row.email, note, 'email', 320), code: null }),
    { vendedor: 1 },
  ),
  categories: {
    evidence: 'documented',
    request: ({ position }) => {
      const page = chartPage(position)
      return { method: 'GET', path: page === null ? CATEGORIES : CHART, query: { page: page ?? pageOf(position) } }
    },
    read: readCategories,
  },
  accounts: register('/v1/disponiveis', ownNames),
  'payment-methods': register('/v1/formasPagamento', (row: FormaDePagamento, note) => ({
    ...ownNames(row, note),
    code: null,
    accountId: codeOrNull(row.codDisponivel, note, 'accountId'),
  })),
  'custom-fields': {
    evidence: 'seed',
    request: () => CUSTOM_FIELDS,
    // A field that the account has not named can be written all the same.
    read(body, context) {
      const note: Note = (field, reason) => context.warn(null, field, reason)
      const names = part(body, note, 'customFields')
      const rows = Object.entries(CAMPOS).map(([campo, type]) => ({
        id: campo,
        name: text(names[campo], note, 'customFields.name'),
        code: null,
        type,
        options: [],
        resource: 'sales' as const,
      }))
      return { rows, next: null }
    },
  },
} satisfies Vendor['references']
