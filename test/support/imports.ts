import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A file of src with what it imports: paths from src for ours, names for packages. */
export interface SourceFile {
  path: string
  imports: readonly Import[]
  readsProcess: boolean
}

export interface Import {
  from: string
  isTypeOnly: boolean
}

const STATEMENT = /(?:^|[\n;])\s*(import|export)\s+(type\s+)?(?:[\w$*\s{},]*?\s*from\s*)?(['"])([^'"\n]+)\3/g
const DYNAMIC = /\bimport\(\s*(['"])([^'"\n]+)\1\s*\)/g
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm
const PROCESS = /(?<![\w.'"-])(?:globalThis\.)?process(?:\.\w|\[)|=\s*process\s*(?:[;\n]|$)|from\s*['"](?:node:)?process['"]/

/** What a file imports, read from its text. */
export function sourceFile(path: string, text: string): SourceFile {
  const code = text.replace(COMMENT, '')
  const resolved = (from: string) => (from.startsWith('.') ? posix.join(posix.dirname(path), from) : from)
  return {
    path,
    imports: [
      ...[...code.matchAll(STATEMENT)].map(([, , type, , from]) => ({ from: resolved(from!), isTypeOnly: type !== undefined })),
      ...[...code.matchAll(DYNAMIC)].map(([, , from]) => ({ from: resolved(from!), isTypeOnly: false })),
    ],
    readsProcess: PROCESS.test(code),
  }
}

/** All of src. */
export function sourceFiles(): SourceFile[] {
  const root = fileURLToPath(new URL('../../src/', import.meta.url))
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  return names.map((name) => sourceFile(name.replaceAll('\\', '/'), readFileSync(join(root, name), 'utf8')))
}
