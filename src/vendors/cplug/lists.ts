import type { FilterName, Filters } from '../../contract/query.ts'
import type { Ask, Context, ListInput, Page, Position } from '../../kernel/adapter.ts'
import type { VendorRequest } from '../../kernel/call.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { instant, localTime } from '../../kernel/moments.ts'
import { refuse } from '../../kernel/wire.ts'
import { withinCompany } from './company.ts'
import { nextPage, rowId, rowsIn } from './envelope.ts'
import { type ListName, settingsOf } from './settings.ts'

// Every list and every search by id takes the company first, so that they are the same few lines.

type Query = NonNullable<VendorRequest['query']>

/** One page of a list, of at most so many rows. */
export async function pageOf(
  within: Ask,
  context: Context,
  name: ListName,
  query: Query,
  position: Position,
  perPage: number,
): Promise<Page> {
  const { paths, keys } = settingsOf(context.settings)
  const page = typeof position === 'number' ? position : 1
  const { body } = await within({ method: 'GET', path: paths[name], query: { ...query, page, per_page: perPage } })
  const rows = rowsIn(body, keys[name])
  return { rows, next: nextPage(body, page, rows.length, perPage) }
}

export async function listRows(ask: Ask, context: Context, name: ListName, query: Query, { position }: ListInput): Promise<Page> {
  return pageOf(await withinCompany(ask, context), context, name, query, position, settingsOf(context.settings).perPage)
}

/** The row with this id, by the list's own filter for ids (DOC); null where there is none, whatever else came. */
export async function findRow(within: Ask, context: Context, name: ListName, query: Query, vendorId: string): Promise<unknown> {
  const { paths, keys } = settingsOf(context.settings)
  const { body } = await within({ method: 'GET', path: paths[name], query })
  return rowsIn(body, keys[name]).find((row) => rowId(row) === vendorId) ?? null
}

/** Which members of a row each filter looks at: one of them has to be there. */
export type LookedAt = Readonly<Partial<Record<FilterName, readonly string[]>>>

/** A filter that Fachada applies or checks again needs the member it looks at in every row, and no page says that lists carry it. */
export function assertCarried(rows: readonly unknown[], lookedAt: LookedAt, filters: Filters) {
  for (const [name, members] of Object.entries(lookedAt) as [FilterName, readonly string[]][]) {
    // What is not told is unknown.
    if (filters[name] === undefined || (name === 'status' && filters.status === 'unknown')) continue
    const isBare = (row: unknown) => typeof row === 'object' && row !== null && members.every((member) => !Object.hasOwn(row, member))
    if (!rows.some(isBare)) continue
    throw new GatewayError('unsupported_filter', {
      message: `CPlug's list has no ${members.join(' or ')} here, so that ${name} cannot be told.`,
      errors: [{ parameter: name, detail: 'cannot be told from what CPlug lists here' }],
    })
  }
}

/** YYYY-MM-DDThh:mm:ss+hh:mm in the connection's zone, as CPlug writes moments (DOC). */
export function momentText(moment: string | undefined, timeZone: string): string | undefined {
  return moment === undefined ? undefined : (instant(localTime(moment, timeZone), timeZone, refuse, 'updatedSince') ?? undefined)
}

/** The first or the last moment of a day. */
export function dayText(day: string | undefined, time: '00:00:00' | '23:59:59', timeZone: string): string | undefined {
  return day === undefined ? undefined : (instant(`${day} ${time}`, timeZone, refuse, 'day') ?? undefined)
}
