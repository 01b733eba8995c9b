import type { Account } from './records.ts'
import { invalid } from './refusal.ts'

/** What nobody knows of the vendor. Defaults are the worst case where a client can be safe under it. */
export interface Traps {
  /** What a list of pre-registrations without a status has: all, or the new ones. */
  withoutStatus: 'all' | 'new'
  /** Whether lists give all statuses whatever was asked for. */
  statusIgnored: boolean
  /** Whether the salesperson is a list, as the seed's text says, or an object, as its sample has it. */
  sellerAsList: boolean
  /** Whether refusals come with status 200. */
  hiddenErrors: boolean
  /** What Y1 calls the middle price: in its sample, or in its list of members. */
  middlePrice: 'preco_normal' | 'preco_embalagem'
  /** Members of an order beside its items: as Y9 has them, within `cliente` and other names, or none. */
  orderHeader: 'Y9' | 'nested' | 'none'
  /** Whether pedidos_ids finds an order of any status and age. */
  orderByIdAlone: boolean
  /** What titles come in. */
  titlesEnvelope: 'data' | 'content'
}

export const defaultTraps: Traps = {
  withoutStatus: 'new',
  statusIgnored: false,
  sellerAsList: false,
  hiddenErrors: false,
  middlePrice: 'preco_normal',
  orderHeader: 'Y9',
  orderByIdAlone: false,
  titlesEnvelope: 'data',
}

export interface Call {
  account: Account
  traps: Traps
  query: URLSearchParams
  body: unknown
  /** The number in the path; 0 where there is none. */
  id: number
  /** Now as the vendor writes it, YYYY-MM-DD HH:MM:SS. */
  time: string
}

/** Gives the body of a 200, or text where JSON.stringify would lose digits; anything else is a thrown Refusal. */
export type Endpoint = (call: Call) => unknown

/** Refuses parameters that no page names. */
export function assertKnown(query: URLSearchParams, names: readonly string[]): void {
  for (const name of query.keys()) if (!names.includes(name)) throw invalid('query', name, 'extra fields not permitted')
}

export function wholeNumber(query: URLSearchParams, name: string, standard: number): number {
  const given = query.get(name)
  if (given === null) return standard
  if (!/^[1-9]\d{0,8}$/.test(given)) throw invalid('query', name, 'value is not a valid integer')
  return Number(given)
}

export function oneOf<const W extends string>(query: URLSearchParams, name: string, words: readonly W[]): W | null {
  const given = query.get(name)
  if (given === null) return null
  if (!words.includes(given as W)) throw invalid('query', name, 'value is not a valid enumeration member')
  return given as W
}

/** The rows of one page, from 1. */
export function cut<Row>(rows: readonly Row[], page: number, size: number): Row[] {
  return rows.slice((page - 1) * size, page * size)
}
