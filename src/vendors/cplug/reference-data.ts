import type { Context, ReferenceOperation, Vendor } from '../../kernel/adapter.ts'
import { id, type Note, ownId, readEach, text } from '../../kernel/wire.ts'
import { withinCompany } from './company.ts'
import { nextPage, rowsIn } from './envelope.ts'
import { settingsOf } from './settings.ts'
import type { FormaDePagamento, Nomeado } from './wire.ts'

// What CPlug has lists of. Salespeople and the chart of accounts are named in filters only: no page tells where they are listed.

const ownNames = (row: Nomeado, note: Note) => ({ id: ownId(row.id, 'id'), name: text(row.name, note, 'name') })

/** Under `key` of the answer's data (DOC), with the company named in the call. */
function register<R>(
  key: string,
  pathIn: (context: Context) => string,
  toReference: (row: Nomeado, note: Note) => R,
): ReferenceOperation<R> {
  return {
    evidence: 'documented',
    // The company first.
    async run(ask, { position }, context) {
      const { perPage } = settingsOf(context.settings)
      const page = typeof position === 'number' ? position : 1
      const within = await withinCompany(ask, context)
      const { body } = await within({ method: 'GET', path: pathIn(context), query: { page, per_page: perPage } })
      const given = rowsIn(body, key)
      return { rows: readEach(given, toReference, context), next: nextPage(body, page, given.length, perPage) }
    },
  }
}

export const references = {
  categories: register(
    'categories',
    () => '/api/v3/categories',
    (row, note) => ({ ...ownNames(row, note), resource: 'products', parentId: null, kind: null }),
  ),
  // assumed: an account has an id and a name, as all else has.
  accounts: register('bank_accounts', () => '/api/v3/bank-accounts', ownNames),
  'payment-methods': register(
    'payments',
    () => '/api/v3/payments',
    (row: FormaDePagamento, note) => ({ ...ownNames(row, note), code: id(row.fiscal_code, note, 'code'), accountId: null }),
  ),
  units: register(
    'units',
    (context) => settingsOf(context.settings).paths.units,
    (row, note) => ({ ...ownNames(row, note), code: text(row.abbreviation, note, 'code', 60) }),
  ),
} satisfies Vendor['references']
