import { type Call, isRead, type Layer } from '../call.ts'
import type { Clock } from '../clock.ts'
import type { Connection } from '../connection.ts'
import { asGatewayError, GatewayError } from '../errors.ts'
import { heldBack } from '../held-back.ts'
import { remembered } from '../remembered.ts'

const SAMPLE_MS = 10_000
const FEWEST_CALLS = 10
const SHARE_OF_FAILURES = 0.5
const FAILED_CONNECTS = 5
const FIRST_OPEN_MS = 5_000
const LONGEST_OPEN_MS = 60_000
const JITTER = 0.1
/** While a probe is out; nobody knows for how long. */
const COME_BACK_MS = 1_000

/** What is known of one connection or one host. */
interface Circuit {
  name: string
  sampleEndsAt: number
  calls: number
  failures: number
  failedConnects: number
  /** 0: closed. Past it, one probe may go. */
  openUntil: number
  openMs: number
  /** The one call that tries whether it is well again. */
  probe: Call | undefined
}

export interface BreakerOptions {
  /** Told when nothing goes to a connection or host any more, and for how long. */
  onOpen?: (circuit: string, forMs: number) => void
  random?: () => number
}

/** Whether an error is the vendor's failure to serve at all; a 4xx, a 429 or a reader who left says nothing about that. */
function isFailure(call: Call, { kind, upstream }: GatewayError): boolean {
  if (call.signal?.reason instanceof GatewayError && call.signal.reason.kind === 'request_timeout') return false
  if (upstream?.status !== undefined && upstream.status < 500) return false
  return kind === 'vendor_error' || kind === 'bad_vendor_response' || kind === 'vendor_unavailable' || kind === 'vendor_timeout'
}

/**
 * Lets nothing out to a connection or a vendor host that keeps failing, so that nobody waits for it and it can recover. After a while one read
 * tries it; a write only where no read came for as long again, since a connection that is only written to would else stay shut for ever.
 * Each process knows for itself.
 */
export function breaker(clock: Clock, { onOpen, random = Math.random }: BreakerOptions = {}): Layer {
  const hosts = new Map<string, Circuit>()
  const circuits = new WeakMap<Connection, readonly Circuit[]>()

  const closed = (name: string): Circuit => ({
    name,
    sampleEndsAt: 0,
    calls: 0,
    failures: 0,
    failedConnects: 0,
    openUntil: 0,
    openMs: FIRST_OPEN_MS,
    probe: undefined,
  })

  function circuitsFor({ id, baseUrl }: Connection): readonly Circuit[] {
    const { host } = new URL(baseUrl)
    return [closed(id), remembered(hosts, host, closed)]
  }

  const circuitsOf = ({ connection }: Call) => remembered(circuits, connection, circuitsFor)

  /** How long nothing goes; 0 where this call may. */
  function closedForMs(circuit: Circuit, call: Call, now: number): number {
    if (circuit.openUntil === 0) return 0
    if (now < circuit.openUntil) return circuit.openUntil - now
    if (circuit.probe) return COME_BACK_MS
    return isRead(call) ? 0 : Math.max(0, circuit.openUntil + circuit.openMs - now)
  }

  function open(circuit: Circuit, now: number): void {
    const forMs = circuit.openMs * (1 - JITTER + 2 * JITTER * random())
    circuit.openUntil = now + forMs
    onOpen?.(circuit.name, forMs)
  }

  function judge(circuit: Circuit, failed: boolean): void {
    if (!failed) {
      Object.assign(circuit, closed(circuit.name))
      return
    }
    circuit.openMs = Math.min(LONGEST_OPEN_MS, circuit.openMs * 2)
    open(circuit, clock.now())
  }

  function count(circuit: Circuit, failed: boolean, unconnected: boolean): void {
    const now = clock.now()
    if (now >= circuit.sampleEndsAt) {
      circuit.sampleEndsAt = now + SAMPLE_MS
      circuit.calls = 0
      circuit.failures = 0
    }
    circuit.calls += 1
    if (failed) circuit.failures += 1
    circuit.failedConnects = unconnected ? circuit.failedConnects + 1 : 0
    const isBad = failed && circuit.calls >= FEWEST_CALLS && circuit.failures >= circuit.calls * SHARE_OF_FAILURES
    if (isBad || circuit.failedConnects >= FAILED_CONNECTS) open(circuit, now)
  }

  /** What was under way when a circuit opened tells it nothing new; only its probe does. */
  function tell(circuit: Circuit, call: Call, failed: boolean, unconnected: boolean): void {
    if (circuit.openUntil === 0) count(circuit, failed, unconnected)
    else if (circuit.probe === call) judge(circuit, failed)
  }

  return (next) => async (call) => {
    const levels = circuitsOf(call)
    const now = clock.now()
    let waitMs = 0
    for (const circuit of levels) waitMs = Math.max(waitMs, closedForMs(circuit, call, now))
    if (waitMs > 0) throw heldBack('The vendor has been failing, and is left alone for now.', waitMs)
    for (const circuit of levels) if (circuit.openUntil > 0) circuit.probe = call
    const asked = call.trace.attempts
    try {
      const answer = await next(call)
      for (const circuit of levels) tell(circuit, call, false, false)
      return answer
    } catch (thrown) {
      const error = asGatewayError(thrown)
      const failed = isFailure(call, error)
      // A call that never left, or whose reader did, says nothing either way.
      const isTold = call.trace.attempts > asked && (failed || error.upstream !== undefined)
      if (isTold) for (const circuit of levels) tell(circuit, call, failed, failed && error.unsent)
      throw error
    } finally {
      for (const circuit of levels) if (circuit.probe === call) circuit.probe = undefined
    }
  }
}
