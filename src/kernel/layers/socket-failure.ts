import { GatewayError } from '../errors.ts'

const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
])
/** Ours, not the vendor's: no more sockets may be opened. */
const NO_SOCKET = new Set(['EMFILE', 'ENFILE'])
const TIMED_OUT = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT'])
const TLS_REFUSED = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO)/

/** Where a socket stood when it failed: what decides whether a request may be repeated. */
export interface Progress {
  written: boolean
  answered: boolean
}

/** What a socket's failure, or undici's, means to whoever called. */
export function failure(error: NodeJS.ErrnoException, progress: Progress): GatewayError {
  if (error instanceof GatewayError) return error
  const code = error.code ?? ''
  const facts = { origin: 'vendor', unsent: !progress.written, cause: error } as const
  if (TLS_REFUSED.test(code))
    return new GatewayError('vendor_error', { ...facts, retryable: false, message: 'No trusted TLS connection to the vendor.' })
  if (NOT_CONNECTED.has(code))
    return new GatewayError('vendor_unavailable', { ...facts, unsent: true, message: 'The vendor cannot be reached.' })
  if (NO_SOCKET.has(code)) {
    return new GatewayError('vendor_unavailable', {
      unsent: true,
      retryAfterMs: 1_000,
      message: 'The gateway can open no more connections now.',
      cause: error,
    })
  }
  if (TIMED_OUT.has(code)) return new GatewayError('vendor_timeout', { ...facts, message: 'The vendor did not answer in time.' })
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return new GatewayError('bad_vendor_response', { ...facts, retryable: false, message: 'The vendor sent a body that is too large.' })
  }
  if (progress.answered) return new GatewayError('bad_vendor_response', { ...facts, message: "The vendor's answer broke off." })
  return new GatewayError('vendor_error', { ...facts, message: 'The connection to the vendor broke.' })
}
