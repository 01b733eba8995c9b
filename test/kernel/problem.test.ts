import { describe, expect, it } from 'vitest'
import { type Kind, STATUS, TITLE } from '../../src/contract/problem.ts'
import { asGatewayError, GatewayError } from '../../src/kernel/errors.ts'
import { problemOf } from '../../src/kernel/problem.ts'

const KINDS = Object.keys(STATUS) as Kind[]
/** Failures that may pass. */
const PASSING: Kind[] = [
  'rate_limited',
  'vendor_rate_limited',
  'vendor_error',
  'bad_vendor_response',
  'vendor_unavailable',
  'vendor_timeout',
  'request_timeout',
  'idempotency_in_progress',
]

describe('a problem', () => {
  it.each(KINDS)('%s has its type, title and status, and a detail that holds nothing more', (kind) => {
    const problem = problemOf(new GatewayError(kind))
    expect(problem).toEqual({
      type: `urn:fachada:problem:${kind}`,
      title: TITLE[kind],
      status: STATUS[kind],
      detail: kind,
      code: kind,
      origin: 'gateway',
      retryable: PASSING.includes(kind),
    })
  })

  it('never is a 401 or 403 because of the vendor', () => {
    for (const kind of KINDS.filter((kind) => STATUS[kind] === 401 || STATUS[kind] === 403))
      expect(['unauthenticated', 'forbidden']).toContain(kind)
    expect(STATUS.connection_unauthorized).toBe(424)
    expect(STATUS.connection_forbidden).toBe(424)
  })

  it('tells where it happened, what the vendor said and when to come again', () => {
    const error = new GatewayError('vendor_rate_limited', { origin: 'vendor', retryAfterMs: 1_001, upstream: { status: 429, code: '429' } })
    error.place = { connection: 'centro', vendor: 'egestor', operation: 'customers.list' }
    expect(problemOf(error)).toMatchObject({
      origin: 'vendor',
      connection: 'centro',
      vendor: 'egestor',
      operation: 'customers.list',
      retryAfter: 2,
      upstream: { status: 429, code: '429' },
    })
  })

  it('is retryable on a write only where the write was not done', () => {
    const retryable = (outcome: 'applied' | 'not_applied' | 'unknown') =>
      problemOf(new GatewayError('vendor_timeout', { outcome })).retryable
    expect([retryable('not_applied'), retryable('applied'), retryable('unknown')]).toEqual([true, false, false])
  })

  it('hides its cause', () => {
    expect(JSON.stringify(problemOf(new GatewayError('vendor_error', { cause: new Error('segredo') })))).not.toContain('segredo')
  })
})

describe('a stranger', () => {
  it('becomes our own bug and keeps its cause for the log alone', () => {
    const thrown = new TypeError('segredo')
    const error = asGatewayError(thrown)
    expect(error).toMatchObject({ kind: 'internal_error', cause: thrown, retryable: false })
    expect(JSON.stringify(problemOf(error))).not.toContain('segredo')
    expect(asGatewayError(error)).toBe(error)
  })
})
