import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { keepLogLines } from './results.ts'

const SERVER = fileURLToPath(new URL('../../src/server.ts', import.meta.url))

export interface Run {
  /** Where it listens. */
  url: string
  output(): string
  /** From now on nobody reads what it says. */
  closeOutput(): void
  /** Sends a signal that does not end it. */
  signal(signal: NodeJS.Signals): void
  /** Sends SIGTERM, or another signal, and answers with how it ended. */
  stop(signal?: NodeJS.Signals): Promise<Ended>
}

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface RunOptions {
  /** The folder it runs in. */
  folder: string
  environment?: Record<string, string>
  /** Another file than the server's. */
  server?: string
  /** gateway.config.json there: an object, or a text as it is. */
  config?: unknown
  /** As many files and sockets as it may have open. */
  mostFiles?: number
  /** A file that is written to in place of us; it then listens at the environment's PORT. */
  output?: string
}

const alive = new Set<ChildProcess>()

/** Ends whatever a test left running, also one that failed. */
export async function killAll(): Promise<void> {
  const ended = [...alive].map((child) => new Promise((resolve) => child.once('close', resolve)))
  for (const child of alive) child.kill('SIGKILL')
  await Promise.all(ended)
}

async function started({ folder, environment = {}, server = SERVER, config, mostFiles, output }: RunOptions) {
  await mkdir(folder, { recursive: true })
  if (config !== undefined) {
    await writeFile(join(folder, 'gateway.config.json'), typeof config === 'string' ? config : JSON.stringify(config))
  }
  const file = output === undefined ? undefined : await open(output, 'w')
  const command = [process.execPath, server]
  const limited = mostFiles === undefined ? command : ['sh', '-c', `ulimit -n ${mostFiles} && exec "$0" "$@"`, ...command]
  const child = spawn(limited[0]!, limited.slice(1), {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: '0', ...environment },
    stdio: ['ignore', file?.fd ?? 'pipe', 'pipe'],
  })
  await file?.close()
  alive.add(child)
  child.once('close', () => alive.delete(child))
  const said = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text
  })
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text
  })
  const ended = new Promise<Ended>((resolve) => child.once('close', (code, signal) => resolve({ code, signal, ...said })))
  return { child, said, ended }
}

/** Runs the server to its end: for what is not to start. */
export async function runToEnd(options: RunOptions): Promise<Ended> {
  const { child, ended } = await started(options)
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000)
  const end = await ended
  clearTimeout(timer)
  return end
}

async function answering(port: string | undefined): Promise<string> {
  const url = `http://127.0.0.1:${port}`
  const isThere = () =>
    fetch(`${url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    )
  while (!(await isThere())) await delay(50)
  return url
}

/** Runs the server as a process of its own until it is stopped. */
export async function run(options: RunOptions): Promise<Run> {
  const { child, said, ended } = await started(options)
  const saysWhere = new Promise<string>((resolve, reject) => {
    const look = () => {
      const found = /^Listening on (http:\S+)/m.exec(said.stdout)?.[1]
      // The curl line is the last thing that it says.
      if (found && /^Try: .*\n/m.test(said.stdout)) resolve(found)
    }
    child.stdout?.on('data', look)
    ended.then(({ code, stderr }) => reject(new Error(`the server ended with ${code}: ${stderr}`)))
  })
  const url = await (options.output === undefined ? saysWhere : Promise.race([saysWhere, answering(options.environment?.PORT)]))
  return {
    url,
    output: () => said.stdout + said.stderr,
    closeOutput: () => child.stdout?.destroy(),
    signal: (signal) => void child.kill(signal),
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      const end = await ended
      keepLogLines(
        end.stdout
          .split('\n')
          .filter((line) => line.startsWith('{'))
          .map((line) => `${line}\n`)
          .join(''),
      )
      return end
    },
  }
}
