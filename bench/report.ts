import { readFileSync } from 'node:fs'
import { cpus, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { type Contestant, SCENARIOS, type Scenario } from './contestants.ts'
import type { ExportResult, Latency, Rounds } from './measure.ts'
import { ratios, type Spread, spread } from './numbers.ts'
import { root } from './processes.ts'

export interface Results {
  /** Name of the gateway as measured, with each store. */
  gateways: string[]
  /** (a), (b), (c) and, where it is installed, (d). */
  others: Pick<Contestant, 'name'>[]
  /** Those of them that answer with our records. */
  mapping: string[]
  throughput: Map<Scenario, Map<string, Rounds>>
  latency: Map<string, Latency>
  coldStart: Map<string, number[]>
  /** The slowest vendor alone, and the list that has it in it. */
  federation: Map<string, Latency>
  shortcuts: Map<string, Rounds>
  wholeExport: ExportResult
  nginx: string | undefined
  /** What else ran: the load average of the minute before. */
  load: number
  rounds: number
  seconds: number
  warmUpSeconds: number
  connections: number
}

const GOALS: Record<Scenario, Record<string, number>> = { single: { a: 0.85, b: 1, c: 1.5 }, list: { a: 0.85, c: 1.5 }, create: {} }
const TITLES: Record<Scenario, string> = {
  single: 'Single read: GET /customers/{id}',
  list: 'List of 50: GET /customers?limit=50',
  create: 'Create: POST /customers, its record read back',
}
const PACKAGES = ['fastify', 'undici', '@fastify/http-proxy', 'express', 'axios', 'ioredis', 'autocannon']

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
const table = (head: readonly string[], rows: readonly string[][]) => [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')
const ranged = ({ median, least, most }: Spread, places: number) =>
  `${median.toFixed(places)} (${least.toFixed(places)}–${most.toFixed(places)})`

const version = (name: string) =>
  (JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version

function machine({ nginx, load }: Results): string {
  const [cpu] = cpus()
  return [
    `- ${cpu?.model ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}`,
    `- Node ${process.versions.node}, ${PACKAGES.map((name) => `${name} ${version(name)}`).join(', ')}`,
    `- load average of the minute before: ${load.toFixed(1)} (0 is a machine of its own; above that the spread is wide)`,
    `- ${nginx ?? 'nginx is not installed, so (d) is absent'}`,
  ].join('\n')
}

/** `a` of "(a) hand-written route". */
const letterOf = (name: string) => name.charAt(1)

function throughputTables({ throughput, gateways, others }: Results, scenario: Scenario): string {
  const rounds = throughput.get(scenario)!
  const speeds = [...rounds].map(([name, { perSecond, cpuMicros }]) => [
    name,
    ranged(spread(perSecond), 0),
    cpuMicros.length > 0 ? ranged(spread(cpuMicros), 0) : 'not known',
  ])
  const compared = gateways.flatMap((gateway) =>
    others
      .filter(({ name }) => rounds.has(name))
      .map(({ name }) => {
        const goal = GOALS[scenario][letterOf(name)]
        const ratio = ratios(rounds.get(gateway)!.perSecond, rounds.get(name)!.perSecond)
        const cpu = ratios(rounds.get(name)!.cpuMicros, rounds.get(gateway)!.cpuMicros)
        return [
          gateway,
          name,
          ranged(ratio, 2),
          Number.isNaN(cpu.median) ? 'not known' : ranged(cpu, 2),
          goal ? `≥ ${goal.toFixed(2)}` : '',
        ]
      }),
  )
  return [
    `## ${TITLES[scenario]}`,
    table(['', 'requests per second', 'µs of its own processor time per request'], speeds),
    table(['', 'against', 'ratio of throughput', 'ratio by processor time', 'goal'], compared),
  ].join('\n\n')
}

function latencyTable({ latency }: Results): string {
  const rows = [...latency].map(([name, { p50Ms, p99Ms, addedMs }]) => [name, ranged(p50Ms, 2), p99Ms.toFixed(2), ranged(addedMs, 2)])
  return `## Latency of a single read at 100 calls per second\n\n${table(['', 'p50 ms', 'p99 ms', 'added at p50, ms (goal ≤ 0.5)'], rows)}`
}

function coldStartTable({ coldStart, others, gateways }: Results): string {
  const handwritten = coldStart.get(others[0]!.name)!
  const rows = [...coldStart].map(([name, times]) => [
    name,
    ranged(spread(times), 0),
    gateways.includes(name) ? ranged(ratios(times, handwritten), 2) : '',
  ])
  return `## Cold start: from starting the process to the first answer\n\nThe gateway keeps what Node compiled of it for its next start (\`src/start.ts\`): the most is about a start that finds nothing.\n\n${table(['', 'ms', 'ratio to (a) (goal ≤ 2)'], rows)}`
}

function federationTable({ federation }: Results): string {
  const rows = [...federation].map(([name, { p50Ms, p99Ms, addedMs }]) => [name, ranged(p50Ms, 1), p99Ms.toFixed(1), ranged(addedMs, 1)])
  return `## One list over six connections, 180 records\n\n${table(['', 'p50 ms', 'p99 ms', 'above the slowest at p50, ms (goal ≤ 5)'], rows)}`
}

function shortcutsTable({ shortcuts }: Results): string {
  const rows = [...shortcuts].map(([name, { perSecond, cpuMicros }]) => [
    name,
    ranged(spread(perSecond), 0),
    cpuMicros.length > 0 ? ranged(spread(cpuMicros), 0) : 'not known',
  ])
  return `## Reads that need no vendor call of their own\n\n${table(['gateway, memory', 'requests per second', 'µs of its own processor time per request'], rows)}`
}

function exportTable({ wholeExport: { lines, perSecond, memory } }: Results): string {
  const grown = memory
    ? `${memory.before.toFixed(0)} → ${memory.most.toFixed(0)}, ${(memory.most - memory.before).toFixed(0)} more`
    : 'not known'
  const head = ['records', 'records per second', 'resident memory, MiB (goal: at most 64 more)']
  return `## Export of an account\n\n${table(head, [[String(lines), perSecond.toFixed(0), grown]])}`
}

const explanation = ({
  rounds,
  seconds,
  warmUpSeconds,
  connections,
}: Results) => `Medians over ${rounds} interleaved rounds of ${seconds} s with ${connections} connections, least and most in parentheses. Ratios are taken round by round.
Each was loaded for ${warmUpSeconds} s before the rounds of a scenario: so long V8 goes on compiling what is used.
The gateway has everything on: key check, limits (lifted so that they never hold a call back), tokens, validation, logs at info into a file, metrics.
Before anything is measured, the gateway, (a) and (c) are seen to answer with the same \`data\`, byte for byte.

What the numbers mean: the load, the vendor, Redis and the contestant share the machine's cores. At saturation the contestant's one thread is busy all
the time where the rest fits beside it; where it does not, throughput tells of the whole machine. Processor time per request counts the
contestant's process alone, whatever ran beside it, and is the steadier number on a busy machine; the work that Redis does is in its throughput only.
Absolute numbers are of this machine; ratios are what carries over.`

export function render(results: Results): string {
  return `${[
    '# Results of the bench',
    '`npm run bench` writes this page.',
    machine(results),
    explanation(results),
    ...SCENARIOS.map((scenario) => throughputTables(results, scenario)),
    latencyTable(results),
    federationTable(results),
    shortcutsTable(results),
    exportTable(results),
    coldStartTable(results),
  ].join('\n\n')}\n`
}
