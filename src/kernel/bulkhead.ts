import type { Call } from './call.ts'
import type { Clock } from './clock.ts'
import type { Connection } from './connection.ts'
import { heldBack } from './held-back.ts'
import { remembered } from './remembered.ts'

/** Half of what a host gets, so that one connection that hangs leaves the other half. A vendor may want less. */
const PER_CONNECTION = 16
/** As many as transport.ts opens sockets to one origin: nobody waits there with a permit that grows old. */
const PER_HOST = 32
/** In flight or waiting for a slot. */
const PER_PROCESS = 512
const WAITING_PER_CONNECTION = 64
const COME_BACK_MS = 1_000

/** Slots for calls in flight. Who enters must leave, whatever comes of the call. */
export interface Bulkhead {
  /** Takes a slot where there is one. */
  tryEnter(call: Call): boolean
  /** Waits in line for a slot, and holds it then; refuses where the line is too long or does not move. */
  enter(call: Call): Promise<void>
  leave(call: Call): void
  /** Calls of the whole process. */
  counts(): { inFlight: number; waiting: number }
}

interface Host {
  inFlight: number
  line: Waiter[]
}

interface Lane {
  host: Host
  most: number
  inFlight: number
  waiting: number
}

interface Waiter {
  lane: Lane
  go(): void
}

const full = () => heldBack('Too many calls to the vendor are under way.', COME_BACK_MS)

/** Bounds the calls in flight for each connection, each vendor host and the process, so that what hangs somewhere is not felt elsewhere. */
export function createBulkhead(clock: Clock): Bulkhead {
  const lanes = new WeakMap<Connection, Lane>()
  const hosts = new Map<string, Host>()
  let inFlight = 0
  let waiting = 0

  function laneFor({ baseUrl, vendor }: Connection): Lane {
    const host = remembered(hosts, new URL(baseUrl).origin, (): Host => ({ inFlight: 0, line: [] }))
    return { host, most: vendor.limits.concurrency ?? PER_CONNECTION, inFlight: 0, waiting: 0 }
  }

  const laneOf = ({ connection }: Call) => remembered(lanes, connection, laneFor)

  const hasRoom = (lane: Lane) => lane.inFlight < lane.most && lane.host.inFlight < PER_HOST

  function count(lane: Lane, by: 1 | -1): void {
    lane.inFlight += by
    lane.host.inFlight += by
    inFlight += by
  }

  return {
    tryEnter(call) {
      const lane = laneOf(call)
      if (!hasRoom(lane) || inFlight + waiting >= PER_PROCESS) return false
      count(lane, 1)
      return true
    },
    enter(call) {
      const lane = laneOf(call)
      const { line } = lane.host
      return new Promise((resolve, reject) => {
        if (lane.waiting >= WAITING_PER_CONNECTION || inFlight + waiting >= PER_PROCESS) return reject(full())
        const settle = () => {
          clearTimeout(timer)
          call.signal?.removeEventListener('abort', abandon)
          lane.waiting -= 1
          waiting -= 1
        }
        const waiter: Waiter = {
          lane,
          go() {
            settle()
            count(lane, 1)
            resolve()
          },
        }
        const giveUp = (reason: unknown) => {
          line.splice(line.indexOf(waiter), 1)
          settle()
          reject(reason)
        }
        const abandon = () => giveUp(call.signal?.reason)
        // The other half of its time is what a slow vendor needs to answer.
        const timer = setTimeout(() => giveUp(full()), (call.deadline - clock.now()) / 2)
        call.signal?.addEventListener('abort', abandon)
        line.push(waiter)
        lane.waiting += 1
        waiting += 1
      })
    },
    leave(call) {
      const lane = laneOf(call)
      const { line } = lane.host
      count(lane, -1)
      const next = line.findIndex((waiter) => hasRoom(waiter.lane))
      if (next >= 0) line.splice(next, 1)[0]!.go()
    },
    counts: () => ({ inFlight, waiting }),
  }
}
