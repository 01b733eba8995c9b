import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expressRoute, gateway, handwritten, nginx, nginxVersion, relay, type Scenario, startRedis, startVendor } from './contestants.ts'
import { startLoader } from './loader.ts'
import { coldStart, latency, type Running, running, throughput } from './measure.ts'
import { root, stopAll } from './processes.ts'
import { type Results, render } from './report.ts'
import { assertSameData } from './same.ts'
import { ACCESS_TOKEN } from './settings.ts'

// Measures the gateway against what one would write or run instead: `node bench/run.ts`, or with --quick a short run that writes nothing.

interface Plan {
  rounds: number
  seconds: number
  warmUpSeconds: number
  latencySeconds: number
  coldStarts: number
}

const isQuick = process.argv.includes('--quick')
const plan: Plan = isQuick
  ? { rounds: 2, seconds: 1, warmUpSeconds: 1, latencySeconds: 1, coldStarts: 1 }
  : { rounds: 5, seconds: 3, warmUpSeconds: 3, latencySeconds: 3, coldStarts: 5 }
const CONNECTIONS = 32
const PER_SECOND = 100

const folder = mkdtempSync(join(tmpdir(), 'fachada-bench-'))
const loader = startLoader()

async function cleanUp(): Promise<void> {
  loader.stop()
  await stopAll()
  rmSync(folder, { recursive: true, force: true })
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => cleanUp().then(() => process.exit(1)))

const tell = (text: string) => process.stderr.write(`${text}\n`)

async function measured(): Promise<Results> {
  const [load] = loadavg()
  const vendor = await startVendor(folder)
  const redis = await startRedis(folder)
  const withMemory = gateway('gateway, memory', folder, vendor.url)
  const withRedis = gateway('gateway, Redis', folder, vendor.url, redis.url)
  const version = nginxVersion()
  const others = [
    handwritten(folder, vendor.url),
    relay(folder, vendor.url),
    expressRoute(folder, vendor.url),
    ...(version ? [nginx(folder, vendor.url)] : []),
  ]

  tell('cold start')
  const started = await coldStart([withMemory, withRedis, others[0]!], plan.coldStarts)

  const contestants: Running[] = []
  for (const contestant of [withMemory, withRedis, ...others]) contestants.push(await running(contestant))
  await assertSameData(contestants)

  const speeds: Results['throughput'] = new Map()
  for (const scenario of ['single', 'list'] satisfies Scenario[]) {
    tell(`throughput: ${scenario}`)
    speeds.set(scenario, await throughput(contestants, loader, { scenario, connections: CONNECTIONS, ...plan }))
  }

  tell('latency')
  const direct = {
    name: 'the vendor itself',
    url: new URL(vendor.url).origin,
    headers: { authorization: `Bearer ${ACCESS_TOKEN}` },
    paths: ['/api/v1/contatos/1'],
  }
  const targets = contestants.slice(0, 3).map(({ name, url, headers, paths }) => ({ name, url, headers, paths: paths.single }))
  const delays = await latency([direct, ...targets], loader, { rounds: plan.rounds, seconds: plan.latencySeconds, perSecond: PER_SECOND })

  return {
    gateways: [withMemory.name, withRedis.name],
    others,
    throughput: speeds,
    latency: delays,
    coldStart: started,
    nginx: version,
    load: load ?? 0,
    rounds: plan.rounds,
    seconds: plan.seconds,
    connections: CONNECTIONS,
  }
}

try {
  const page = render(await measured())
  process.stdout.write(page)
  if (!isQuick) writeFileSync(join(root, 'bench', 'RESULTS.md'), page)
} finally {
  await cleanUp()
}
