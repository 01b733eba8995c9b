import autocannon from 'autocannon'
import { Client } from 'undici'

// The process that asks: all load comes from here, one job after another.

export interface ThroughputJob {
  kind: 'throughput'
  url: string
  paths: readonly string[]
  headers: Record<string, string>
  connections: number
  seconds: number
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

export type Job = ThroughputJob | LatencyJob

async function throughput({ url, paths, headers, connections, seconds }: ThroughputJob): Promise<Throughput> {
  const requests = paths.map((path) => ({ method: 'GET' as const, path, headers }))
  const result = await autocannon({ url, connections, duration: seconds, requests })
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} answers were no success, ${result.errors} failed`)
  return { requests: result['2xx'], perSecond: result['2xx'] / result.duration }
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
    process.send?.({ result: await (job.kind === 'throughput' ? throughput(job) : latency(job)) })
  } catch (error) {
    process.send?.({ failure: String(error) })
  }
})
