import type { Kind } from '../contract/problem.ts'
import { GatewayError } from './errors.ts'

// What is told of a write that was done, and of which something failed after it.

/** Kinds that do not sound as if nothing had been done: a 4xx and a 503 would. */
const TOLD_AS_IT_IS: ReadonlySet<Kind> = new Set<Kind>(['vendor_error', 'bad_vendor_response', 'vendor_timeout', 'internal_error'])

function unfinished(cause: GatewayError, message: string, location: string | undefined, missing: readonly string[]): GatewayError {
  const detail = cause.outcome === 'unknown' ? 'may not have been stored' : 'was not stored'
  const error = new GatewayError(TOLD_AS_IT_IS.has(cause.kind) ? cause.kind : 'vendor_error', {
    origin: cause.kind === 'internal_error' ? 'gateway' : 'vendor',
    message,
    outcome: 'applied',
    upstream: cause.upstream,
    errors: missing.length > 0 ? missing.map((pointer) => ({ pointer, detail })) : undefined,
    cause,
  })
  error.location = location
  return error
}

/** A call of a write failed after another was done; `missing` are the members it would have stored. */
export const partlyStored = (cause: GatewayError, location: string | undefined, missing: readonly string[]): GatewayError =>
  unfinished(cause, 'A part of this was stored, and the rest was not.', location, missing)

/** The write was done, and only reading it back failed. */
export const notReadBack = (cause: GatewayError, location: string): GatewayError =>
  unfinished(cause, 'The record was written, but could not be read back.', location, [])
