import { describe, expect, it } from 'vitest'
import { createDirectory } from '../../src/kernel/directory.ts'
import { createMade } from '../../src/kernel/made.ts'
import { randomKeyRing, sealFor } from '../../src/kernel/seal.ts'
import { memoryConnections } from '../../src/store/memory/connections.ts'
import { testClock } from '../support/clock.ts'

function open(failures: number) {
  const clock = testClock()
  let asked = 0
  const store = {
    ...memoryConnections(),
    isShared: true,
    async revision() {
      asked += 1
      if (asked <= failures) throw new Error('not now')
      return 'one'
    },
  }
  const made = createMade({
    store,
    directory: createDirectory([]),
    seal: sealFor(randomKeyRing(), 'connection'),
    clock,
    make: () => expect.fail('there are none'),
    onUnused: async () => {},
    onTrouble: () => {},
  })
  return { clock, made }
}

describe('the first look at the connections that others made', () => {
  it('is taken again where the store is slow for a moment', async () => {
    const { clock, made } = open(2)
    const started = made.watch()
    await clock.advance(1_000)
    await expect(started).resolves.toBeUndefined()
    made.close()
  })

  it('fails the start where the store stays away', async () => {
    const { clock, made } = open(Number.POSITIVE_INFINITY)
    const started = expect(made.watch()).rejects.toThrow('not now')
    await clock.advance(60_000)
    await started
  })
})
