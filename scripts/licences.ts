// What the installed packages are licensed under, against what goes together with Apache-2.0. Anything else has to be looked at by a person.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ALLOWED = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'Unlicense',
  'CC0-1.0',
  'Python-2.0',
])

interface Locked {
  packages: Record<string, { dev?: boolean; license?: string; version?: string }>
}

/** `A OR B` may be taken as either, of `A AND B` both count. */
const isAllowed = (expression: string): boolean =>
  expression
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((licence) => ALLOWED.has(licence.trim())))

const { packages } = JSON.parse(readFileSync(fileURLToPath(new URL('../package-lock.json', import.meta.url)), 'utf8')) as Locked
const shipped = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev)
const refused = shipped.filter(([, { license = 'none' }]) => !isAllowed(license))

console.log(`Licences: ${shipped.length} packages are shipped, ${refused.length} of them under other terms than those allowed.`)
for (const [path, { license = 'none' }] of refused) console.error(`  ${path.replace(/^.*node_modules\//, '')}: ${license}`)
process.exit(refused.length > 0 ? 1 : 0)
