// Writes test/FAULTS.md: which tests hold what has to hold when things break. A test names its rows at the end of its title, `(row 16)` or
// `(rows 17, 18)`, or the file does in its first comment. With --run those tests are run and their outcome is written too; with --check
// nothing is written, and a file that differs in anything but outcomes fails.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BY_HAND, FAULTS } from './faults-rows.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const TARGET = join(ROOT, 'test/FAULTS.md')

const TITLE = /(['"`])((?:\\.|(?!\1)[^\\\n])*?) \(rows? ([\d, ]+)\)\1/g
const TAG = /\(rows? ([\d, ]+)\)/g
const HEADER = /^\/\/ Rows? (\d+(?:(?:, | and | to )\d+)*) of the fault matrix/m

interface Held {
  row: number
  file: string
  /** Undefined: the whole file. */
  title: string | undefined
}

const numbers = (list: string) => list.split(',').map(Number)

function headerRows(text: string): number[] {
  const parts = HEADER.exec(text)?.[1]?.split(/, | and /) ?? []
  return parts.flatMap((part) => {
    const [first, last = first] = part.split(' to ').map(Number) as [number, number?]
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
}

function heldIn(file: string): Held[] {
  const text = readFileSync(join(ROOT, 'test', file), 'utf8')
  const whole = headerRows(text).map((row) => ({ row, file, title: undefined }))
  const single = [...text.matchAll(TITLE)].flatMap(([, , title, rows]) => numbers(rows!).map((row) => ({ row, file, title })))
  return [...whole, ...single]
}

const files = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.test.ts'))
  .sort()
const held = files.flatMap(heldIn)

interface Report {
  testResults: { name: string; assertionResults: { fullName: string; status: string }[] }[]
}

/** Runs every test that holds a row, and says of each row how many passed. */
function outcomes(): Map<number, string> {
  const output = join(mkdtempSync(join(tmpdir(), 'fachada-')), 'report.json')
  const run = [...new Set(held.map(({ file }) => `test/${file}`))]
  spawnSync('npx', ['vitest', 'run', '--reporter=json', `--outputFile=${output}`, ...run], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const report = JSON.parse(readFileSync(output, 'utf8')) as Report
  const counts = new Map<number, { passed: number; all: number }>()
  for (const { name, assertionResults } of report.testResults) {
    const ofFile = headerRows(readFileSync(name, 'utf8'))
    for (const { fullName, status } of assertionResults) {
      for (const row of new Set([...ofFile, ...[...fullName.matchAll(TAG)].flatMap(([, rows]) => numbers(rows!))])) {
        const { passed, all } = counts.get(row) ?? { passed: 0, all: 0 }
        counts.set(row, { passed: passed + (status === 'passed' ? 1 : 0), all: all + 1 })
      }
    }
  }
  return new Map([...counts].map(([row, { passed, all }]) => [row, `${passed} of ${all}`]))
}

/** Outcomes as they stand in the file. */
function known(text: string): Map<number, string> {
  return new Map([...text.matchAll(/^\| (\d+) \|.*\| (\d+ of \d+)? ?\|$/gm)].map(([, row, outcome = '']) => [Number(row), outcome]))
}

function written(results: Map<number, string>): string {
  const cell = (text: string) => text.replaceAll('|', '\\|')
  const rows = FAULTS.map(([row, fault, behaviour]) => {
    const tests = held
      .filter((one) => one.row === row)
      .map(({ file, title }) => `[${file}](${file})${title === undefined ? '' : `: ${title}`}`)
    const byHand = BY_HAND[row] === undefined ? [] : [`by hand: ${BY_HAND[row]}`]
    const shown = [...new Set([...tests, ...byHand])].map(cell).join('<br>') || '**none**'
    return `| ${row} | ${fault} | ${behaviour} | ${shown} | ${results.get(row) ?? ''} |`
  })
  return [
    '# Faults',
    '',
    'What can go wrong, what the gateway makes of it, and the tests that hold it to that. Written by `npm run faults`; `-- --run` runs these tests',
    'and notes how many of them passed.',
    '',
    '| # | what goes wrong | what has to come of it | tests | passed |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

const before = existsSync(TARGET) ? readFileSync(TARGET, 'utf8') : ''
if (process.argv.includes('--check')) {
  if (written(known(before)) !== before) {
    console.error('test/FAULTS.md differs from the tests. Run `npm run faults`.')
    process.exit(1)
  }
} else {
  writeFileSync(TARGET, written(process.argv.includes('--run') ? outcomes() : known(before)))
}
