import { type Problem, STATUS, TITLE } from '../contract/problem.ts'
import type { GatewayError } from './errors.ts'

/** An error as clients see it. The edge adds `instance` and `requestId`. */
export function problemOf(error: GatewayError): Problem {
  const { kind, place, outcome, retryAfterMs, upstream, errors } = error
  return {
    type: `urn:fachada:problem:${kind}`,
    title: TITLE[kind],
    status: STATUS[kind],
    detail: error.message,
    code: kind,
    origin: error.origin,
    ...place,
    retryable: error.retryable,
    ...(outcome && { outcome }),
    ...(retryAfterMs !== undefined && { retryAfter: Math.ceil(retryAfterMs / 1_000) }),
    ...(upstream && { upstream }),
    ...(errors && { errors }),
  }
}
