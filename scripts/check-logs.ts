// After a run of the tests: no log line of any gateway holds a secret or a person's data, and no request went unlogged.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RESULTS } from '../test/support/results.ts'

const linesOf = (kind: string) =>
  readdirSync(RESULTS)
    .filter((file) => file.endsWith(`.${kind}`))
    .flatMap((file) => readFileSync(join(RESULTS, file), 'utf8').split('\n').filter(Boolean))

/** What a secret looks like that no list can name: tokens issued during the run, and bodies. */
const SHAPES = [
  /Bearer [\w.-]{8,}/i,
  /eyJ[\w-]{10,}\./,
  /"(?:nome|cpfcnpj|emails|personal_token|refresh_token|access_token)"/,
  /[\w.+-]+@[\w-]+\.[\w.]+/,
]

if (!existsSync(RESULTS)) {
  console.error('There is no run of the tests to look at.')
  process.exit(1)
}
const lines = linesOf('log')
const requests = linesOf('requests').length
const secrets = [...new Set(linesOf('secrets'))]
const requestLines = lines.filter((line) => line.includes('"msg":"request"')).length

// One pattern for all: thousands of values over thousands of lines.
const known = new Set(secrets)
const words = (line: string) => line.split(/[^\w@.+/=-]+/)
const leaks = lines.filter((line) => words(line).some((word) => known.has(word)) || SHAPES.some((shape) => shape.test(line)))

console.log(`Log check: ${lines.length} lines for ${requests} requests, ${secrets.length} secrets looked for, ${leaks.length} leaks.`)
for (const line of leaks.slice(0, 10)) console.error(`  ${line.slice(0, 300)}`)
if (requests === 0 || requestLines < requests) console.error(`Only ${requestLines} of ${requests} requests have a line.`)
process.exit(leaks.length > 0 || requests === 0 || requestLines < requests ? 1 : 0)
