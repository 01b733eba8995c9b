import { monitorEventLoopDelay } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import type { onRequestHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { heldBack } from '../kernel/held-back.ts'
import { added } from './hooks.ts'

/** What a process can be asked before it sheds. */
export interface Pressure {
  /** How late timers are on average from one look to the next, in milliseconds. */
  maxDelayMs: number
  /** Bytes of the heap in use. */
  maxHeapBytes: number
  /** Between two looks. */
  lookEveryMs: number
}

/** One look that finds the loop late is a start, a pause of the machine or one large piece of work; a second one is too much work. */
const LATE_LOOKS = 2
const COME_BACK_MS = 1_000

/**
 * Sheds what would ask vendors, with 503 and `Retry-After`, while the event loop lags or the heap is nearly full: who is under way gets an
 * answer, and the rest a quick one. Health, metrics and what is only told from memory are answered as ever.
 */
export const pressure = fp<Pressure>(
  async (app, { maxDelayMs, maxHeapBytes, lookEveryMs }) => {
    const delays = monitorEventLoopDelay({ resolution: 10 })
    let lateLooks = 0
    let isFull = false
    let timer: NodeJS.Timeout | undefined

    function look(): void {
      // No number at all: not one timer came since the last look.
      lateLooks = delays.mean / 1e6 <= maxDelayMs ? 0 : lateLooks + 1
      isFull = getHeapStatistics().used_heap_size > maxHeapBytes
      delays.reset()
    }
    app.addHook('onListen', async () => {
      delays.enable()
      timer = setInterval(look, lookEveryMs).unref()
    })
    app.addHook('onClose', async () => {
      clearInterval(timer)
      delays.disable()
    })

    const shed: onRequestHookHandler = (_request, _reply, done) => {
      if (lateLooks < LATE_LOOKS && !isFull) return done()
      done(heldBack('The gateway has more to do than it can.', COME_BACK_MS))
    }
    app.addHook('onRoute', (route) => {
      const { scope, problems } = route.config ?? {}
      if (scope !== undefined && problems?.includes(503)) route.onRequest = added(route.onRequest, shed)
    })
  },
  { name: 'pressure', dependencies: ['problems'] },
)
