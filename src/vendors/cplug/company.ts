import type { Ask, Context } from '../../kernel/adapter.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { object, ownId, refuse, text } from '../../kernel/wire.ts'
import { unnoted } from './body.ts'
import { rowsIn } from './envelope.ts'
import { settingsOf } from './settings.ts'
import type { Company } from './wire.ts'

const KEPT_MS = 600_000
const MOST_NAMED = 50

const misconfigured = (message: string) => new GatewayError('connection_misconfigured', { message })

/** Id and name of the companies, for whoever has to choose one. */
function named(companies: readonly { id: string; name: string | null }[]): string {
  const shown = companies.slice(0, MOST_NAMED).map(({ id, name }) => (name === null ? id : `${id} (${name})`))
  return `${shown.join(', ')}${companies.length > MOST_NAMED ? ' and others' : ''}`
}

/** The company that calls are about, as CPlug takes it. */
export async function companyOf(ask: Ask, context: Context): Promise<string> {
  const { companyId, paths } = settingsOf(context.settings)
  if (companyId !== 'auto') return String(companyId)
  const { body } = await ask({ method: 'GET', path: paths.companies }, { cachedForMs: KEPT_MS })
  const companies = rowsIn(body, 'companies').map((row) => {
    const company = object<Company>(row, 'company')
    return { id: ownId(company.id, 'company.id'), name: text(company.name, unnoted, 'company.name', 100) }
  })
  const [only, ...others] = companies
  if (only === undefined) throw misconfigured('The store of this connection has no company at CPlug.')
  if (others.length > 0) throw misconfigured(`The store has several companies: set settings.companyId to one of ${named(companies)}.`)
  if (!/^\d{1,15}$/.test(only.id)) refuse('company.id', 'is not a number')
  return only.id
}

/** An ask that names the company in every call, and keys every write, as CPlug requires (DOC). */
export async function withinCompany(ask: Ask, context: Context): Promise<Ask> {
  const company = await companyOf(ask, context)
  return (request, options) =>
    ask(
      {
        ...request,
        headers: {
          'CPlug-Company-Id': company,
          ...(request.method !== 'GET' && { 'Idempotency-Key': context.writeKey() }),
        },
      },
      options,
    )
}
