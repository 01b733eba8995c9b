import { beforeEach, describe, expect, it } from 'vitest'
import type { Answer } from '../../src/kernel/call.ts'
import { GatewayError } from '../../src/kernel/errors.ts'
import type { TokenStore } from '../../src/kernel/tokens/store.ts'
import { TOKEN_TIMES } from '../../src/kernel/tokens/times.ts'
import { kindOf, LIFE_MS, rotating, type TokenBench, tokenBench } from '../support/tokens.ts'

let bench: TokenBench
beforeEach(() => {
  bench = tokenBench()
})

describe('the times of a refresh', () => {
  const { callMs, rotatingCallMs, persistMs, marginMs, leaseMs, renewEveryMs, pollMs } = TOKEN_TIMES

  it('leave a lease longer than a call that leaves at the last moment, and what is done with its answer', () => {
    expect(marginMs + callMs + persistMs).toBeLessThanOrEqual(leaseMs)
  })

  it('renew a lease before it is too old to send, even when one renewal is lost', () => {
    expect(2 * renewEveryMs).toBeLessThan(marginMs)
  })

  it('free what a dead process had within 15 s', () => {
    expect(leaseMs).toBeLessThanOrEqual(15_000)
  })

  it('give a token that is spent longer to be answered, and look often meanwhile', () => {
    expect(rotatingCallMs).toBeGreaterThan(callMs)
    expect(pollMs).toBeLessThan(persistMs)
  })
})

describe('a lease', () => {
  it('is renewed for as long as a call takes: a vendor slower than it sees no second one (row 11)', async () => {
    const letGo = bench.hold()
    const both = Promise.all([bench.tokens().get(rotating), bench.tokens().get(rotating)])
    await bench.clock.advance(TOKEN_TIMES.leaseMs * 2)
    expect(bench.calls).toHaveLength(1)
    letGo()
    await bench.clock.advance(200)
    expect((await both).map(({ accessToken }) => accessToken)).toEqual(['token-1', 'token-1'])
    expect(bench.calls).toHaveLength(1)
  })

  it('is given back at the end, also of a refresh that failed', async () => {
    bench.respond(() => Promise.reject(new GatewayError('vendor_error')))
    await kindOf(bench.tokens().get(rotating))
    expect(await bench.store.lease('login', 'another', 1_000)).toBe(true)
    expect(bench.clock.sleepers()).toBe(0)
  })

  it('that is too old lets nothing leave any more', async () => {
    let isCut = false
    const cut: TokenStore = {
      ...bench.store,
      lease: (...lease) => (isCut ? Promise.reject(new GatewayError('vendor_unavailable')) : bench.store.lease(...lease)),
    }
    const asked: (boolean | undefined)[] = []
    bench.respond(async (): Promise<Answer> => {
      const { mayLeave } = bench.calls.at(-1)!
      isCut = true
      for (const ms of [0, TOKEN_TIMES.marginMs - 1, 1]) {
        await bench.clock.advance(ms)
        asked.push(mayLeave?.())
      }
      return bench.grant()
    })
    await bench.tokens({ store: cut }).get(rotating)
    expect(asked).toEqual([true, true, false])
  })

  it('that ended before the call could leave is had again, and the call begins anew', async () => {
    let isCut = false
    const cut: TokenStore = {
      ...bench.store,
      lease: (...lease) => (isCut ? Promise.reject(new GatewayError('vendor_unavailable')) : bench.store.lease(...lease)),
    }
    bench.respond(async (): Promise<Answer> => {
      isCut = true
      await bench.clock.advance(TOKEN_TIMES.marginMs)
      isCut = false
      bench.respond(bench.grant)
      throw new GatewayError('vendor_unavailable', { unsent: true })
    })
    expect((await bench.tokens({ store: cut }).get(rotating)).accessToken).toBe('token-1')
    expect(bench.calls).toHaveLength(2)
  })

  it('that ends before the call can leave, again and again, is given up after a while', async () => {
    const old: TokenStore = {
      ...bench.store,
      // Whoever asks has had it for too long when it hears of it.
      async lease(...lease) {
        await bench.clock.advance(TOKEN_TIMES.marginMs)
        return bench.store.lease(...lease)
      },
    }
    bench.respond(() => Promise.reject(new GatewayError('vendor_unavailable', { unsent: true })))
    expect(await kindOf(bench.tokens({ store: old }).get(rotating))).toBe('vendor_unavailable')
    expect(bench.calls).toHaveLength((TOKEN_TIMES.leaseMs + TOKEN_TIMES.rotatingCallMs) / TOKEN_TIMES.marginMs)
  })

  it('that another process never gives back is given up after a while', async () => {
    const held: TokenStore = { ...bench.store, lease: async () => false }
    let ended: unknown
    void bench
      .tokens({ store: held })
      .get(rotating)
      .catch((error) => {
        ended = error
      })
    await bench.clock.advance(TOKEN_TIMES.leaseMs + TOKEN_TIMES.rotatingCallMs)
    expect(ended).toBeUndefined()
    await bench.clock.advance(TOKEN_TIMES.pollMs)
    expect(ended).toMatchObject({ kind: 'vendor_unavailable', retryAfterMs: 1_000 })
    expect(bench.calls).toEqual([])
  })

  it('that is renewed lets a call leave that waited long for its permit', async () => {
    const asked: (boolean | undefined)[] = []
    bench.respond(async (): Promise<Answer> => {
      await bench.clock.advance(TOKEN_TIMES.marginMs * 2)
      asked.push(bench.calls.at(-1)!.mayLeave?.())
      return bench.grant()
    })
    await bench.tokens().get(rotating)
    expect(asked).toEqual([true])
  })
})

describe('a process that stops (row 39)', () => {
  it('waits for the call that it sent, and stores what it gives', async () => {
    const letGo = bench.hold()
    const tokens = bench.tokens()
    const leaving = kindOf(tokens.get(rotating))
    await bench.clock.advance(1)
    let isSettled = false
    const settling = tokens.settled(15_000).then(() => {
      isSettled = true
    })
    await bench.clock.advance(5_000)
    expect(isSettled).toBe(false)
    letGo()
    await settling
    expect(bench.credentials.get('login')?.record?.version).toBe(1)
    expect(await leaving).toBe('fine')
  })

  it('waits until what it has is stored', async () => {
    let isFull = true
    const full: TokenStore = {
      ...bench.store,
      write: (...record) => (isFull ? Promise.reject(new GatewayError('vendor_unavailable')) : bench.store.write(...record)),
    }
    const tokens = bench.tokens({ store: full })
    await tokens.get(rotating)
    const settling = tokens.settled(15_000)
    await bench.clock.advance(2_000)
    isFull = false
    await bench.clock.advance(1_000)
    await settling
    expect(bench.credentials.get('login')?.record?.version).toBe(1)
  })

  it('waits no longer than it may, and leaves nothing running', async () => {
    const full: TokenStore = { ...bench.store, write: () => Promise.reject(new GatewayError('vendor_unavailable')) }
    const tokens = bench.tokens({ store: full })
    await tokens.get(rotating)
    const settling = tokens.settled(15_000)
    await bench.clock.advance(15_000)
    await settling
    await bench.clock.advance(0)
    expect(bench.clock.sleepers()).toBe(0)
  })

  it('that has nothing to wait for does not wait', async () => {
    const tokens = bench.tokens()
    await tokens.get(rotating)
    await tokens.settled(LIFE_MS)
    expect(bench.clock.sleepers()).toBe(0)
  })
})
