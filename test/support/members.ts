import { RECORD_SCHEMAS } from '../../src/contract/components.ts'
import { READ_ONLY, RESOURCES, type Resource } from '../../src/contract/operations.ts'

// The members of records, by dotted paths; what stands in a list shares the path of its member.

export type Members = Record<string, unknown>

interface Shape {
  properties?: Record<string, Shape>
  items?: Shape
}

/** Dotted paths of all that a record may say; custom fields are one. */
function leavesOf(shape: Shape, path = ''): string[] {
  const { properties } = shape.items ?? shape
  if (!properties || path === 'customFields') return [path]
  return Object.entries(properties).flatMap(([name, member]) => leavesOf(member, path === '' ? name : `${path}.${name}`))
}

const isWritable = (path: string) => !(READ_ONLY as readonly string[]).includes(path)

export const LEAVES = Object.fromEntries(
  RESOURCES.map((resource) => [resource, leavesOf(RECORD_SCHEMAS[resource] as Shape).filter(isWritable)]),
) as Record<Resource, string[]>

/** The value at a dotted path; of a list, that of each item. */
export function at(value: unknown, path: string): unknown {
  const [name, ...rest] = path.split('.')
  const member = (value as Members | null)?.[name!]
  if (rest.length === 0 || member === null || member === undefined) return member ?? null
  return Array.isArray(member) ? member.map((item) => at(item, rest.join('.'))) : at(member, rest.join('.'))
}

export const isNothing = (value: unknown): boolean =>
  value === null || value === 'unknown' || (Array.isArray(value) && value.every((item) => item === null))

/** Whether one of the paths that something is told of is this one or around it. */
export const isAmong = (path: string, told: readonly string[]) => told.some((each) => each !== '' && `${path}.`.startsWith(`${each}.`))

/** That the first is main says no more than its place: another label of the vendor's may stand there. */
export function unplaced(path: string, made: unknown, given: unknown): unknown {
  if (!path.endsWith('.label') || !Array.isArray(made) || !Array.isArray(given) || given[0] !== 'main') return made
  return made.map((label, index) => (index === 0 ? 'main' : label))
}
