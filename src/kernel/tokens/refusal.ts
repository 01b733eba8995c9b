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
/** Whoever comes too often, or meets what stands before the vendor, learns nothing of the credentials, whatever the status. */
const NOT_ABOUT_CREDENTIALS: ReadonlySet<Kind> = new Set<Kind>(['vendor_rate_limited', 'bad_vendor_response'])

/** Whether a failure of a token call says that the credentials are not taken. */
export const isRefusal = ({ kind, upstream }: GatewayError) =>
  kind === 'connection_unauthorized' || (REFUSING.has(upstream?.status ?? 0) && !NOT_ABOUT_CREDENTIALS.has(kind))

/** Of OAuth's errors (RFC 6749, 5.2) those about the program that asks, which its operator can mend. */
const ABOUT_THE_CLIENT = new Set(['invalid_client', 'unauthorized_client', 'unsupported_grant_type', 'invalid_scope'])

/** Whether it says so of a refresh token, for good. A 403 also turns away whoever asks, with the best of tokens. */
export const isGrantRefused = (error: GatewayError) =>
  isRefusal(error) && error.upstream?.status !== 403 && !ABOUT_THE_CLIENT.has(error.upstream?.code ?? '')

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
