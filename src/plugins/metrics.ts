import fp from 'fastify-plugin'
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { CONNECTION_STATUSES, type ConnectionView } from '../contract/coverage.ts'
import type { Connection } from '../kernel/connection.ts'
import type { CallEvent } from '../kernel/layers/observe.ts'
import { remembered } from '../kernel/remembered.ts'
import { histogram, type Series } from './histogram.ts'

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

/** Numbers for Prometheus, named by OpenTelemetry's conventions where there is one. */
export interface Metrics {
  registry: Registry
  onRequest(labels: { method: string; route: string; status: number }, seconds: number): void
  onCall(event: CallEvent): void
  onReplay(): void
  /** Asked whenever somebody looks. */
  watchInFlight(counts: () => { inFlight: number; waiting: number }): void
  onTokenTrouble(reason: string): void
  watchStore(store: { isUp(): boolean; isStateWritable(): boolean; mayEvict: boolean }): void
  watchLog(isWritable: () => boolean): void
}

interface Count {
  labels: { vendor: string; connection: string }
  value: number
}

/** What the usual call of a connection counts for, found without putting names together. */
interface Known {
  attempts: Count
  successes: Map<string, Series>
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = histogram(registry, 'http_server_request_duration_seconds', 'Duration of requests to the gateway.', SECONDS)
  const calls = histogram(
    registry,
    'http_client_request_duration_seconds',
    'Duration of calls to vendors, waiting and retries included.',
    SECONDS,
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
  const replays = new Counter({
    name: 'fachada_replayed_answers_total',
    help: 'Writes that came again with their Idempotency-Key and got the answer of the first time.',
    registers,
  })
  const troubles = new Counter({
    name: 'fachada_token_troubles_total',
    help: 'Refreshes in the background that failed, and stored tokens that are not as they should be.',
    labelNames: ['reason'],
    registers,
  })
  /** 1 or 0, asked whenever somebody looks. */
  function watch(name: string, help: string, holds: () => boolean): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(Number(holds()))
      },
    })
  }

  const ofRequests = new Map<string, Series>()
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
  return {
    registry,
    onReplay: () => replays.inc(),
    onTokenTrouble: (reason) => troubles.labels(reason).inc(),
    onRequest({ method, route, status }, seconds) {
      const labels = () => ({ http_request_method: method, http_route: route, http_response_status_code: String(status) })
      requests.add(
        remembered(ofRequests, `${method} ${route} ${status}`, () => requests.series(labels())),
        seconds,
      )
    },
    onCall({ call, durationMs, error }) {
      const { connection, operation, trace } = call
      const { attempts, successes } = remembered(known, connection, knownOf)
      const series = error
        ? callsOf(connection, operation, error.kind)
        : remembered(successes, operation, () => callsOf(connection, operation, ''))
      calls.add(series, durationMs / 1_000)
      attempts.value += trace.attempts
      if (trace.waitedMs > 0) waits.labels(connection.vendor.id, connection.id).inc(trace.waitedMs / 1_000)
    },
    watchInFlight(counts) {
      new Gauge({
        name: 'fachada_vendor_calls',
        help: 'Calls to vendors: in flight, and waiting for a slot.',
        labelNames: ['state'],
        registers,
        collect() {
          const { inFlight, waiting } = counts()
          this.set({ state: 'in_flight' }, inFlight)
          this.set({ state: 'waiting' }, waiting)
        },
      })
    },
    watchStore(store) {
      watch('fachada_store_up', 'Whether the store that instances share can be used.', store.isUp)
      watch('fachada_state_writable', 'Whether what is to outlive the process beside the store is on the disk.', store.isStateWritable)
      new Gauge({
        name: 'fachada_store_may_evict',
        help: 'Whether the store may drop tokens when its memory is full: maxmemory-policy has to be noeviction.',
        registers,
      }).set(Number(store.mayEvict))
    },
    watchLog: (isWritable) => watch('fachada_log_writable', 'Whether log lines reach the output: 0 while they are lost.', isWritable),
  }
}

/** How connections are doing, told when somebody asks. What the store cannot tell now is left out. */
export function connectionGauges(registry: Registry, views: () => Promise<ConnectionView[]>): void {
  const registers = [registry]
  const labelNames = ['connection', 'vendor'] as const
  let asked: Promise<ConnectionView[]> | undefined
  // Once for all gauges, which are read at the same time.
  function viewsNow(): Promise<ConnectionView[]> {
    asked ??= views().finally(() => {
      asked = undefined
    })
    return asked
  }
  new Gauge({
    name: 'fachada_connection_status',
    help: '1 for the status that a connection has, 0 for the others.',
    labelNames: [...labelNames, 'status'],
    registers,
    async collect() {
      const all = await viewsNow()
      this.reset()
      for (const { id, vendor, status } of all) {
        for (const each of CONNECTION_STATUSES) this.set({ connection: id, vendor, status: each }, Number(each === status))
      }
    },
  })
  for (const member of ['limit', 'remaining'] as const) {
    new Gauge({
      name: `fachada_connection_budget_${member}`,
      help: `As \`budget.${member}\` of /connections.`,
      labelNames,
      registers,
      async collect() {
        const all = await viewsNow()
        this.reset()
        for (const { id, vendor, budget } of all) {
          const value = budget[member]
          if (value !== null) this.set({ connection: id, vendor }, value)
        }
      },
    })
  }
}

/** GET /metrics. Its scope counts as soon as there are clients. */
export const metricsRoute = fp<{ registry: Registry }>(
  async (app, { registry }) => {
    app.get('/metrics', { config: { scope: 'metrics' }, schema: { hide: true } }, async (_request, reply) => {
      reply.header('content-type', registry.contentType)
      return registry.metrics()
    })
  },
  { name: 'metrics', dependencies: ['access'] },
)
