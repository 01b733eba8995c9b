import fp from 'fastify-plugin'
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import type { CallEvent } from '../kernel/layers/observe.ts'
import { remembered } from '../kernel/remembered.ts'

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

/** Numbers for Prometheus, named by OpenTelemetry's conventions where there is one. */
export interface Metrics {
  registry: Registry
  onRequest(labels: { method: string; route: string; status: number }, seconds: number): void
  onCall(event: CallEvent): void
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Duration of requests to the gateway.',
    labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
    buckets: SECONDS,
    registers,
  })
  const calls = new Histogram({
    name: 'http_client_request_duration_seconds',
    help: 'Duration of calls to vendors, waiting and retries included.',
    labelNames: ['vendor', 'connection', 'operation', 'error_type'],
    buckets: SECONDS,
    registers,
  })
  const attempts = new Counter({
    name: 'fachada_vendor_attempts_total',
    help: 'Requests sent to vendors, each attempt counted.',
    labelNames: ['vendor', 'connection'],
    registers,
  })
  const waits = new Counter({
    name: 'fachada_permit_wait_seconds_total',
    help: "Time spent waiting for vendors' rate limits.",
    labelNames: ['vendor', 'connection'],
    registers,
  })
  // Finding a series by its labels costs more than counting in it.
  const ofRequests = new Map<string, Histogram.Internal<string>>()
  const ofCalls = new Map<string, Histogram.Internal<string>>()
  const ofAttempts = new Map<string, Counter.Internal>()
  return {
    registry,
    onRequest({ method, route, status }, seconds) {
      remembered(ofRequests, `${method} ${route} ${status}`, () => requests.labels(method, route, String(status))).observe(seconds)
    },
    onCall({ call, durationMs, error }) {
      const { connection, operation, trace } = call
      const { vendor, id } = connection
      const kind = error?.kind ?? ''
      remembered(ofCalls, `${id} ${operation} ${kind}`, () => calls.labels(vendor.id, id, operation, kind)).observe(durationMs / 1_000)
      remembered(ofAttempts, id, () => attempts.labels(vendor.id, id)).inc(trace.attempts)
      if (trace.waitedMs > 0) waits.labels(vendor.id, id).inc(trace.waitedMs / 1_000)
    },
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
