import type { Row } from './records.ts'
import { Refusal } from './refusal.ts'

/** Bracketed parameters as they came, in order. */
export type Parameters = [name: string, value: string][]

export interface ListRules {
  /** Members of `filter[…]`: lists of ids, and times with from and to. */
  lists: Readonly<Record<string, (row: Row) => unknown>>
  times: Readonly<Record<string, (row: Row) => number | null | undefined>>
  /** Filled fields that `query` looks into. */
  words: (row: Row) => unknown[]
  order: readonly string[]
  with: readonly string[]
}

export interface Asked {
  page: number
  limit: number
  with: Set<string>
  keeps(row: Row): boolean
  compare: ((a: Row, b: Row) => number) | null
}

const MOST = 250

const refused = (name: string) => new Refusal(400, `Unknown or wrong parameter: ${name}`)

function whole(name: string, value: string, most: number): number {
  const number = Number(value)
  if (!/^\d+$/.test(value) || number < 1 || number > most) throw refused(name)
  return number
}

const fold = (value: unknown) =>
  JSON.stringify(value ?? '')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()

/** Refuses every parameter that is not documented; a trap lets filters be ignored, as some accounts do (AMO). */
export function ask(parameters: Parameters, rules: ListRules, filtersIgnored: boolean): Asked {
  const asked: Asked = { page: 1, limit: 50, with: new Set(), keeps: () => true, compare: null }
  const wanted = new Map<string, Set<string>>()
  const pairs = new Map<string, { pipeline_id?: string; status_id?: string }>()
  const tests: ((row: Row) => boolean)[] = []
  for (const [name, value] of parameters) {
    const filter = /^filter\[(\w+)\](?:\[(\w*)\])?(?:\[(\w+)\])?$/.exec(name)
    const order = /^order\[(\w+)\]$/.exec(name)
    if (name === 'page') asked.page = whole(name, value, 1_000_000)
    else if (name === 'limit') asked.limit = whole(name, value, MOST)
    else if (name === 'query') tests.push((row) => fold(rules.words(row)).includes(fold(value).slice(1, -1)))
    else if (name === 'with') {
      for (const each of value.split(',')) {
        if (!rules.with.includes(each)) throw refused(`with=${each}`)
        asked.with.add(each)
      }
    } else if (order && rules.order.includes(order[1]!) && (value === 'asc' || value === 'desc')) {
      const member = order[1] as 'id'
      asked.compare = (a, b) => (value === 'asc' ? 1 : -1) * (a[member] - b[member])
    } else if (filter) addFilter(filter, value, rules, { name, wanted, pairs, tests })
    else throw refused(name)
  }
  for (const [member, values] of wanted) tests.push((row) => values.has(String(rules.lists[member]!(row))))
  if (pairs.size > 0) tests.push((row) => [...pairs.values()].some((pair) => isIn(row, pair)))
  asked.keeps = filtersIgnored ? () => true : (row) => tests.every((test) => test(row))
  return asked
}

const isIn = (row: Row, { pipeline_id, status_id }: { pipeline_id?: string; status_id?: string }) =>
  String(row.pipeline_id) === pipeline_id && String(row.status_id) === status_id

interface Found {
  name: string
  wanted: Map<string, Set<string>>
  pairs: Map<string, { pipeline_id?: string; status_id?: string }>
  tests: ((row: Row) => boolean)[]
}

function addFilter(
  [, member = '', key = '', last]: RegExpExecArray,
  value: string,
  rules: ListRules,
  { name, wanted, pairs, tests }: Found,
) {
  if (member === 'statuses' && rules.lists.pipeline_id && (last === 'pipeline_id' || last === 'status_id')) {
    pairs.set(key, { ...pairs.get(key), [last]: value })
  } else if (last === undefined && Object.hasOwn(rules.lists, member) && /^\d*$/.test(key)) {
    wanted.set(member, (wanted.get(member) ?? new Set()).add(value))
  } else if (last === undefined && Object.hasOwn(rules.times, member) && (key === 'from' || key === 'to') && /^\d+$/.test(value)) {
    const time = rules.times[member]!
    tests.push((row) => {
      const at = time(row)
      return typeof at === 'number' && (key === 'from' ? at >= Number(value) : at <= Number(value))
    })
  } else throw refused(name)
}
