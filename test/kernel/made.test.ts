import { describe, expect, it } from 'vitest'
import { createDirectory } from '../../src/kernel/directory.ts'
import { connectionIsAbout, createMade } from '../../src/kernel/made.ts'
import { randomKeyRing, sealFor } from '../../src/kernel/seal.ts'
import { memoryConnections } from '../../src/store/memory/connections.ts'
import { testClock } from '../support/clock.ts'
import { fakeConnection } from '../support/fake.ts'

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

describe('connections of one login that are stored with two limits', () => {
  const limited = (id: string, requests: number) => ({ id, login: 'shared', limits: { requests, perMs: 1_000 } })

  it('have those of the first, which the file has, and are told of once', async () => {
    const store = memoryConnections()
    const seal = sealFor(randomKeyRing(), 'connection')
    const put = (body: ReturnType<typeof limited>, createdAt: number) =>
      store.write(body.id, { version: 1, sealed: seal.seal(JSON.stringify({ createdAt, body }), connectionIsAbout(body.id, 1)) })
    await put(limited('second', 5), 2)
    await put(limited('first', 7), 1)
    const trouble: string[] = []
    const open = (inFile: ReturnType<typeof limited>[]) => {
      const directory = createDirectory(inFile.map((body) => fakeConnection(body)))
      const made = createMade({
        store,
        directory,
        seal,
        clock: testClock(),
        make: (body) => fakeConnection({ ...(body as ReturnType<typeof limited>), origin: 'api' }),
        onUnused: async () => {},
        onTrouble: (message) => void trouble.push(message),
      })
      return { directory, made }
    }
    const requestsOf = ({ directory }: ReturnType<typeof open>) => directory.connections.map(({ id, limits }) => [id, limits.requests])

    const alone = open([])
    await alone.made.watch()
    expect(requestsOf(alone)).toEqual([
      ['first', 7],
      ['second', 7],
    ])
    expect(trouble).toEqual([expect.stringContaining('the connection second')])
    const before = alone.directory.connections[1]
    await alone.made.create({ ...limited('third', 7) })
    expect(alone.directory.connections[1]).toBe(before)
    expect(trouble).toHaveLength(1)

    const beside = open([limited('own', 9)])
    await beside.made.watch()
    expect(requestsOf(beside).map(([, requests]) => requests)).toEqual([9, 9, 9, 9])
  })
})
