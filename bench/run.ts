import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { chart } from './chart.ts'
import { expressRoute, gateway, handwritten, nginx, nginxVersion, relay, SCENARIOS, startRedis, startVendor } from './contestants.ts'
import type { Ask } from './load.ts'
import { startLoader } from './loader.ts'
import { coldStart, exported, latency, type Running, running, shortcuts, throughput } from './measure.ts'
import { root, stopAll } from './processes.ts'
import { type Results, render } from './report.ts'
import { assertSameData } from './same.ts'
import { ACCESS_TOKEN, CACHED, CONNECTION, LARGE, SLOW } from './settings.ts'

// Measures the gateway against what one would write or run instead: `node bench/run.ts`, or with --quick a short run that writes nothing.

interface Plan {
  rounds: number
  seconds: number
  warmUpSeconds: number
  latencySeconds: number
  coldStarts: number
}

const isQuick = process.argv.includes('--quick')
/** Many short rounds: a shared machine is twice as fast at one time as at another, and who is compared has to meet the same times. */
const plan: Plan = isQuick
  ? { rounds: 3, seconds: 1, warmUpSeconds: 1, latencySeconds: 1, coldStarts: 1 }
  : { rounds: 15, seconds: 1, warmUpSeconds: 20, latencySeconds: 1, coldStarts: 5 }
/** As many calls as the gateway lets out for one connection: with more, what is measured is the waiting that it promises. */
const CONNECTIONS = 16
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
  for (const scenario of SCENARIOS) {
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
  const targets = contestants
    .slice(0, 3)
    .map(({ name, url, headers, asks }) => ({ name, url, headers, paths: asks.single.map(({ path }) => path) }))
  const delays = await latency([direct, ...targets], loader, { rounds: plan.rounds, seconds: plan.latencySeconds, perSecond: PER_SECOND })

  tell('six connections in one list')
  const [first] = contestants as [Running]
  const slowest = SLOW.at(-1)!
  const alone = {
    name: 'the slowest of six vendors',
    url: direct.url,
    headers: direct.headers,
    paths: [`${slowest.prefix}/api/v1/contatos`],
  }
  const six = { ...first, paths: [`/customers?limit=200&connection=${SLOW.map(({ connection }) => connection).join(',')}`] }
  const federation = await latency([alone, { ...six, name: 'gateway, list over six' }], loader, {
    rounds: plan.rounds,
    seconds: plan.latencySeconds,
    perSecond: 10,
  })

  tell('cached, unchanged and equal reads')
  const [kept, same] = [CACHED, CONNECTION].map((connection): Ask[] => [{ method: 'GET', path: `/customers/${connection}:1` }])
  const tag = (await fetch(first.url + kept![0]!.path, { headers: first.headers })).headers.get('etag') ?? ''
  const ways = await shortcuts(
    first,
    loader,
    [
      { name: 'read from the cache', asks: kept!, headers: first.headers, status: 200 },
      { name: 'read from the cache, 304', asks: kept!, headers: { ...first.headers, 'if-none-match': tag }, status: 304 },
      { name: 'equal reads at the same time', asks: same!, headers: first.headers, status: 200 },
    ],
    { rounds: plan.rounds, seconds: plan.seconds, connections: CONNECTIONS },
  )

  tell('export')
  // A process of its own, so that its memory tells of the export alone; a short one first, so that the code is there.
  const exporter = await running(gateway('gateway, export', folder, vendor.url))
  await exported(exporter, loader, `/customers?connection=${SLOW[0]!.connection}`)
  const wholeExport = await exported(exporter, loader, `/customers?connection=${LARGE.connection}`)

  return {
    federation,
    shortcuts: ways,
    wholeExport,
    gateways: [withMemory.name, withRedis.name],
    others,
    mapping: others.filter(({ maps }) => maps).map(({ name }) => name),
    throughput: speeds,
    latency: delays,
    coldStart: started,
    nginx: version,
    load: load ?? 0,
    rounds: plan.rounds,
    seconds: plan.seconds,
    warmUpSeconds: plan.warmUpSeconds,
    connections: CONNECTIONS,
  }
}

try {
  const results = await measured()
  const page = render(results)
  process.stdout.write(page)
  if (!isQuick) {
    writeFileSync(join(root, 'bench', 'RESULTS.md'), page)
    writeFileSync(join(root, 'bench', 'RESULTS.svg'), chart(results.throughput, results.gateways, results.mapping))
  }
} finally {
  await cleanUp()
}
