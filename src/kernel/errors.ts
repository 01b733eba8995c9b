import { type Kind, type Problem, STATUS } from '../contract/problem.ts'

export type Outcome = NonNullable<Problem['outcome']>
export type Upstream = NonNullable<Problem['upstream']>
export type Flaw = NonNullable<Problem['errors']>[number]

/** Which connection and operation an error is about. */
export interface Place {
  connection: string
  vendor: string
  operation: string
}

export interface ErrorFacts {
  /** For the client. Never a body, a header, a credential or a customer's data. */
  message?: string | undefined
  origin?: 'gateway' | 'vendor' | undefined
  /** Whether the same request may work later; by default what the kind says. */
  retryable?: boolean | undefined
  /** True only where it is proven that no byte of the request left: then any method may be sent again. */
  unsent?: boolean | undefined
  outcome?: Outcome | undefined
  retryAfterMs?: number | undefined
  upstream?: Upstream | undefined
  errors?: Flaw[] | undefined
  cause?: unknown
}

const PASSING: ReadonlySet<Kind> = new Set<Kind>([
  'rate_limited',
  'vendor_rate_limited',
  'vendor_error',
  'bad_vendor_response',
  'vendor_unavailable',
  'vendor_timeout',
  'request_timeout',
  'idempotency_in_progress',
])

/** The only error that crosses layers. Anything else that reaches the edge is our own bug. */
export class GatewayError extends Error {
  readonly kind: Kind
  readonly origin: 'gateway' | 'vendor'
  readonly unsent: boolean
  readonly retryAfterMs: number | undefined
  readonly upstream: Upstream | undefined
  readonly errors: Flaw[] | undefined
  /** On writes: whether the vendor did it. Set once, by whoever knows. */
  outcome: Outcome | undefined
  place: Place | undefined
  /** Time spent at the vendor before it failed. */
  vendorMs: number | undefined
  /** Path of a record that was written although the request failed. */
  location: string | undefined
  /** It comes from a call that was already sent as often as is safe: no other call is sent again because of it. */
  exhausted = false
  readonly #retryable: boolean

  constructor(kind: Kind, facts: ErrorFacts = {}) {
    super(facts.message ?? kind, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.name = 'GatewayError'
    this.kind = kind
    this.origin = facts.origin ?? 'gateway'
    this.unsent = facts.unsent ?? false
    this.outcome = facts.outcome
    this.retryAfterMs = facts.retryAfterMs
    this.upstream = facts.upstream
    this.errors = facts.errors
    this.#retryable = facts.retryable ?? PASSING.has(kind)
  }

  /** The same failure for another request: what is noted on it there must not show here. */
  copy(): GatewayError {
    const { kind, message, origin, unsent, retryAfterMs, upstream, errors, cause, outcome } = this
    return new GatewayError(kind, { message, origin, retryable: this.#retryable, unsent, retryAfterMs, upstream, errors, cause, outcome })
  }

  get status(): number {
    return STATUS[this.kind]
  }

  /** A write whose outcome is not known must not be repeated blindly, whatever the kind says; one that waits for its own key may. */
  get retryable(): boolean {
    const isSafe = this.outcome === undefined || this.outcome === 'not_applied' || this.kind === 'idempotency_in_progress'
    return this.#retryable && isSafe
  }
}

/** What was thrown, as a GatewayError; a stranger becomes `internal_error` and keeps its cause for the log. */
export function asGatewayError(thrown: unknown): GatewayError {
  return thrown instanceof GatewayError
    ? thrown
    : new GatewayError('internal_error', { cause: thrown, message: 'Something failed inside the gateway.' })
}
