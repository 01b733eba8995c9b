import type { Traps } from './endpoint.ts'
import type { Timestamps } from './records.ts'
import { plain } from './refusal.ts'

/** A record that is there and was not deleted. */
export function find<Row extends Timestamps & { id: number }>(rows: readonly Row[], id: number): Row {
  const row = rows.find((each) => each.id === id && each.deleted_at === null)
  if (!row) throw plain(404, 'Registro não encontrado.')
  return row
}

export const nextId = (rows: readonly { id: number }[]) => Math.max(0, ...rows.map(({ id }) => id)) + 1

/** A single record, with `data` around it or without. */
export const answered = (row: object, traps: Traps): unknown => (traps.flatRecords ? row : { data: row })
