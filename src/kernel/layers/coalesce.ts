import { type Answer, type Call, identityOf, isRead, type Layer } from '../call.ts'
import type { Clock } from '../clock.ts'
import { asGatewayError } from '../errors.ts'

/** A call on its way, that others may wait for. */
interface Flight {
  answer: Promise<Answer>
  /** Of whoever sent it: its time is over, or it went away. */
  signal: AbortSignal | undefined
  /** The last of those who go on with the answer. */
  turn: Promise<unknown>
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

/**
 * Identical reads of one connection at the same time are one call. Where whoever sent it gives up, the others ask again by themselves;
 * any other failure is theirs too. With the answer they go on one after the other: each makes a whole page of it, and hundreds at once would
 * leave no time for anything else.
 */
export function coalesce(clock: Clock): Layer {
  const flights = new Map<string, Flight>()

  return (next) => {
    function sent(call: Call, identity: string): Promise<Answer> {
      const answer = next(call)
      flights.set(identity, { answer, signal: call.signal, turn: answer })
      const land = () => flights.delete(identity)
      answer.then(land, land)
      return answer
    }

    async function shared(call: Call, identity: string): Promise<Answer> {
      const started = clock.now()
      for (;;) {
        const flight = flights.get(identity)
        if (!flight) return sent(call, identity)
        try {
          await flight.answer
        } catch (thrown) {
          if (!flight.signal?.aborted) throw asGatewayError(thrown).copy()
          continue
        } finally {
          call.trace.vendorMs = clock.now() - started
        }
        flight.turn = flight.turn.then(nextTurn)
        await flight.turn
        return flight.answer
      }
    }

    return (call) => {
      if (!isRead(call) || call.isFresh) return next(call)
      const identity = identityOf(call)
      return flights.has(identity) ? shared(call, identity) : sent(call, identity)
    }
  }
}
