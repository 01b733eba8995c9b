import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What a run of the tests leaves behind: log lines, how many requests made them, and what must not be in them. */
export const RESULTS = fileURLToPath(new URL('../../test-results/', import.meta.url))

const append = (kind: string, lines: readonly string[]) =>
  appendFileSync(join(RESULTS, `${process.pid}.${kind}`), lines.map((line) => `${line}\n`).join(''))

/** Log lines of a gateway under test. */
export const keepLogLines = (text: string): void => appendFileSync(join(RESULTS, `${process.pid}.log`), text)
/** One more request reached a gateway under test. */
export const countRequest = (): void => append('requests', ['1'])
/** A value that no log line may hold. */
export const keepSecrets = (secrets: readonly string[]): void => append('secrets', secrets)
