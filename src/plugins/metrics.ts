import fp from 'fastify-plugin'
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { CONNECTION_STATUSES, type ConnectionView } from '../contract/coverage.ts'
import type { CallEvent } from '../kernel/layers/observe.ts'
import { remembered } from '../kernel/remembered.ts'
import { countCalls } from './count-calls.ts'
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

export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = histogram(registry, 'http_server_request_duration_seconds', 'Duration of requests to the gateway.', SECONDS)
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

  /** By route, method and status, found without putting names together. */
  const ofRequests = new Map<string, Map<string, Map<number, Series>>>()
  const none = <Key, Value>() => new Map<Key, Value>()
  return {
    registry,
    onCall: countCalls(registry, SECONDS),
    onReplay: () => replays.inc(),
    onTokenTrouble: (reason) => troubles.labels(reason).inc(),
    onRequest({ method, route, status }, seconds) {
      const ofMethod = remembered(remembered(ofRequests, route, none<string, Map<number, Series>>), method, none<number, Series>)
      const labels = () => ({ http_request_method: method, http_route: route, http_response_status_code: String(status) })
      const series = remembered(ofMethod, status, () => requests.series(labels()))
      requests.add(series, seconds)
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
