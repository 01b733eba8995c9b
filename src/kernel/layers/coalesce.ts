import type { Signal } from '../abort.ts'
import { type Answer, type Call, identityOf, isRead, type Layer } from '../call.ts'
import type { Clock } from '../clock.ts'
import { asGatewayError } from '../errors.ts'
import type { Keeper } from './forget.ts'

/** A call on its way, that others may wait for. */
interface Flight {
  login: string
  answer: Promise<Answer>
  /** Of whoever sent it: its time is over, or it went away. */
  signal: Signal | undefined
  /** When the last of those who wait go on with the answer, and how many characters they all have to read. */
  turn: Promise<unknown>
  length: number
}

/** Characters of answers that are read in one turn of the process. A turn costs more than a single read does: small answers share one. */
const MOST_PER_TURN = 65_536

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

/**
 * Identical reads of one connection at the same time are one call. Where whoever sent it gives up, the others ask again by themselves;
 * any other failure is theirs too. With the answer they go on a few at a time: each makes a whole page of it, and hundreds at once would leave no
 * time for anything else.
 */
export function coalesce(clock: Clock): Keeper {
  /**
   * By what they ask for. No Map: V8 links each table that a Map outgrows to the next, so that one which grew old keeps all that follow, with
   * the answers in them, until the next large collection; where flights come and go all the time, that is most of what is collected.
   */
  const flights: Record<string, Flight | undefined> = Object.create(null)

  /** Who comes now may know of a write that what is on its way does not; those who wait already go on waiting. */
  function forget(login: string): void {
    for (const identity in flights) if (flights[identity]!.login === login) delete flights[identity]
  }

  const layer: Layer = (next) => {
    function sent(call: Call, identity: string): Promise<Answer> {
      const answer = next(call)
      const flight = { login: call.connection.login, answer, signal: call.signal, turn: answer, length: 0 }
      flights[identity] = flight
      const land = () => {
        if (flights[identity] === flight) delete flights[identity]
      }
      answer.then(land, land)
      return answer
    }

    async function shared(call: Call, identity: string): Promise<Answer> {
      const started = clock.now()
      for (;;) {
        const flight = flights[identity]
        if (!flight) return sent(call, identity)
        let answer: Answer
        try {
          answer = await flight.answer
        } catch (thrown) {
          if (!flight.signal?.aborted) throw asGatewayError(thrown).copy()
          continue
        } finally {
          call.trace.vendorMs = clock.now() - started
        }
        flight.length += answer.length
        if (flight.length > MOST_PER_TURN) {
          flight.turn = flight.turn.then(nextTurn)
          flight.length = answer.length
        }
        await flight.turn
        return answer
      }
    }

    return (call) => {
      if (!isRead(call) || call.isFresh) return next(call)
      const identity = identityOf(call)
      return flights[identity] ? shared(call, identity) : sent(call, identity)
    }
  }
  return { layer, forget }
}
