import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { Budget } from '../../src/kernel/permits.ts'
import { runs } from '../support/cases.ts'
import { type Instance, mostInAnyWindow, saturate, startInstance, until } from '../support/instances.ts'
import { type Link, startLink } from '../support/proxy.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'
import { REFUSALS } from '../support/refusals.ts'
import { temporaryFolder } from '../support/stores.ts'

// Rows 32 to 37 of the fault matrix, at the store. Nothing is right because of a clock: what is checked is how many permits any window holds.

const WINDOW_MS = 1_000
/** The budget's window has a margin, as every vendor's has: what timers and the way to Redis are late. */
const budget: Budget = { key: 'login', requests: 30, windowMs: WINDOW_MS + 500 }

interface Scene {
  server: RedisServer
  /** Where the server saves. */
  folder: string
  link: Link
  instances: Instance[]
}

async function onScene(play: (scene: Scene) => Promise<void>): Promise<void> {
  const folder = await temporaryFolder()
  const server = await startRedis(undefined, '--dir', folder.path)
  const link = await startLink(server.port)
  const instances = await Promise.all([0, 1, 2].map(() => startInstance(`redis://127.0.0.1:${link.port}`)))
  const scene = { server, folder: folder.path, link, instances }
  try {
    await play(scene)
  } finally {
    scene.server.process.kill('SIGCONT')
    await Promise.all(instances.map(({ close }) => close()))
    await link.close()
    await scene.server.stop()
    await folder.remove()
  }
}

/** So many keys, and so slow to read, that a server which starts with them is loading for two seconds. */
const FILL = "for i = 1, 1000 do redis.call('SET', 'fill:' .. i, string.rep('x', 2000)) end"
const SLOWLY = ['--key-load-delay', '2000', '--loading-process-events-interval-bytes', '1024']

const everyone = ({ instances }: Scene, isUp: boolean) => until(() => instances.every((one) => one.isUp() === isUp))

/** Until all three have used some more. */
async function goesOn(runs: readonly { used: number[] }[]): Promise<void> {
  const before = runs.map(({ used }) => used.length)
  await until(() => runs.every(({ used }, index) => used.length > before[index]! + 5))
}

interface Fault {
  start(scene: Scene): unknown
  end?(scene: Scene): unknown
  /** Redis can be used all the same. */
  isShort?: boolean
}

const refused = Object.fromEntries(
  Object.entries(REFUSALS).map(([name, { start, end }]): [string, Fault] => [
    name,
    { start: ({ server }) => start(server), end: ({ server }) => end(server) },
  ]),
)

const FAULTS: Record<string, Fault> = {
  'killed and started empty': {
    start: ({ server }) => server.stop(),
    async end(scene) {
      scene.server = await startRedis(scene.server.port)
    },
  },
  frozen: { start: ({ server }) => server.process.kill('SIGSTOP'), end: ({ server }) => server.process.kill('SIGCONT') },
  flushed: { start: ({ server }) => server.client.flushall(), isShort: true },
  'without its scripts': { start: ({ server }) => server.client.script('FLUSH'), isShort: true },
  ...refused,
  'stopped, and loading when it is started': {
    async start({ server }) {
      await server.client.eval(FILL, 0)
      await server.client.config('SET', 'save', '3600 1000000')
      // With SIGTERM it saves all that it has.
      const ended = once(server.process, 'exit')
      server.process.kill('SIGTERM')
      await ended
      await server.stop()
    },
    async end(scene) {
      scene.server = await startRedis(scene.server.port, '--dir', scene.folder, ...SLOWLY)
    },
  },
  '300 ms away': {
    start({ link }) {
      link.delayMs = 300
    },
    end({ link }) {
      link.delayMs = 0
    },
  },
  'behind a link that loses everything': {
    start({ link }) {
      link.isLost = true
    },
    end({ link }) {
      link.isLost = false
    },
  },
}

describe('three processes that use up a budget', () => {
  // One after the other: each has three processes' worth of work, and must not be late because of the others.
  it.each(Object.keys(FAULTS).slice(0, runs(3)))(
    'never use more than it in any window while Redis is %s, go on without it, and find it again',
    (name) =>
      onScene(async (scene) => {
        const fault = FAULTS[name]!
        const runs = scene.instances.map((instance) => saturate(instance, budget, 4))
        // A window later each knows of the others.
        await until(() => runs.flatMap(({ used }) => used).length > budget.requests)
        await fault.start(scene)
        if (!fault.isShort) await everyone(scene, false)
        await goesOn(runs)
        await fault.end?.(scene)
        await everyone(scene, true)
        await goesOn(runs)
        await goesOn(runs)
        const used = (await Promise.all(runs.map(({ stop }) => stop()))).flat()
        expect(mostInAnyWindow(used, WINDOW_MS)).toBeLessThanOrEqual(budget.requests)
      }),
  )
})

it('a process that goes on without Redis heeds what the vendor says is left', () =>
  onScene(async (scene) => {
    const { permits } = scene.instances[0]!
    await permits.take(budget, 0)
    await scene.server.stop()
    await everyone(scene, false)
    expect((await permits.status(budget)).remaining).toBeGreaterThan(0)
    await permits.lower(budget, 0)
    expect((await permits.status(budget)).remaining).toBe(0)
    expect(await permits.take(budget, 0)).toMatchObject({ granted: false })
  }))
