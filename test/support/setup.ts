import { mkdirSync, rmSync } from 'node:fs'
import { RESULTS } from './results.ts'

/** Empties the folder of logs that scripts/check-logs.ts reads after the run. */
export function setup(): void {
  rmSync(RESULTS, { recursive: true, force: true })
  mkdirSync(RESULTS, { recursive: true })
}
