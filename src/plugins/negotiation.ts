import accepts from '@fastify/accepts'
import fp from 'fastify-plugin'
import { GatewayError } from '../kernel/errors.ts'

/** Request headers whose meaning is not offered: refused, since ignoring them would break a promise the caller counts on. */
const NOT_OFFERED = ['idempotency-key', 'if-match', 'if-unmodified-since'] as const

/** With and without the charset: an Accept that names one matches only what names it too. */
const OFFERED = ['application/json', 'application/json; charset=utf-8']

/** Refuses what cannot be answered in the form asked for, before anything is done. */
export const negotiation = fp(
  async (app) => {
    await app.register(accepts)
    // After the key and the rate limit, and before the body is read.
    app.addHook('preParsing', async (request) => {
      if (request.routeOptions.schema?.hide) return
      const { accept } = request.headers
      if (accept !== undefined && accept !== '*/*' && accept !== 'application/json' && request.accepts().type(OFFERED) === false) {
        throw new GatewayError('not_acceptable', {
          message: 'Answers are application/json.',
          errors: [{ parameter: 'Accept', detail: 'must allow application/json' }],
        })
      }
      for (const name of NOT_OFFERED) {
        if (request.headers[name] !== undefined) {
          throw new GatewayError('validation_failed', {
            message: 'A header is not supported.',
            errors: [{ parameter: name, detail: 'is not supported' }],
          })
        }
      }
    })
  },
  { name: 'negotiation', dependencies: ['problems'] },
)
