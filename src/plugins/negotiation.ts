import accepts from '@fastify/accepts'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { GatewayError } from '../kernel/errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** It answers in other forms than JSON too, and judges what it is asked for by itself. */
    negotiates?: boolean
  }
}

/** Request headers whose meaning is not offered: refused, since ignoring them would break a promise the caller counts on. */
const NOT_OFFERED = ['idempotency-key', 'if-match', 'if-unmodified-since'] as const

/** With and without the charset: an Accept that names one matches only what names it too. */
const OFFERED = ['application/json', 'application/json; charset=utf-8']

function refusal(request: FastifyRequest): GatewayError | null {
  const { accept } = request.headers
  if (accept !== undefined && accept !== '*/*' && accept !== 'application/json' && request.accepts().type(OFFERED) === false) {
    const errors = [{ parameter: 'Accept', detail: 'must allow application/json' }]
    return new GatewayError('not_acceptable', { message: 'Answers are application/json.', errors })
  }
  const refused = NOT_OFFERED.find((name) => request.headers[name] !== undefined)
  if (refused === undefined) return null
  return new GatewayError('validation_failed', {
    message: 'A header is not supported.',
    errors: [{ parameter: refused, detail: 'is not supported' }],
  })
}

/** Refuses what cannot be answered in the form asked for, before anything is done. */
export const negotiation = fp(
  async (app) => {
    await app.register(accepts)
    // After the key and the rate limit, and before the body is read.
    app.addHook('preParsing', (request, _reply, _body, done) => {
      const { schema, config } = request.routeOptions
      done(schema?.hide || config.negotiates ? null : refusal(request))
    })
  },
  { name: 'negotiation', dependencies: ['problems'] },
)
