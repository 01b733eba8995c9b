import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { Exported, ExportJob, Job, Latencies, LatencyJob, Throughput, ThroughputJob } from './load.ts'
import { environment, root } from './processes.ts'

interface Reply {
  result?: unknown
  failure?: string
}

/** The process that makes the load, asked for one job at a time. */
export interface Loader {
  throughput(job: Omit<ThroughputJob, 'kind'>): Promise<Throughput>
  latency(job: Omit<LatencyJob, 'kind'>): Promise<Latencies>
  exported(job: Omit<ExportJob, 'kind'>): Promise<Exported>
  stop(): void
}

export function startLoader(): Loader {
  const child = fork(join(root, 'bench', 'load.ts'), { env: environment({}) })

  function run<T>(job: Job): Promise<T> {
    return new Promise((resolve, reject) => {
      const gone = () => reject(new Error('the load process ended'))
      child.once('exit', gone)
      child.once('message', ({ result, failure }: Reply) => {
        child.off('exit', gone)
        if (failure === undefined) resolve(result as T)
        else reject(new Error(failure))
      })
      child.send(job)
    })
  }

  return {
    throughput: (job) => run<Throughput>({ kind: 'throughput', ...job }),
    latency: (job) => run<Latencies>({ kind: 'latency', ...job }),
    exported: (job) => run<Exported>({ kind: 'export', ...job }),
    stop: () => child.kill('SIGKILL'),
  }
}
