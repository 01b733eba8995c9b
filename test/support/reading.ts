import type { Note } from '../../src/kernel/wire.ts'

export function noting<T>(read: (note: Note) => T): { value: T; notes: [string, string][] } {
  const notes: [string, string][] = []
  return { value: read((at, reason) => notes.push([at, reason])), notes }
}

/** What a reader makes of a value, and whether it had something to say. */
export const read = <T>(reader: (value: unknown, note: Note, field: string) => T, value: unknown) =>
  noting((note) => reader(value, note, 'x'))
