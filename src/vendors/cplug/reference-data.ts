import type { ReferenceOperation, Vendor } from '../../kernel/adapter.ts'
import { id, type Note, ownId, readEach, text } from '../../kernel/wire.ts'
import { withinCompany } from './company.ts'
import { nextPage, rowsIn } from './envelope.ts'
import { settingsOf } from './settings.ts'
import type { FormaDePagamento, Nomeado } from './wire.ts'

// What CPlug has lists of. Salespeople and the chart of accounts are named in filters only: no page tells where they are listed.

const ownNames = (row: Nomeado, note: Note) => ({ id: ownId(row.id, 'id'), name: text(row.name, note, 'name') })

/** Where a list is, and the member of the answer's data (DOC) that has it. */
interface Place {
  path: string
  key: string
}

/** With the company named in the call. */
function register<R>(
  placeIn: (settings: ReturnType<typeof settingsOf>) => Place,
  toReference: (row: Nomeado, note: Note) => R,
  evidence: 'seed' | 'documented' = 'documented',
): ReferenceOperation<R> {
  return {
    evidence,
    // The company first.
    async run(ask, { position }, context) {
      const settings = settingsOf(context.settings)
      const { perPage } = settings
      const { path, key } = placeIn(settings)
      const page = typeof position === 'number' ? position : 1
      const within = await withinCompany(ask, context)
      const { body } = await within({ method: 'GET', path, query: { page, per_page: perPage } })
      const given = rowsIn(body, key)
      return { rows: readEach(given, toReference, context), next: nextPage(body, page, given.length, perPage) }
    },
  }
}

export const references = {
  categories: register(
    ({ paths, keys }) => ({ path: paths.categories, key: keys.categories }),
    (row, note) => ({ ...ownNames(row, note), resource: 'products', parentId: null, kind: null }),
  ),
  // assumed: an account has an id and a name, as all else has.
  accounts: register(() => ({ path: '/api/v3/bank-accounts', key: 'bank_accounts' }), ownNames),
  'payment-methods': register(
    () => ({ path: '/api/v3/payments', key: 'payments' }),
    (row: FormaDePagamento, note) => ({ ...ownNames(row, note), code: id(row.fiscal_code, note, 'code'), accountId: null }),
  ),
  // That there are units is said; where they are and what they have is assumed.
  units: register(
    ({ paths }) => ({ path: paths.units, key: 'units' }),
    (row, note) => ({ ...ownNames(row, note), code: text(row.abbreviation, note, 'code', 60) }),
    'seed',
  ),
} satisfies Vendor['references']
