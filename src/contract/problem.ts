import { type Static, Type } from 'typebox'
import { OneOf } from './fields.ts'

/** Every kind of failure there is, with the status a client sees. A kind that is not here does not compile. */
export const STATUS = {
  validation_failed: 400,
  invalid_cursor: 400,
  unsupported_filter: 400,
  connection_required: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  not_acceptable: 406,
  request_timeout: 408,
  conflict: 409,
  idempotency_in_progress: 409,
  outcome_unknown: 409,
  gone: 410,
  payload_too_large: 413,
  uri_too_long: 414,
  unsupported_media_type: 415,
  vendor_rejected: 422,
  unsupported_field: 422,
  idempotency_mismatch: 422,
  connection_unauthorized: 424,
  connection_forbidden: 424,
  connection_misconfigured: 424,
  rate_limited: 429,
  vendor_rate_limited: 429,
  headers_too_large: 431,
  internal_error: 500,
  unsupported_operation: 501,
  vendor_error: 502,
  bad_vendor_response: 502,
  vendor_unavailable: 503,
  vendor_timeout: 504,
} as const

export type Kind = keyof typeof STATUS

export const TITLE: Record<Kind, string> = {
  validation_failed: 'The request is not valid',
  invalid_cursor: 'The cursor is not valid for this request',
  unsupported_filter: 'A filter is not supported here',
  connection_required: 'Name the connection',
  unauthenticated: 'A valid API key is required',
  forbidden: 'The API key does not allow this',
  not_found: 'Not found',
  method_not_allowed: 'Method not allowed',
  not_acceptable: 'No acceptable representation',
  request_timeout: 'The request took too long to arrive',
  conflict: 'Conflict with the state of the record',
  idempotency_in_progress: 'The same write has not ended yet',
  outcome_unknown: 'Nobody knows whether it was done',
  gone: 'The record was removed',
  payload_too_large: 'The request body is too large',
  uri_too_long: 'The URL is too long',
  unsupported_media_type: 'Unsupported media type',
  vendor_rejected: 'The vendor does not take this record',
  unsupported_field: 'The vendor cannot hold a member',
  idempotency_mismatch: 'The key belongs to another request',
  connection_unauthorized: "The vendor no longer takes this connection's credentials",
  connection_forbidden: "The connection's user lacks a right at the vendor",
  connection_misconfigured: "The connection's settings do not fit the account",
  rate_limited: 'Too many requests',
  vendor_rate_limited: "The vendor's rate limit is used up",
  headers_too_large: 'The request headers are too large',
  internal_error: 'Internal error',
  unsupported_operation: 'The vendor does not offer this',
  vendor_error: 'The vendor failed',
  bad_vendor_response: 'The vendor gave an unusable answer',
  vendor_unavailable: 'The vendor cannot be reached',
  vendor_timeout: 'The vendor did not answer in time',
}

export const Problem = Type.Object(
  {
    type: Type.String({ description: '`urn:fachada:problem:` and the code.' }),
    title: Type.String({ description: 'What happened, the same for each code.' }),
    status: Type.Integer({ description: 'HTTP status.' }),
    detail: Type.Optional(Type.String({ description: 'What happened this time.' })),
    instance: Type.Optional(Type.String({ description: 'Path of the request, without its query.' })),
    code: OneOf(Object.keys(STATUS) as Kind[], { description: 'Stable code to program against.' }),
    origin: OneOf(['gateway', 'vendor'], { description: 'Who refused or failed.' }),
    connection: Type.Optional(Type.String({ description: 'Connection concerned.' })),
    vendor: Type.Optional(Type.String({ description: 'Vendor concerned.' })),
    operation: Type.Optional(Type.String({ description: 'Operation concerned, such as customers.list.' })),
    retryable: Type.Boolean({ description: 'Whether the same request may work later.' }),
    outcome: Type.Optional(OneOf(['not_applied', 'applied', 'unknown'], { description: 'On writes: whether the vendor did it.' })),
    retryAfter: Type.Optional(Type.Integer({ description: 'Seconds to wait, as in Retry-After.', minimum: 0 })),
    upstream: Type.Optional(
      Type.Object(
        {
          status: Type.Optional(Type.Integer({ description: "The vendor's HTTP status." })),
          code: Type.Optional(Type.String({ description: "The vendor's error code." })),
          message: Type.Optional(Type.String({ description: "The vendor's message, shortened." })),
        },
        { additionalProperties: false, description: 'What the vendor said.' },
      ),
    ),
    errors: Type.Optional(
      Type.Array(
        Type.Object(
          {
            pointer: Type.Optional(Type.String({ description: 'JSON Pointer into the body.' })),
            parameter: Type.Optional(Type.String({ description: 'Name of a query, path or header parameter.' })),
            detail: Type.String({ description: 'What is wrong with it.' }),
          },
          { additionalProperties: false },
        ),
        { description: 'Each member or parameter that is wrong.' },
      ),
    ),
    requestId: Type.Optional(Type.String({ description: 'As in X-Request-Id.' })),
  },
  { $id: 'Problem', additionalProperties: false, description: 'RFC 9457 problem details.' },
)

export type Problem = Static<typeof Problem>
