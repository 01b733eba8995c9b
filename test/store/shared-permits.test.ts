import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PermitStore } from '../../src/kernel/permits.ts'
import type { RedisClient } from '../../src/store/redis/client.ts'
import { type RedisPermits, redisPermits, StateLost } from '../../src/store/redis/permits.ts'
import { sharedPermits } from '../../src/store/redis/shared-permits.ts'
import { testClock } from '../support/clock.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'
import { connected } from '../support/stores.ts'

// What processes hold, give and enter, step by step: the switch between Redis and the own share without luck.

const WINDOW_MS = 600_000
const budget = { key: 'login', requests: 50, windowMs: WINDOW_MS }

let server: RedisServer
let client: RedisClient
beforeEach(async () => {
  server = await startRedis()
  client = await connected(server.url)
})
afterEach(async () => {
  client.disconnect()
  await server.stop()
})

/** How many of so many callers are granted a permit for now. */
async function grantedAtOnce(permits: PermitStore, callers: number, from = budget): Promise<number> {
  const answers = await Promise.all(Array.from({ length: callers }, () => permits.take(from, 0)))
  return answers.filter(({ granted }) => granted).length
}

const inTheWindow = () => server.client.llen('gw:{login}:permits')

describe('what a process holds', () => {
  let ours: RedisPermits
  let theirs: RedisPermits
  beforeEach(() => {
    ours = redisPermits(client)
    theirs = redisPermits(client)
  })

  it('fits beside all that is in the window now, although somebody waits for a permit in a later one', async () => {
    expect(await grantedAtOnce(theirs, 50)).toBe(50)
    for (let waiting = 0; waiting < 2; waiting += 1) expect(await theirs.take(budget, WINDOW_MS * 2)).toMatchObject({ granted: true })
    await ours.hold(budget, 50, true)
    expect(ours.held(budget)).toBe(0)
  })

  it('is less by what it used itself, although it waits for a permit in a later window', async () => {
    await ours.hold(budget, 50, true)
    expect(ours.held(budget)).toBe(50)
    await Promise.all(Array.from({ length: 55 }, () => ours.take(budget, WINDOW_MS * 2)))
    expect(ours.held(budget)).toBe(0)
  })

  it('is given to others only after it has said that it knows', async () => {
    await ours.hold(budget, 50, false)
    expect(ours.held(budget)).toBe(25)
    expect(await grantedAtOnce(theirs, 20)).toBe(20)
    await ours.hold(budget, 50, false)
    expect(ours.held(budget)).toBe(15)
    expect(await grantedAtOnce(theirs, 30)).toBe(5)
    await ours.hold(budget, 50, false)
    expect(await grantedAtOnce(theirs, 30)).toBeGreaterThan(0)
  })

  it('is entered into no window that was emptied meanwhile, and the next permit tells', async () => {
    await ours.take(budget, 0)
    await server.client.flushall()
    expect(await ours.enter(budget, 3, 0)).toBe(false)
    expect(await inTheWindow()).toBe(0)
    await expect(ours.take(budget, 0)).rejects.toBeInstanceOf(StateLost)
  })
})

describe('one of five processes', () => {
  const SHARE = 10
  const SHARES_BEGIN_MS = WINDOW_MS * 1.2 + 2_000
  const SETTLED_MS = 3_000

  function open(clock = testClock()) {
    const others = { id: 'one', count: () => 5, isUp: () => true, onBack() {}, start: async () => {}, stop: async () => {} }
    return { clock, permits: sharedPermits(redisPermits(client), others, clock, () => {}) }
  }

  it('that is back after it gave its share asks both for a moment, until all have entered theirs', async () => {
    const { clock, permits } = open()
    const short = { ...budget, windowMs: 1_000 }
    await permits.take(short, 0)
    permits.onMissedBeat()
    await clock.advance(short.windowMs * 1.2 + 2_000)
    expect(await grantedAtOnce(permits, 50, short)).toBe(SHARE)
    await permits.onBeat(false)
    expect(await grantedAtOnce(permits, 50, short)).toBe(0)
    await clock.advance(SETTLED_MS)
    expect(await grantedAtOnce(permits, 50, short)).toBeGreaterThan(SHARE)
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'gives nothing for now that is void, where the moment is over as it is asked for the %s. time',
    async (looks) => {
      const clock = testClock()
      let looked = 0
      let step = 0
      const { permits } = open({ ...clock, now: () => clock.now() + step * looked++ })
      const short = { ...budget, windowMs: 1_000 }
      await permits.take(short, 0)
      permits.onMissedBeat()
      await clock.advance(short.windowMs * 1.2 + 2_000)
      await permits.onBeat(false)
      await clock.advance(SETTLED_MS - looks)
      expect(await grantedAtOnce(permits, SHARE, short)).toBe(SHARE)
      looked = 0
      step = 1
      const permit = await permits.take(short, 0)
      if (permit.granted) expect(permit.isVoid?.()).toBe(false)
    },
  )

  it('enters what it gives while it comes back too', async () => {
    const { clock, permits } = open()
    await permits.take(budget, 0)
    permits.onMissedBeat()
    await clock.advance(SHARES_BEGIN_MS)
    expect(await grantedAtOnce(permits, 4)).toBe(4)
    const back = permits.onBeat(false)
    const given = await grantedAtOnce(permits, 4)
    await back
    expect(given).toBe(4)
    expect(await inTheWindow()).toBeGreaterThanOrEqual(1 + 4 + given)
  })

  it('that finds the window emptied enters what Redis had given it', async () => {
    const { permits } = open()
    expect(await grantedAtOnce(permits, 6)).toBe(6)
    await server.client.flushall()
    await permits.take(budget, 0)
    await permits.onBeat(false)
    expect(await inTheWindow()).toBeGreaterThanOrEqual(6)
  })

  it('that finds the window emptied enters what Redis had given it, to an export last', async () => {
    const { clock, permits } = open()
    const short = { ...budget, windowMs: 300 }
    const patient = { ...short, requests: 47 }
    expect(await grantedAtOnce(permits, 10, short)).toBe(10)
    await clock.advance(100)
    expect(await grantedAtOnce(permits, 40, short)).toBe(40)
    await clock.advance(200)
    await expect.poll(() => grantedAtOnce(permits, 1, patient)).toBe(1)
    await clock.advance(100)
    permits.onMissedBeat()
    await server.client.flushall()
    await permits.onBeat(false)
    // By the clock of the process the first ten are out of the window.
    expect(await inTheWindow()).toBe(41)
  })

  it('that finds the window emptied as it comes back enters what Redis had given it as well', async () => {
    const { permits } = open()
    expect(await grantedAtOnce(permits, 6)).toBe(6)
    permits.onMissedBeat()
    await server.client.flushall()
    await permits.onBeat(false)
    expect(await inTheWindow()).toBe(6)
  })
})
