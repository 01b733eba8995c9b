import type { Kind } from '../../contract/problem.ts'
import { asGatewayError, GatewayError } from '../errors.ts'

/** Failures of a token call that say what they mean to the client too. */
const ABOUT_THE_VENDOR: ReadonlySet<Kind> = new Set<Kind>([
  'vendor_error',
  'bad_vendor_response',
  'vendor_unavailable',
  'vendor_timeout',
  'vendor_rate_limited',
  'connection_forbidden',
  'internal_error',
])

/** What the vendor said about the credentials, as the problem of the connection. */
export function refusalOf(thrown: unknown): GatewayError {
  const error = asGatewayError(thrown)
  const status = error.upstream?.status ?? 0
  // Without a status it is our own word about the connection.
  if (error.kind === 'connection_unauthorized' && !error.upstream) return error
  if (error.kind === 'connection_unauthorized' || status === 400 || status === 401 || status === 403 || status === 422) {
    return new GatewayError('connection_unauthorized', {
      origin: 'vendor',
      message: "The vendor does not take this connection's credentials.",
      upstream: error.upstream,
      cause: error,
    })
  }
  // Any other refusal is no answer to what the client asked: a 404 here is not a record that is missing.
  return ABOUT_THE_VENDOR.has(error.kind)
    ? error
    : new GatewayError('vendor_error', {
        origin: 'vendor',
        message: 'The vendor refused to log in.',
        upstream: error.upstream,
        cause: error,
      })
}

/** Nothing that a program can do helps any more. */
export const needsPerson = (message: string) => new GatewayError('connection_unauthorized', { message })
