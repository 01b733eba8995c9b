import { createHash } from 'node:crypto'
import type { Trace, VendorRequest } from '../call.ts'
import type { GatewayError } from '../errors.ts'
import { isGrantRefused } from './refusal.ts'
import type { Attempt, Standing } from './store.ts'

// A refresh token that rotates is spent by using it. What was begun with it is written down first, so that whoever comes after a crash knows.

/** Tells what a call spends without saying it. All that it carries: where the token is in it, only the vendor's folder knows. */
export const digestOf = ({ query, headers, body }: VendorRequest) =>
  createHash('sha256')
    .update(JSON.stringify([query, headers, body]))
    .digest('hex')

/** What is already known of spending this one; undefined where nobody tried. */
export const triedBefore = ({ attempt, ...standing }: Standing, spends: string): Standing | undefined =>
  attempt?.spends === spends ? { attempt, ...standing } : undefined

/** It was refused, or its second try ended unknown too. */
export const isSpent = ({ state, attempt }: Standing) => state === 'needs_reauth' || attempt?.isLast === true

export const begun = (attempt: Attempt): Standing => ({ state: 'refreshing', attempt, notBefore: 0 })

/** Statuses with which a vendor or what stands before it says that it did not do it; other 5xx may come after it was done. */
const NOT_DONE = new Set([429, 503])

/** How the credential stands after an attempt that failed. */
export function standingAfter(
  error: GatewayError,
  trace: Trace,
  attempt: Attempt,
  before: Standing | undefined,
  notBefore: number,
): Standing {
  if (isGrantRefused(error)) return { state: 'needs_reauth', attempt, notBefore }
  if (!trace.unsettled || NOT_DONE.has(error.upstream?.status ?? 0)) {
    return { state: before ? 'unknown' : 'ok', attempt: before?.attempt ?? null, notBefore: trace.status === undefined ? 0 : notBefore }
  }
  return { state: attempt.isLast ? 'needs_reauth' : 'unknown', attempt, notBefore: 0 }
}
