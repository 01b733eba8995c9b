import type { Contestant, Scenario } from './contestants.ts'
import type { Ask } from './load.ts'
import type { Loader } from './loader.ts'
import { quantile, type Spread, spread } from './numbers.ts'
import { freePort, ready, type Started } from './processes.ts'

export interface Running extends Contestant {
  url: string
  process: Started
}

export async function running(contestant: Contestant): Promise<Running> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const started = await contestant.launch(port)
  await ready(started, url + contestant.asks.single[0]!.path, contestant.headers)
  return { ...contestant, url, process: started }
}

/** What one contestant did in each round. */
export interface Rounds {
  perSecond: number[]
  /** Processor time of its own process for one request, in microseconds. */
  cpuMicros: number[]
}

export interface ThroughputPlan {
  scenario: Scenario
  rounds: number
  seconds: number
  warmUpSeconds: number
  connections: number
}

const STATUS: Record<Scenario, number> = { single: 200, list: 200, create: 201 }

/** In every round each one that can is loaded once; who comes first moves on, so that no one always follows the same other. */
export async function throughput(all: readonly Running[], loader: Loader, plan: ThroughputPlan): Promise<Map<string, Rounds>> {
  const { scenario, rounds, seconds, warmUpSeconds, connections } = plan
  const contestants = all.filter(({ asks }) => asks[scenario].length > 0)
  const load = ({ url, asks, headers }: Running, forSeconds: number) =>
    loader.throughput({ url, asks: asks[scenario], headers, connections, seconds: forSeconds, status: STATUS[scenario] })
  const results = new Map(contestants.map(({ name }): [string, Rounds] => [name, { perSecond: [], cpuMicros: [] }]))
  for (const contestant of contestants) await load(contestant, warmUpSeconds)
  for (let round = 0; round < rounds; round += 1) {
    for (let index = 0; index < contestants.length; index += 1) {
      const contestant = contestants[(index + round) % contestants.length]!
      const before = contestant.process.cpuMs()
      const { requests, perSecond } = await load(contestant, seconds)
      const after = contestant.process.cpuMs()
      const { perSecond: speeds, cpuMicros } = results.get(contestant.name)!
      speeds.push(perSecond)
      if (before !== undefined && after !== undefined) cpuMicros.push(((after - before) * 1_000) / requests)
    }
  }
  return results
}

export interface LatencyPlan {
  rounds: number
  seconds: number
  perSecond: number
}

export interface Latency {
  p50Ms: Spread
  p99Ms: number
  /** The p50 of a round less the direct call's p50 of the same round; of the direct call itself it is 0. */
  addedMs: Spread
}

interface Target {
  name: string
  url: string
  headers: Record<string, string>
  paths: readonly string[]
}

/** Single reads at a steady pace; the first target is the direct call that the others are held against. */
export async function latency(
  targets: readonly Target[],
  loader: Loader,
  { rounds, seconds, perSecond }: LatencyPlan,
): Promise<Map<string, Latency>> {
  const medians = new Map(targets.map(({ name }): [string, number[]] => [name, []]))
  const all = new Map(targets.map(({ name }): [string, number[]] => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    for (let index = 0; index < targets.length; index += 1) {
      const { name, ...target } = targets[(index + round) % targets.length]!
      const { durationsMs } = await loader.latency({ ...target, seconds, perSecond })
      // The first calls of a round pay for connecting.
      const sorted = durationsMs.slice(5).sort((one, other) => one - other)
      medians.get(name)!.push(quantile(sorted, 0.5))
      all.get(name)!.push(...sorted)
    }
  }
  const direct = medians.get(targets[0]!.name)!
  return new Map(
    targets.map(({ name }) => {
      const own = medians.get(name)!
      const sorted = all.get(name)!.sort((one, other) => one - other)
      return [name, { p50Ms: spread(own), p99Ms: quantile(sorted, 0.99), addedMs: spread(own.map((p50, round) => p50 - direct[round]!)) }]
    }),
  )
}

/** What the gateway alone can do: the same single reads in other ways. */
export interface Shortcut {
  name: string
  asks: readonly Ask[]
  headers: Record<string, string>
  status: number
}

/** Each shortcut in turn, round by round. */
export async function shortcuts(
  gateway: Running,
  loader: Loader,
  ways: readonly Shortcut[],
  { rounds, seconds, connections }: Pick<ThroughputPlan, 'rounds' | 'seconds' | 'connections'>,
): Promise<Map<string, Rounds>> {
  const results = new Map(ways.map(({ name }): [string, Rounds] => [name, { perSecond: [], cpuMicros: [] }]))
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, asks, headers, status } of ways) {
      const before = gateway.process.cpuMs()
      const { requests, perSecond } = await loader.throughput({ url: gateway.url, asks, headers, connections, seconds, status })
      const after = gateway.process.cpuMs()
      const { perSecond: speeds, cpuMicros } = results.get(name)!
      speeds.push(perSecond)
      if (before !== undefined && after !== undefined) cpuMicros.push(((after - before) * 1_000) / requests)
    }
  }
  return results
}

export interface ExportResult {
  lines: number
  perSecond: number
  /** Resident memory before, and the most of it during the export, in MiB; undefined where the system does not tell. */
  memory: { before: number; most: number } | undefined
}

/** One export from beginning to end. */
export async function exported(gateway: Running, loader: Loader, path: string): Promise<ExportResult> {
  const before = gateway.process.memoryMiB()?.now
  const headers = { ...gateway.headers, accept: 'application/x-ndjson' }
  const { lines, durationMs } = await loader.exported({ url: gateway.url, path, headers })
  const most = gateway.process.memoryMiB()?.most
  return {
    lines,
    perSecond: (lines * 1_000) / durationMs,
    memory: before !== undefined && most !== undefined ? { before, most } : undefined,
  }
}

/**
 * Milliseconds from starting the process to its first answered single read, each contestant in turn. They are stopped as an operator stops them,
 * so that what one keeps for its next start is there then.
 */
export async function coldStart(contestants: readonly Contestant[], times: number): Promise<Map<string, number[]>> {
  const results = new Map(contestants.map(({ name }): [string, number[]] => [name, []]))
  for (let round = 0; round < times; round += 1) {
    for (const { name, launch, asks, headers } of contestants) {
      const port = await freePort()
      const began = performance.now()
      const started = await launch(port)
      await ready(started, `http://127.0.0.1:${port}${asks.single[0]!.path}`, headers)
      results.get(name)!.push(performance.now() - began)
      await started.stop('gently')
    }
  }
  return results
}
