import type { Query } from './query.ts'
import type { Account } from './records.ts'

/** What nobody knows of the vendor. Defaults are the worst case where a client can be safe under it. */
export interface Traps {
  /** `receber` with another amount than the open one. */
  partialReceipt: 'reject' | 'split' | 'accept as full'
  /** Whether contatos takes codIBGE and suframa in `fields` (F1 and F4 use them, D1 does not list them). */
  contatoExtraFields: boolean
  /** Whether vendas takes `ativo` in `fields` (a default field that D1's list leaves out). */
  vendaAtivoField: boolean
  /** Whether a cpfcnpj with wrong check digits is 422. */
  wrongTaxIdRefused: boolean
  /** Whether PUT contatos clears the members it does not name (K1 says no, F1 was not sure). */
  putContatoReplaces: boolean
  /** Whether PUT vendas without `situacao` sets it to 0 (seen by an integrator on the live API). */
  putVendaClearsSituacao: boolean
  /** Default row of recebimentos: D1's or the seed's, which says `contato` for nomeContato. */
  recebimentosRow: 'D1' | 'seed'
  /** Whether current_page and last_page are text (F4 coerces them). */
  pageNumbersAsText: boolean
  /** Whether the consent page gives `state` back (neither the seed nor D1 speaks of it). */
  stateReturned: boolean
  /** Whether token calls take from the 60 per minute. */
  tokenCallsCount: boolean
}

export const defaultTraps: Traps = {
  partialReceipt: 'reject',
  contatoExtraFields: false,
  vendaAtivoField: true,
  wrongTaxIdRefused: false,
  putContatoReplaces: false,
  putVendaClearsSituacao: true,
  recebimentosRow: 'D1',
  pageNumbersAsText: false,
  stateReturned: true,
  tokenCallsCount: true,
}

export interface Call {
  account: Account
  traps: Traps
  query: Query
  body: unknown
  /** The number in the path; 0 where there is none. */
  code: number
  /** Now as the vendor writes it. */
  time: string
}

/** Gives the body of a 200 (creates too, seed); anything else is a thrown Refusal. */
export type Endpoint = (call: Call) => unknown

/** Keyed by method and path under /v1, `#` for a number. */
export type Endpoints = Record<string, Endpoint>
