import autocannon from 'autocannon'
import { Client } from 'undici'

// The process that asks: all load comes from here, one job after another.

/** One request; a body is JSON. */
export interface Ask {
  method: 'GET' | 'POST'
  path: string
  body?: string
}

export interface ThroughputJob {
  kind: 'throughput'
  url: string
  asks: readonly Ask[]
  headers: Record<string, string>
  connections: number
  seconds: number
  /** What each answer has to be; 200 when absent. */
  status?: number
}

export interface ExportJob {
  kind: 'export'
  url: string
  path: string
  headers: Record<string, string>
}

export interface LatencyJob {
  kind: 'latency'
  url: string
  paths: readonly string[]
  headers: Record<string, string>
  perSecond: number
  seconds: number
}

export interface Throughput {
  requests: number
  perSecond: number
}

export interface Latencies {
  /** Milliseconds from the first byte asked to the last one read, in the order asked. */
  durationsMs: number[]
}

export interface Exported {
  lines: number
  durationMs: number
}

export type Job = ThroughputJob | LatencyJob | ExportJob

const run = (job: Job) => (job.kind === 'throughput' ? throughput(job) : job.kind === 'latency' ? latency(job) : exported(job))

/**
 * Each connection goes round asks of its own, where there are enough, so that what is asked at the same time is not the same. That each begins
 * elsewhere is not enough: two that meet once share an answer, and go on together.
 */
async function throughput({ url, asks, headers, connections, seconds, status = 200 }: ThroughputJob): Promise<Throughput> {
  const requests = asks.map((ask) => ({ ...ask, headers: ask.body ? { ...headers, 'content-type': 'application/json' } : headers }))
  let clients = 0
  const setupClient = (client: autocannon.Client) => {
    const own = clients
    clients += 1
    client.setRequests(requests.length < connections ? [...requests] : requests.filter((_request, index) => index % connections === own))
  }
  const result = await autocannon({ url, connections, duration: seconds, requests, setupClient })
  const expected = result.statusCodeStats[status]?.count ?? 0
  const others = result.requests.total - expected
  if (others > 0 || result.errors > 0) throw new Error(`${others} answers were not ${status}, ${result.errors} failed`)
  return { requests: expected, perSecond: expected / result.duration }
}

/** Lines of an export, read as fast as they come. */
async function exported({ url, path, headers }: ExportJob): Promise<Exported> {
  const client = new Client(url)
  const started = performance.now()
  const { statusCode, body } = await client.request({ path, method: 'GET', headers })
  if (statusCode !== 200) throw new Error(`status ${statusCode}`)
  let lines = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines += 1
  }
  await client.close()
  return { lines, durationMs: performance.now() - started }
}

/** One call at a time, at fixed moments: nothing queues, so that what is measured is the way itself. */
async function latency({ url, paths, headers, perSecond, seconds }: LatencyJob): Promise<Latencies> {
  const client = new Client(url)
  const durationsMs: number[] = []
  const began = performance.now()
  for (let index = 0; index < perSecond * seconds; index += 1) {
    const due = began + (index * 1_000) / perSecond
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
    const started = performance.now()
    const { statusCode, body } = await client.request({ path: paths[index % paths.length]!, method: 'GET', headers })
    await body.arrayBuffer()
    durationsMs.push(performance.now() - started)
    if (statusCode !== 200) throw new Error(`status ${statusCode}`)
  }
  await client.close()
  return { durationsMs }
}

process.on('message', async (job: Job) => {
  try {
    process.send?.({ result: await run(job) })
  } catch (error) {
    process.send?.({ failure: String(error) })
  }
})
