import { type Call, newTrace, type VendorRequest } from '../call.ts'
import type { Connection } from '../connection.ts'

/** A call that gets a token: nobody's going away ends it, and no earlier answer will do. */
export const tokenCall = (
  connection: Connection,
  request: VendorRequest,
  call: Pick<Call, 'deadline' | 'idempotent'> & Partial<Pick<Call, 'mayLeave' | 'trace'>>,
): Call => ({
  connection,
  operation: 'token',
  request,
  headers: request.headers ?? {},
  signal: undefined,
  isFresh: true,
  trace: newTrace(),
  ...call,
})
