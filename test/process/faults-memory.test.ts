import { afterEach, beforeEach, expect, it } from 'vitest'
import type { EgestorSandbox } from '../../src/sandbox/egestor/index.ts'
import { type Effect, gzipBomb, huge } from '../../src/sandbox/faults.ts'
import { isData } from '../support/faulty.ts'
import { connectionTo, startStore } from '../support/gateway.ts'
import { killAll, type Run, run } from '../support/process.ts'
import { temporaryFolder } from '../support/stores.ts'

const MEBIBYTE = 1_048_576
/** What two answers at once may take of 5 MiB on the wire and 20 MiB unpacked, and what the collector leaves for a while. */
const ROOM_BYTES = 160 * MEBIBYTE

let store: EgestorSandbox
let gateway: Run
let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  folder = await temporaryFolder()
  store = await startStore({ limit: null })
  gateway = await run({ folder: folder.path, config: { connections: [connectionTo('centro', store)] } })
})
afterEach(async () => {
  await killAll()
  await store.close()
  await folder.remove()
})

async function residentBytes(): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text()
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1])
}

const read = async () => (await fetch(`${gateway.url}/products/centro:1`)).status

it.each<[string, Effect]>([
  ['without end', huge('chunked')],
  ['of a gigabyte', huge('declared')],
  ['of a gigabyte that was packed', gzipBomb(1_024)],
])('bodies %s take no more memory than their bounds, one after the other or side by side (row 23)', async (_what, effect) => {
  expect(await read()).toBe(200)
  const before = await residentBytes()
  let most = before
  store.faults.add({ when: isData, times: Number.POSITIVE_INFINITY, do: effect })
  for (let round = 0; round < 4; round += 1) {
    const reading = Promise.all([read(), read()])
    most = Math.max(most, await residentBytes())
    expect((await reading).every((status) => status === 502 || status === 503)).toBe(true)
    most = Math.max(most, await residentBytes())
  }
  expect(most - before).toBeLessThan(ROOM_BYTES)
})
