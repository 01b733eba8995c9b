import type { Context } from '../../kernel/adapter.ts'
import { day, localDay } from '../../kernel/moments.ts'
import type { Note } from '../../kernel/wire.ts'

/** Midnight in UTC is a day that a program wrote, not an evening in Brazil (assumed): the samples of titles have nothing else (Y6). */
const UTC_MIDNIGHT = /[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-]00:?00)\s*$/

/** Yandeh writes moments with a zone and without one: the day is that of the connection's zone. */
export function dayOf(value: unknown, context: Context, note: Note, field: string): string | null {
  const isDay = typeof value === 'string' && UTC_MIDNIGHT.test(value)
  return isDay ? day(value, note, field) : localDay(value, context.timeZone, note, field)
}
