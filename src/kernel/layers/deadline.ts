import { Abort } from '../abort.ts'
import { type Call, isRead, type Layer } from '../call.ts'
import type { Clock } from '../clock.ts'
import { GatewayError } from '../errors.ts'

const late = (call: Call) =>
  new GatewayError('vendor_timeout', { origin: 'vendor', unsent: !call.trace.unsettled, message: 'The vendor did not answer in time.' })

/**
 * Ends a call when its time is over, wherever it is: waiting for a permit or a token, between attempts, or on the wire.
 * A reader who went away ends it too; a write goes on, since its outcome is wanted all the same.
 */
export function deadline(clock: Clock): Layer {
  return (next) => (call) =>
    new Promise((resolve, reject) => {
      const leftMs = call.deadline - clock.now()
      if (leftMs <= 0) return reject(late(call))
      const abort = new Abort()
      const stop = (error: GatewayError) => {
        reject(error)
        abort.abort(error)
      }
      // In whole milliseconds calls that begin together share one of Node's lists of timers.
      const timer = setTimeout(() => stop(late(call)), Math.ceil(leftMs))
      const client = isRead(call) ? call.signal : undefined
      const gone = () => stop(new GatewayError('request_timeout', { message: 'The client went away.' }))
      if (client?.aborted) gone()
      client?.addEventListener('abort', gone)
      const settle = () => {
        clearTimeout(timer)
        client?.removeEventListener('abort', gone)
      }
      next({ ...call, signal: abort }).then(
        (answer) => {
          settle()
          resolve(answer)
        },
        (error) => {
          settle()
          reject(error)
        },
      )
    })
}
