import type { Kind } from '../../contract/problem.ts'
import { howToAuthorize } from '../authorization.ts'
import type { Connection } from '../connection.ts'
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

export const notTaken = (connection: Connection) => `The vendor does not take this connection's credentials.${howToAuthorize(connection)}`

const REFUSING = new Set([400, 401, 403, 422])

export const isRefusal = ({ kind, upstream }: GatewayError) => kind === 'connection_unauthorized' || REFUSING.has(upstream?.status ?? 0)

/** What the vendor said about the credentials, as the problem of the connection. */
export function refusalOf(thrown: unknown, connection: Connection): GatewayError {
  const error = asGatewayError(thrown)
  // Without a status it is our own word about the connection.
  if (error.kind === 'connection_unauthorized' && !error.upstream) return error
  if (isRefusal(error)) {
    return new GatewayError('connection_unauthorized', {
      origin: 'vendor',
      message: notTaken(connection),
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
export const needsPerson = (connection: Connection, message: string) =>
  new GatewayError('connection_unauthorized', { message: message + howToAuthorize(connection) })
