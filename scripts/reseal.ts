// Seals every stored record anew with the first of ENCRYPTION_KEYS, while the gateway runs. `npm run reseal`

import { existsSync } from 'node:fs'
import { loadConfig } from '../src/config.ts'
import { resealStored } from '../src/reseal.ts'
import { vendors } from '../src/vendors/index.ts'

if (existsSync('.env')) process.loadEnvFile('.env')
const config = loadConfig({ environment: process.env, file: undefined, vendors })
const results = await resealStored(config, (message) => console.error(message))
for (const { kind, byKey, resealed, tampered, missing } of results) {
  const found = Object.entries(byKey).map(([id, count]) => `${count} by ${id}`)
  console.log(`${kind}: ${found.join(', ') || 'none'}; ${resealed} sealed anew`)
  if (tampered > 0) console.error(`${kind}: ${tampered} do not open: they were changed`)
  if (missing > 0) console.error(`${kind}: the key of ${missing} is not in ENCRYPTION_KEYS`)
}
process.exitCode = results.some(({ tampered, missing }) => tampered + missing > 0) ? 1 : 0
