// Writes what is derived from the code: openapi/ and the parts of README.md between `<!-- name -->` and `<!-- /name -->`.
// With --check nothing is written, and anything that differs fails.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { stringify } from 'yaml'
import { createApp } from '../src/app.ts'
import { configSchema } from '../src/config-schema.ts'
import type { VendorCoverage } from '../src/contract/coverage.ts'
import { RESOURCES, VERBS } from '../src/contract/operations.ts'
import { coverageOf, exampleOf } from '../src/kernel/coverage.ts'
import { document } from '../src/plugins/openapi.ts'
import { vendors } from '../src/vendors/index.ts'

const root = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const pretty = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

async function openApiDocument(): Promise<Record<string, unknown>> {
  const config = {
    host: '127.0.0.1',
    port: 0,
    redisUrl: undefined,
    keyRing: undefined,
    logLevel: 'silent',
    trustProxy: [],
    stateDir: '',
    allowedVendorHosts: [],
    sandbox: false,
    clients: [],
    connections: [],
  }
  const app = await createApp({ config, connections: [], log: pino({ level: 'silent' }) })
  await app.ready()
  const written = document(app)
  await app.close()
  return written
}

/** `list get create …` of each resource and vendor, and its kinds of references; assumed operations stand in brackets. */
function vendorTable(): string {
  const cell = ({ operations }: VendorCoverage, resource: string) =>
    VERBS.flatMap((verb) => {
      const operation = operations.find((one) => one.operation === `${resource}.${verb}`)
      return operation ? [operation.evidence === 'assumed' ? `[${verb}]` : verb] : []
    }).join(' ') || '–'
  const kinds = ({ references }: VendorCoverage) => references.map(({ kind }) => kind).join(' ') || '–'
  const rows = vendors
    .map(coverageOf)
    .map(
      (vendor) =>
        `| [${vendor.name}](src/vendors/${vendor.id}/README.md) | ${RESOURCES.map((resource) => cell(vendor, resource)).join(' | ')} | ${kinds(vendor)} |`,
    )
  return ['| vendor | customers | products | sales | receivables | references |', '|---|---|---|---|---|---|', ...rows].join('\n')
}

/** One record of each resource with everything that eGestor can fill. */
function records(): string {
  const egestor = vendors.find(({ id }) => id === 'egestor')!
  return RESOURCES.map(
    (resource) => `\`GET /${resource}/{id}\`\n\n\`\`\`json\n${pretty({ data: exampleOf(egestor, resource) })}\`\`\``,
  ).join('\n\n')
}

function withParts(text: string, parts: Record<string, string>): string {
  return Object.entries(parts).reduce((whole, [name, part]) => {
    const marked = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`)
    if (!marked.test(whole)) throw new Error(`README.md has no part ${name}`)
    return whole.replace(marked, (_all, before: string, after: string) => `${before}${part}\n${after}`)
  }, text)
}

const openapi = await openApiDocument()
const files: Record<string, string> = {
  'openapi/openapi.json': pretty(openapi),
  'openapi/openapi.yaml': stringify(openapi, { aliasDuplicateObjects: false }),
  'openapi/gateway.config.schema.json': pretty(configSchema(vendors)),
  'README.md': withParts(readFileSync(root('README.md'), 'utf8'), { vendors: vendorTable(), records: records() }),
}

const stale = Object.entries(files).filter(([path, text]) => !existsSync(root(path)) || readFileSync(root(path), 'utf8') !== text)
if (!process.argv.includes('--check')) {
  for (const [path, text] of stale) writeFileSync(root(path), text)
  console.log(stale.length > 0 ? `Written: ${stale.map(([path]) => path).join(', ')}` : 'Everything is up to date.')
} else if (stale.length > 0) {
  console.error(`Differs from the code: ${stale.map(([path]) => path).join(', ')}. Run \`npm run openapi\`.`)
  process.exit(1)
}
