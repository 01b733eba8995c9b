import { asGatewayError, GatewayError } from './errors.ts'
import { Unreadable } from './wire.ts'

/** What a read of the vendor's answer threw, as the problem it is: never with a value of the answer. */
export function unreadable(thrown: unknown): GatewayError {
  if (!(thrown instanceof Unreadable)) return asGatewayError(thrown)
  return new GatewayError('bad_vendor_response', {
    origin: 'vendor',
    retryable: false,
    message: `The vendor's record cannot be read: ${thrown.message}.`,
    cause: thrown,
  })
}
