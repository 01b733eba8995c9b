import rateLimiter from '@fastify/rate-limit'
import fp from 'fastify-plugin'
import { GatewayError } from '../kernel/errors.ts'
import type {} from './access.ts'

/** Limits of clients that have one, counted by each process; every answer to them carries the draft RateLimit headers. */
export const rateLimit = fp(
  async (app) => {
    await app.register(rateLimiter, {
      global: true,
      hook: 'onRequest',
      enableDraftSpec: true,
      allowList: (request) => !request.client?.rateLimit,
      keyGenerator: (request) => request.client?.id ?? '',
      max: (request) => request.client?.rateLimit?.max ?? 0,
      timeWindow: (request) => (request.client?.rateLimit?.windowSeconds ?? 0) * 1_000,
      errorResponseBuilder: (_request, { ttl }) =>
        new GatewayError('rate_limited', { retryAfterMs: ttl, message: 'This key has used up its requests for now.' }),
    })
  },
  { name: 'rate-limit', dependencies: ['access'] },
)
