import { systemClock } from '../../src/kernel/clock.ts'
import type { Budget, PermitStore } from '../../src/kernel/permits.ts'
import type { TokenStore } from '../../src/kernel/tokens/store.ts'
import { openRedis } from '../../src/store/redis/open.ts'

/** What one process does with its stores, here with others in one process of the tests. */
export interface Instance {
  permits: PermitStore
  tokens: TokenStore
  isUp(): boolean
  troubles: string[]
  close(): Promise<void>
}

export async function startInstance(url: string): Promise<Instance> {
  const troubles: string[] = []
  const stores = await openRedis({
    url,
    stateDir: undefined,
    process: 'one',
    clock: systemClock,
    onTrouble: (message) => troubles.push(message),
  })
  return { ...stores, troubles }
}

const EARLY_MS = 25

/** Callers that take permits as the limit layer does, as many as they get, until they are stopped. The moments that permits were used for. */
export function saturate({ permits }: Instance, budget: Budget, callers: number): { used: number[]; stop(): Promise<number[]> } {
  const used: number[] = []
  let isStopped = false
  const sleep = (ms: number) => systemClock.sleep(ms)

  async function call(): Promise<void> {
    while (!isStopped) {
      const permit = await permits.take(budget, budget.windowMs * 2)
      if (!permit.granted) {
        await sleep(20)
        continue
      }
      const at = performance.now() + permit.waitMs
      if (permit.waitMs > 0) {
        await sleep(permit.waitMs)
        if ((await permits.status(budget)).closedForMs > EARLY_MS || permit.isVoid?.()) continue
      }
      used.push(at)
    }
  }
  const calls = Array.from({ length: callers }, call)
  return {
    used,
    async stop() {
      isStopped = true
      await Promise.all(calls)
      return used
    },
  }
}

/** Waits for a condition, in tests that run beside each other too. */
export async function until(holds: () => boolean, withinMs = 20_000): Promise<void> {
  const giveUpAt = performance.now() + withinMs
  while (!holds()) {
    if (performance.now() > giveUpAt) throw new Error(`never: ${holds}`)
    await systemClock.sleep(20)
  }
}

/** The most of these moments that lie in any window of this length. */
export function mostInAnyWindow(moments: readonly number[], windowMs: number): number {
  const sorted = [...moments].sort((a, b) => a - b)
  let most = 0
  let first = 0
  for (let last = 0; last < sorted.length; last += 1) {
    while (sorted[last]! - sorted[first]! >= windowMs) first += 1
    most = Math.max(most, last - first + 1)
  }
  return most
}
