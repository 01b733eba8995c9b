import { describe, expect, it } from 'vitest'
import { type Import, type SourceFile, sourceFile, sourceFiles } from './support/imports.ts'

/** A file that a rule is about, and what it may import; everything else is a violation. */
interface Rule {
  name: string
  about: RegExp
  may: readonly RegExp[]
  /** For these only types may be imported. */
  mayKnow?: readonly RegExp[]
}

const CONTRACT = /^contract\//
const KERNEL = /^kernel\//
const NODE = /^node:/

// A file is judged by the first rule that is about it.
const RULES: readonly Rule[] = [
  { name: 'contract imports nothing of ours', about: CONTRACT, may: [CONTRACT, /^typebox$/] },
  {
    name: 'only the transport talks to vendors',
    about: /^kernel\/layers\/transport\.ts$/,
    may: [CONTRACT, KERNEL, /^undici$/],
    mayKnow: [/^node:stream$/],
  },
  {
    name: 'only the lookup finds and judges addresses',
    about: /^kernel\/layers\/lookup\.ts$/,
    may: [KERNEL, /^node:(dns|net)$/],
  },
  {
    name: 'the kernel knows no vendor, no Fastify, no Redis and no socket',
    about: KERNEL,
    may: [
      CONTRACT,
      KERNEL,
      /^node:(crypto|util|zlib|timers\/promises)$/,
      /^(typebox|big\.js|secure-json-parse)$/,
      /^libphonenumber-js\//,
      /^@brazilian-utils\//,
    ],
  },
  {
    name: 'a store knows the kernel and the contract',
    about: /^store\//,
    may: [CONTRACT, KERNEL, /^store\//, /^ioredis$/, NODE],
  },
  { name: 'the registry knows vendors', about: /^vendors\/index\.ts$/, may: [/^kernel\/adapter\.ts$/, /^vendors\/[a-z]+\/index\.ts$/] },
  {
    name: 'a vendor does no input or output and sees no other vendor',
    about: /^vendors\/[a-z]+\//,
    may: [CONTRACT, /^kernel\/(adapter|wire|decimals|moments|brazil|errors)\.ts$/, /^typebox$/],
    mayKnow: [/^kernel\/call\.ts$/],
  },
  { name: 'the sandbox shares nothing with what it tests', about: /^sandbox\//, may: [/^sandbox\//, NODE] },
  {
    name: 'a plugin knows the kernel, and no route, store or vendor',
    about: /^plugins\//,
    may: [
      CONTRACT,
      KERNEL,
      /^plugins\//,
      /^(fastify|fastify-plugin|typebox|ajv|ajv-formats|prom-client|yaml|secure-json-parse|@fastify\/[a-z-]+)$/,
      /^node:(crypto|http|net|perf_hooks|v8)$/,
    ],
    mayKnow: [/^config[a-z-]*\.ts$/, /^pino$/],
  },
  {
    name: 'routes know the gateway, and no store or vendor',
    about: /^routes\//,
    may: [CONTRACT, KERNEL, /^plugins\//, /^routes\//, /^(fastify|typebox|@fastify\/type-provider-typebox|xxhash-wasm)$/, /^node:stream$/],
  },
  {
    name: 'the log knows what must not be in it',
    about: /^log\.ts$/,
    may: [/^kernel\/scrub\.ts$/, /^pino$/],
  },
  {
    name: 'configuration is read without running anything',
    about: /^config[a-z-]*\.ts$/,
    may: [CONTRACT, KERNEL, /^config[a-z-]*\.ts$/, /^store\/redis\/address\.ts$/, /^(ajv|typebox)$/, /^node:(crypto|net)$/],
  },
  {
    name: 'sealing anew knows the stores and the kernel',
    about: /^reseal\.ts$/,
    may: [KERNEL, /^store\/open\.ts$/],
    mayKnow: [/^config\.ts$/],
  },
  { name: 'times that others go by are only said', about: /^times\.ts$/, may: [] },
  {
    name: 'app wires the gateway, and no simulated vendor',
    about: /^app\.ts$/,
    may: [
      CONTRACT,
      KERNEL,
      /^(plugins|routes|store)\//,
      /^vendors\/index\.ts$/,
      /^(config-made|times)\.ts$/,
      /^(fastify|@fastify\/[a-z-]+)$/,
      NODE,
    ],
    mayKnow: [/^config[a-z-]*\.ts$/, /^pino$/],
  },
  {
    name: 'the start knows the server only',
    about: /^start\.ts$/,
    may: [/^server\.ts$/, NODE],
  },
  {
    name: 'the server is the process edge',
    about: /^server\.ts$/,
    may: [/^(app|log|times|config[a-z-]*)\.ts$/, /^sandbox\/index\.ts$/, /^vendors\/index\.ts$/, /^(close-with-grace|pino)$/, NODE],
    mayKnow: [KERNEL],
  },
]

const ownFolder = (path: string) => /^vendors\/[a-z]+\//.exec(path)?.[0]

/** What the rules forbid in these files, in words. */
function violations(files: readonly SourceFile[]): string[] {
  const found: string[] = []
  for (const { path, imports, readsProcess } of files) {
    const rule = RULES.find(({ about }) => about.test(path))
    if (!rule) {
      found.push(`${path}: no rule says what it may import`)
      continue
    }
    const folder = ownFolder(path)
    const isAllowed = ({ from, isTypeOnly }: Import) =>
      (folder !== undefined && from.startsWith(folder)) ||
      rule.may.some((pattern) => pattern.test(from)) ||
      (isTypeOnly && rule.mayKnow?.some((pattern) => pattern.test(from)))
    for (const one of imports) if (!isAllowed(one)) found.push(`${path} imports ${one.from}: ${rule.name}`)
    if (readsProcess && path !== 'server.ts') found.push(`${path} reads process: only the server does`)
  }
  const wiring = files.filter(({ imports }) => ['plugins/', 'store/'].every((part) => imports.some(({ from }) => from.startsWith(part))))
  for (const { path } of wiring) if (path !== 'app.ts') found.push(`${path} imports plugins and the store: only app does`)
  return found
}

describe('the structure of src', () => {
  const files = sourceFiles()

  it('lets everyone import only what lies beneath', () => {
    expect(violations(files)).toEqual([])
  })

  it('is read as it is: every file is there, with its imports', () => {
    expect(files.length).toBeGreaterThan(80)
    const imports = (path: string) => files.find((file) => file.path === path)!.imports.map(({ from }) => from)
    expect(imports('kernel/layers/transport.ts')).toContain('undici')
    expect(imports('store/redis/client.ts')).toContain('ioredis')
    expect(imports('server.ts')).toContain('app.ts')
    expect(imports('vendors/index.ts')).toContain('vendors/egestor/index.ts')
    expect(files.find(({ path }) => path === 'server.ts')!.readsProcess).toBe(true)
  })

  it('has app as the only file that imports both plugins and the store', () => {
    const app = files.find(({ path }) => path === 'app.ts')!
    for (const part of ['plugins/', 'store/', 'routes/']) expect(app.imports.some(({ from }) => from.startsWith(part))).toBe(true)
  })
})

describe('a violation', () => {
  it.each([
    ['vendors/egestor/map.ts', "import { toCustomer } from '../cplug/map.ts'"],
    ['vendors/egestor/index.ts', "import { request } from 'undici'"],
    ['vendors/egestor/index.ts', "import { readFileSync } from 'node:fs'"],
    ['vendors/egestor/index.ts', "import { retry } from '../../kernel/layers/retry.ts'"],
    ['vendors/egestor/index.ts', "import type { Tokens } from '../../kernel/tokens.ts'"],
    ['vendors/egestor/index.ts', "import { newTrace } from '../../kernel/call.ts'"],
    ['vendors/egestor/index.ts', "import Big from 'big.js'"],
    ['vendors/egestor/index.ts', "import { memoryPermits } from '../../store/memory/permits.ts'"],
    ['vendors/egestor/index.ts', "const { egestor } = await import('../cplug/index.ts')"],
    ['vendors/egestor/index.ts', 'const { HOME } = process.env'],
    ['contract/page.ts', "import { GatewayError } from '../kernel/errors.ts'"],
    ['contract/page.ts', "import type { GatewayError } from '../kernel/errors.ts'"],
    ['contract/page.ts', "export * from '../kernel/errors.ts'"],
    ['kernel/gateway.ts', "import { egestor } from '../vendors/egestor/index.ts'"],
    ['kernel/gateway.ts', "import {\n  type FastifyInstance,\n  fastify,\n} from 'fastify'"],
    ['kernel/gateway.ts', "import { Redis } from 'ioredis'"],
    ['kernel/gateway.ts', "import { memoryPermits } from '../store/memory/permits.ts'"],
    ['kernel/gateway.ts', "import { access } from '../plugins/access.ts'"],
    ['kernel/gateway.ts', "import { salesRoutes } from '../routes/sales.ts'"],
    ['kernel/layers/retry.ts', "import { Pool } from 'undici'"],
    ['kernel/layers/retry.ts', "import { connect } from 'node:net'"],
    ['kernel/layers/retry.ts', "import 'undici'"],
    ['kernel/clock.ts', 'export const now = () => process.hrtime()'],
    ['kernel/clock.ts', "import { hrtime } from 'node:process'"],
    ['store/open.ts', "import { env } from 'node:process'"],
    ['store/open.ts', 'const { env } = process'],
    ['store/open.ts', "const home = process['env'].HOME"],
    ['store/redis/permits.ts', "import { egestor } from '../../vendors/egestor/index.ts'"],
    ['store/redis/permits.ts', "import { fastify } from 'fastify'"],
    ['sandbox/egestor/index.ts', "import { toCustomer } from '../../vendors/egestor/map.ts'"],
    ['sandbox/egestor/index.ts', "import type { Customer } from '../../contract/customer.ts'"],
    ['routes/sales.ts', "import { egestor } from '../vendors/egestor/index.ts'"],
    ['routes/sales.ts', "import { openStores } from '../store/open.ts'"],
    ['plugins/access.ts', "import { openStores } from '../store/open.ts'"],
    ['plugins/access.ts', "import { salesRoutes } from '../routes/sales.ts'"],
    ['plugins/access.ts', "import { loadConfig } from '../config.ts'"],
    ['app.ts', "import { startSandbox } from './sandbox/index.ts'"],
    ['app.ts', 'if (process.env.CI) start()'],
    ['server.ts', "import { openStores } from './store/open.ts'"],
    ['start.ts', "import { vendors } from './vendors/index.ts'"],
    ['utils/misc.ts', ''],
  ])('in %s is seen: %s', (path, text) => {
    expect(violations([sourceFile(path, text)])).not.toEqual([])
  })

  it('is not seen where there is none', () => {
    const fine = [
      sourceFile('vendors/egestor/index.ts', "import type { VendorRequest } from '../../kernel/call.ts'\nimport { a } from './map.ts'"),
      sourceFile('kernel/tokens.ts', "// import { Redis } from 'ioredis'\n/* process.env */\nconst text = 'in the process. Then'"),
      sourceFile('store/open.ts', "import { join } from 'node:path'\nconst { process } = options; open(process)"),
    ]
    expect(violations(fine)).toEqual([])
  })
})
