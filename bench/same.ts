import { SCENARIOS } from './contestants.ts'
import type { Ask } from './load.ts'
import type { Running } from './measure.ts'

async function data({ url, headers }: Running, { method, path, body }: Ask): Promise<string> {
  const response = await fetch(url + path, {
    method,
    body: body ?? null,
    headers: body ? { ...headers, 'content-type': 'application/json' } : headers,
  })
  const { data } = (await response.json()) as { data: unknown }
  return JSON.stringify(data)
}

/** Where two texts part, with what is around it. */
function difference(one: string, other: string): string {
  let at = 0
  while (one[at] === other[at] && at < one.length) at += 1
  return `at ${at}: ${one.slice(Math.max(0, at - 60), at + 60)} | ${other.slice(Math.max(0, at - 60), at + 60)}`
}

/** Every contestant that maps answers with the same `data`, byte for byte, or the measure means nothing. */
export async function assertSameData(contestants: readonly Running[]): Promise<void> {
  const [first, ...others] = contestants.filter(({ maps }) => maps)
  for (const scenario of SCENARIOS) {
    for (const ask of first!.asks[scenario]) {
      const expected = await data(first!, ask)
      for (const other of others) {
        const given = await data(other, ask)
        if (given !== expected) throw new Error(`${other.name} and ${first!.name} differ in ${ask.path} ${difference(given, expected)}`)
      }
    }
  }
}
