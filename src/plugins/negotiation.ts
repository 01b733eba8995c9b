import accepts from '@fastify/accepts'
import type { FastifyContextConfig, FastifyRequest, preParsingHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { GatewayError } from '../kernel/errors.ts'
import { added } from './hooks.ts'
import type {} from './idempotency.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** It answers in other forms than JSON too, and judges what it is asked for by itself. */
    negotiates?: boolean
  }
}

/** Request headers whose meaning is not offered: refused, since ignoring them would break a promise the caller counts on. */
const NOT_OFFERED = ['idempotency-key', 'if-match', 'if-unmodified-since'] as const

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A media type that this route can answer with beside JSON. */
    alsoOffers?: string
  }
}

/** With and without the charset: an Accept that names one matches only what names it too. */
const OFFERED = ['application/json', 'application/json; charset=utf-8']

function refusal(request: FastifyRequest, { alsoOffers, destination }: FastifyContextConfig): GatewayError | null {
  const { accept } = request.headers
  if (accept !== undefined && accept !== '*/*' && accept !== 'application/json') {
    const offered = alsoOffers ? [...OFFERED, alsoOffers] : OFFERED
    if (request.accepts().type(offered) === false) {
      const words = alsoOffers ? `application/json or ${alsoOffers}` : 'application/json'
      const errors = [{ parameter: 'Accept', detail: `must allow ${words}` }]
      return new GatewayError('not_acceptable', { message: `Answers are ${words}.`, errors })
    }
  }
  const isKeyed = destination !== undefined
  const refused = NOT_OFFERED.find((name) => request.headers[name] !== undefined && !(isKeyed && name === 'idempotency-key'))
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
    app.addHook('onRoute', (route) => {
      const { schema, config = {} } = route
      if (schema?.hide || config.negotiates) return
      // After the key and the rate limit, and before the body is read.
      route.preParsing = added<preParsingHookHandler>(route.preParsing, (request, _reply, _body, done) => done(refusal(request, config)))
    })
  },
  { name: 'negotiation', dependencies: ['problems'] },
)
