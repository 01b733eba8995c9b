import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

export interface Started {
  /** Processor time so far, user and system, in milliseconds; undefined where the system does not tell. */
  cpuMs(): number | undefined
  /** Resident memory in MiB, now and at its most; undefined where the system does not tell. */
  memoryMiB(): { now: number; most: number } | undefined
  /** How it ended, where it did. */
  ending(): string | undefined
  /** At once, or where it is told `gently` as an operator stops it. */
  stop(gently?: 'gently'): Promise<void>
}

const children = new Map<ChildProcess, Promise<void>>()

/** However the bench ends, nothing of it stays. */
export async function stopAll(): Promise<void> {
  for (const child of children.keys()) child.kill('SIGKILL')
  await Promise.all(children.values())
}

export const root = fileURLToPath(new URL('..', import.meta.url))

/** Only what is named, so that a setting of the caller's shell changes nothing. */
export const environment = (values: Record<string, string>) => ({ PATH: process.env.PATH ?? '', NODE_ENV: 'production', ...values })

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

/** In /proc/PID/stat times are in hundredths of a second; the name before them may hold anything, in parentheses. */
function cpuMsOf(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch {
    return undefined
  }
}

function memoryOf(pid: number): { now: number; most: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8')
    const of = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)?.[1]) / 1024
    return { now: of('VmRSS'), most: of('VmHWM') }
  } catch {
    return undefined
  }
}

export interface StartOptions {
  environment: Record<string, string>
  folder: string
  /** A file's descriptor for what it prints. */
  output?: number
}

export function start(command: string, parameters: readonly string[], { environment: env, folder, output }: StartOptions): Started {
  const child = spawn(command, parameters, { cwd: folder, env, stdio: ['ignore', output ?? 'ignore', 'inherit'] })
  let ending: string | undefined
  const ended = new Promise<void>((resolve) => {
    const end = (how: string) => {
      ending = how
      children.delete(child)
      resolve()
    }
    child.once('error', (error) => end(error.message))
    child.once('exit', (code, signal) => end(`ended with ${code ?? signal}`))
  })
  children.set(child, ended)
  return {
    cpuMs: () => (child.pid === undefined ? undefined : cpuMsOf(child.pid)),
    memoryMiB: () => (child.pid === undefined ? undefined : memoryOf(child.pid)),
    ending: () => ending,
    async stop(gently) {
      child.kill(gently ? 'SIGTERM' : 'SIGKILL')
      await ended
    },
  }
}

const POLL_MS = 2
const READY_WITHIN_MS = 20_000

/** Asks until the answer is a success. */
export async function ready(process: Started, url: string, headers: Record<string, string> = {}): Promise<void> {
  const until = performance.now() + READY_WITHIN_MS
  for (;;) {
    const response = await fetch(url, { headers }).catch(() => undefined)
    await response?.arrayBuffer()
    if (response?.ok) return
    const trouble = process.ending() ?? (performance.now() > until ? `gives no success within ${READY_WITHIN_MS} ms` : undefined)
    if (trouble) throw new Error(`${url} ${trouble}, last status ${response?.status ?? 'none'}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
