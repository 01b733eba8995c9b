import type { Metric, Registry } from 'prom-client'

/** One series of a histogram. */
export interface Series {
  /** Values from `add`, those at most each bound counted; one place more for all. */
  counts: number[]
  sum: number
  labels: Record<string, string>
}

export interface Histogram {
  series(labels: Record<string, string>): Series
  add(series: Series, value: number): void
}

/**
 * A histogram that prom-client publishes and does not count: its own finds the series by a hash of the labels each time, which costs
 * more than all else that is done for a metric. Counting here is an addition.
 */
export function histogram(registry: Registry, name: string, help: string, bounds: readonly number[]): Histogram {
  const all: Series[] = []

  const values = ({ counts, sum, labels }: Series) => {
    let below = 0
    const buckets = counts.map((count, index) => {
      below += count
      return {
        metricName: `${name}_bucket`,
        labels: { ...labels, le: index < bounds.length ? String(bounds[index]) : '+Inf' },
        value: below,
      }
    })
    return [...buckets, { metricName: `${name}_sum`, labels, value: sum }, { metricName: `${name}_count`, labels, value: below }]
  }

  registry.registerMetric({
    name,
    get: async () => ({ name, help, type: 'histogram', values: all.flatMap(values), aggregator: 'sum' }),
    reset: () => {
      all.length = 0
    },
  } as unknown as Metric)

  return {
    series(labels) {
      const series = { counts: Array<number>(bounds.length + 1).fill(0), sum: 0, labels }
      all.push(series)
      return series
    },
    add(series, value) {
      let place = 0
      while (place < bounds.length && value > bounds[place]!) place += 1
      series.counts[place]! += 1
      series.sum += value
    },
  }
}
