import { GatewayError } from './errors.ts'

/** A call that we do not let out: nothing was sent, and sending it again at once would be held back just so. */
export function heldBack(message: string, retryAfterMs: number): GatewayError {
  const error = new GatewayError('vendor_unavailable', { unsent: true, retryAfterMs, message })
  error.exhausted = true
  return error
}
