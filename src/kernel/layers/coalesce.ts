import { type Answer, type Call, identityOf, isRead, type Layer } from '../call.ts'
import type { Clock } from '../clock.ts'
import { asGatewayError } from '../errors.ts'

/** A call on its way, that others may wait for. */
interface Flight {
  answer: Promise<Answer>
  /** Of whoever sent it: its time is over, or it went away. */
  signal: AbortSignal | undefined
}

/**
 * Identical reads of one connection at the same time are one call. Where whoever sent it gives up, the others ask again by themselves;
 * any other failure is theirs too.
 */
export function coalesce(clock: Clock): Layer {
  const flights = new Map<string, Flight>()

  return (next) => {
    function sent(call: Call, identity: string): Promise<Answer> {
      const answer = next(call).finally(() => flights.delete(identity))
      flights.set(identity, { answer, signal: call.signal })
      return answer
    }

    async function shared(call: Call, identity: string): Promise<Answer> {
      const started = clock.now()
      for (;;) {
        const flight = flights.get(identity)
        if (!flight) return sent(call, identity)
        try {
          return await flight.answer
        } catch (thrown) {
          if (!flight.signal?.aborted) throw asGatewayError(thrown).copy()
        } finally {
          call.trace.vendorMs = clock.now() - started
        }
      }
    }

    return (call) => {
      if (!isRead(call) || call.isFresh) return next(call)
      const identity = identityOf(call)
      return flights.has(identity) ? shared(call, identity) : sent(call, identity)
    }
  }
}
