import { customers } from '../src/vendors/egestor/customers.ts'
import { testContext } from '../test/support/context.ts'
import { pagina } from './contatos.ts'
import { toCustomer } from './map.ts'
import { spread } from './numbers.ts'

// What a page of fifty rows costs without a socket, and how much garbage it makes: read by the gateway, read by hand, and what both do alike.
// `npm run bench:rows`

const ROUNDS = 60
const PAGES = 40
const WARM_UP_PAGES = 3_000

const body = JSON.stringify(pagina)
const parsed = () => (JSON.parse(body) as typeof pagina).data
type Rows = ReturnType<typeof parsed>

const context = testContext('egestor')
const { record } = customers['customers.list']
const records = pagina.data.map(toCustomer)

const STEPS: Record<string, (rows: Rows) => unknown> = {
  'read by the gateway': (rows) => rows.map((row) => record(row, context)),
  'read by hand': (rows) => rows.map(toCustomer),
  'records to JSON': () => JSON.stringify(records),
  'rows from JSON': parsed,
}

if (!globalThis.gc) throw new Error('node needs --expose-gc')

for (const [name, step] of Object.entries(STEPS)) {
  for (let page = 0; page < WARM_UP_PAGES; page += 1) step(parsed())
  const times: number[] = []
  const garbage: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const pages = Array.from({ length: PAGES }, parsed)
    globalThis.gc({ type: 'minor' })
    const before = process.memoryUsage().heapUsed
    const started = performance.now()
    for (const rows of pages) step(rows)
    times.push(((performance.now() - started) * 1_000) / PAGES)
    garbage.push((process.memoryUsage().heapUsed - before) / PAGES)
  }
  const { least, median } = spread(times)
  const kibibytes = spread(garbage).median / 1_024
  console.log(`${name.padEnd(20)} ${least.toFixed(0)} µs (median ${median.toFixed(0)}), ${kibibytes.toFixed(0)} KiB of garbage`)
}
