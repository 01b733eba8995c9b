import type { Call, Layer } from '../call.ts'
import type { Clock } from '../clock.ts'
import { asGatewayError, type GatewayError } from '../errors.ts'

/** One finished call, for logs, metrics and health. It holds no body, header or query. */
export interface CallEvent {
  call: Call
  durationMs: number
  error: GatewayError | undefined
}

/** Tells `listener` of every call, with all its attempts. */
export function observe(clock: Clock, listener: (event: CallEvent) => void): Layer {
  return (next) => async (call) => {
    const started = clock.now()
    try {
      const answer = await next(call)
      listener({ call, durationMs: clock.now() - started, error: undefined })
      return answer
    } catch (thrown) {
      const error = asGatewayError(thrown)
      listener({ call, durationMs: clock.now() - started, error })
      throw error
    }
  }
}
