import underPressure from '@fastify/under-pressure'
import type { onRequestHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { GatewayError } from '../kernel/errors.ts'
import { added } from './hooks.ts'

/** What a process can be asked before it sheds. */
export interface Pressure {
  /** How late timers are on average over one look, in milliseconds. */
  maxDelayMs: number
  /** Bytes of the heap in use. */
  maxHeapBytes: number
  /** Between two looks. */
  lookEveryMs: number
}

const COME_BACK_MS = 1_000

/**
 * Sheds what would ask vendors, with 503 and `Retry-After`, while the event loop lags or the heap is nearly full: who is under way gets an
 * answer, and the rest a quick one. Health, metrics and what is only told from memory are answered as ever.
 */
export const pressure = fp<Pressure>(
  async (app, { maxDelayMs, maxHeapBytes, lookEveryMs }) => {
    // It measures; without bounds of its own it looks at no request.
    await app.register(underPressure, { sampleInterval: lookEveryMs })
    const shed: onRequestHookHandler = (_request, _reply, done) => {
      const { eventLoopDelay, heapUsed } = app.memoryUsage()
      if (eventLoopDelay <= maxDelayMs && heapUsed <= maxHeapBytes) return done()
      done(new GatewayError('vendor_unavailable', { retryAfterMs: COME_BACK_MS, message: 'The gateway has more to do than it can.' }))
    }
    app.addHook('onRoute', (route) => {
      const { scope, problems } = route.config ?? {}
      if (scope !== undefined && problems?.includes(503)) route.onRequest = added(route.onRequest, shed)
    })
  },
  { name: 'pressure', dependencies: ['problems'] },
)
