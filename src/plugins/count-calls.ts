import { Counter, type Registry } from 'prom-client'
import type { Connection } from '../kernel/connection.ts'
import type { CallEvent } from '../kernel/layers/observe.ts'
import { remembered } from '../kernel/remembered.ts'
import { histogram, type Series } from './histogram.ts'

interface Count {
  labels: { vendor: string; connection: string }
  value: number
}

/** What the usual call of a connection counts for, found without putting names together. */
interface Known {
  attempts: Count
  successes: Map<string, Series>
}

/** Counts vendor calls: how long they took, how often they were sent, and how long they waited for permits. `bounds` are in seconds. */
export function countCalls(registry: Registry, bounds: readonly number[]): (event: CallEvent) => void {
  const registers = [registry]
  const calls = histogram(
    registry,
    'http_client_request_duration_seconds',
    'Duration of calls to vendors, waiting and retries included.',
    bounds,
  )
  const sent = new Map<string, Count>()
  new Counter({
    name: 'fachada_vendor_attempts_total',
    help: 'Requests sent to vendors, each attempt counted.',
    labelNames: ['vendor', 'connection'],
    registers,
    // Counted in plain numbers, and told when somebody asks.
    collect() {
      this.reset()
      for (const { labels, value } of sent.values()) this.inc(labels, value)
    },
  })
  const waits = new Counter({
    name: 'fachada_permit_wait_seconds_total',
    help: "Time spent waiting for vendors' rate limits.",
    labelNames: ['vendor', 'connection'],
    registers,
  })
  const ofCalls = new Map<string, Series>()
  const known = new WeakMap<Connection, Known>()

  // By name, since a connection that is changed goes on counting.
  const attemptsOf = ({ vendor, id }: Connection): Count =>
    remembered(sent, `${vendor.id} ${id}`, () => ({ labels: { vendor: vendor.id, connection: id }, value: 0 }))

  const callsOf = ({ vendor, id }: Connection, operation: string, kind: string): Series =>
    remembered(ofCalls, `${vendor.id} ${id} ${operation} ${kind}`, () =>
      calls.series({ vendor: vendor.id, connection: id, operation, error_type: kind }),
    )

  const knownOf = (connection: Connection): Known => ({ attempts: attemptsOf(connection), successes: new Map() })
  return ({ call, durationMs, error }) => {
    const { connection, operation, trace } = call
    const { attempts, successes } = remembered(known, connection, knownOf)
    const series = error
      ? callsOf(connection, operation, error.kind)
      : remembered(successes, operation, () => callsOf(connection, operation, ''))
    calls.add(series, durationMs / 1_000)
    attempts.value += trace.attempts
    if (trace.waitedMs > 0) waits.labels(connection.vendor.id, connection.id).inc(trace.waitedMs / 1_000)
  }
}
