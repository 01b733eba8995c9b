import { type Kind, STATUS } from '../../contract/problem.ts'
import { type Answer, type Call, isRead, type Layer } from '../call.ts'
import { GatewayError } from '../errors.ts'
import { scrubbed } from '../scrub.ts'

/** Longest wait a vendor can ask for. */
const MAX_RETRY_AFTER_MS = 15 * 60_000

/** What a status means where the vendor's table does not say. */
function kindOfStatus(status: number): Kind {
  if (status === 401) return 'connection_unauthorized'
  if (status === 403 || status === 402) return 'connection_forbidden'
  if (status === 404) return 'not_found'
  if (status === 409) return 'conflict'
  if (status === 410) return 'gone'
  if (status === 429) return 'vendor_rate_limited'
  if (status === 503) return 'vendor_unavailable'
  if (status === 504) return 'vendor_timeout'
  return status >= 500 || status < 400 ? 'vendor_error' : 'vendor_rejected'
}

/** Seconds or a date, as a wait from now; undefined where it says nothing usable. A date is read against the vendor's own clock. */
export function retryAfterMs(headers: Answer['headers'], wallMs: number): number | undefined {
  const value = headers['retry-after']
  if (typeof value !== 'string') return undefined
  const seconds = /^\s*\d+\s*$/.test(value) ? Number(value) : undefined
  const date = headers.date
  const sent = typeof date === 'string' ? Date.parse(date) : Number.NaN
  const until = seconds === undefined && /[a-z]{3}/i.test(value) ? Date.parse(value) : Number.NaN
  const waitMs = seconds !== undefined ? seconds * 1_000 : until - (Number.isNaN(sent) ? wallMs : sent)
  return waitMs > 0 ? Math.min(waitMs, MAX_RETRY_AFTER_MS) : undefined
}

function kindOf(call: Call, answer: Answer, code: string | undefined): Kind {
  const { vendor } = call.connection
  const { status } = answer
  // A page in place of an answer is of whoever stands before the vendor: it says nothing about credentials.
  if (call.operation === 'token' && answer.flaw && status < 500 && status !== 429) return 'bad_vendor_response'
  const kind = vendor.errors[`${status} ${code}`] ?? vendor.errors[status] ?? kindOfStatus(status)
  if (kind === 'connection_unauthorized' && vendor.auth.isTokenRefused?.(answer.body) === false) return 'connection_forbidden'
  // The client's request was sound when it came here: a read that the vendor refuses is not the client's to mend.
  if (kind === 'vendor_rejected' && isRead(call)) return 'vendor_error'
  // Nobody knows whether a write that met a 503 was done: the answer is the usual 502.
  if (kind === 'vendor_unavailable' && !isRead(call)) return 'vendor_error'
  return kind
}

/** OAuth's own word for what is wrong with a token call, where the vendor has none. */
function oauthError({ operation }: Call, { body }: Answer): string | undefined {
  const word = operation === 'token' && typeof body === 'object' ? (body as { error?: unknown } | null)?.error : undefined
  return typeof word === 'string' ? word : undefined
}

function refusal(call: Call, answer: Answer, wallMs: number): GatewayError {
  const { code = oauthError(call, answer), message, retryAfterMs: askedMs } = call.connection.vendor.errorMessage(answer.body)
  const kind = kindOf(call, answer, code)
  const status = answer.status
  // A 4xx says that nothing was done, and so does such a refusal under a success status.
  if (status >= 400 ? status < 500 : STATUS[kind] < 500) call.trace.unsettled = false
  return new GatewayError(kind, {
    origin: 'vendor',
    message: `The vendor answered with status ${status}.`,
    // What the vendor refuses now it refuses again: a login with wrong credentials is not sent twice.
    retryable: kind === 'vendor_error' && status < 500 ? false : undefined,
    retryAfterMs: status === 429 || status === 503 ? (retryAfterMs(answer.headers, wallMs) ?? askedMs) : undefined,
    upstream: { status, ...(code && { code: scrubbed(code, 80) }), ...(message && { message: scrubbed(message, 200) }) },
  })
}

/** Turns every answer that is not a usable success into an error of the closed list. */
export function classify(wall: () => number): Layer {
  return (next) => async (call) => {
    const answer = await next(call)
    const succeeded = answer.status >= 200 && answer.status < 300
    if (!succeeded) {
      if (answer.status < 400) {
        throw new GatewayError('bad_vendor_response', {
          origin: 'vendor',
          retryable: false,
          message: 'The vendor answered with a redirect, which is not followed.',
        })
      }
      throw refusal(call, answer, wall())
    }
    const flaw =
      answer.flaw ?? (answer.body === null && answer.status !== 204 && call.request.method === 'GET' ? 'an empty body' : undefined)
    if (flaw)
      throw new GatewayError('bad_vendor_response', { origin: 'vendor', retryable: false, message: `The vendor answered with ${flaw}.` })
    const { failed, code } = call.connection.vendor.errorMessage(answer.body)
    if (failed) throw refusal(call, { ...answer, status: hiddenStatus(code) ?? answer.status }, wall())
    call.trace.unsettled = false
    return answer
  }
}

/** The status that an error body under a success status names, if it names one. */
function hiddenStatus(code: string | undefined): number | undefined {
  const status = Number(code)
  return status >= 400 && status < 600 ? status : undefined
}
