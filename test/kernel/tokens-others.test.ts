import { beforeEach, describe, expect, it } from 'vitest'
import { TOKEN_TIMES } from '../../src/kernel/tokens/times.ts'
import type { Token } from '../../src/kernel/tokens.ts'
import { rotating as connection, type TokenBench, tokenBench } from '../support/tokens.ts'

// Row 11 of the fault matrix: what another process began with a refresh token that its use spends, and did not end.

let bench: TokenBench
let old: Token
beforeEach(async () => {
  bench = tokenBench()
  old = await bench.tokens().get(connection)
})

const sent = () => bench.calls.slice(1)

describe('a process that began a refresh and has no lease any more', () => {
  const { rotatingCallMs, persistMs } = TOKEN_TIMES

  /** It died, or it was cut off and its call is on its way. */
  async function begin(startedAt: number): Promise<void> {
    await bench.store.lease('login', 'lost', 15_000)
    const attempt = { spends: 'unlike', startedAt, isLast: false }
    await bench.store.note('login', 1, { state: 'refreshing', attempt, notBefore: 0 }, 'lost')
    await bench.store.release('login', 'lost')
  }

  it('is given all the time that its call may take, and to store what it got', async () => {
    await begin(bench.clock.wall())
    const waiting = bench.tokens().renewed(connection, old)
    await bench.clock.advance(rotatingCallMs)
    await bench.tokens().adopt(connection, { accessToken: 'from-the-lost', expiresInSeconds: 900, refreshToken: 'fresh' })
    await bench.clock.advance(TOKEN_TIMES.pollMs)
    expect((await waiting).accessToken).toBe('from-the-lost')
    expect(sent()).toEqual([])
  })

  it('is given no more than that', async () => {
    await begin(bench.clock.wall())
    const waiting = bench.tokens().renewed(connection, old)
    await bench.clock.advance(rotatingCallMs + persistMs - TOKEN_TIMES.pollMs)
    expect(sent()).toEqual([])
    await bench.clock.advance(2 * TOKEN_TIMES.pollMs)
    expect((await waiting).accessToken).toBe('token-2')
  })

  it('is not waited for where that time is over', async () => {
    await begin(bench.clock.wall() - rotatingCallMs - persistMs)
    expect((await bench.tokens().renewed(connection, old)).accessToken).toBe('token-2')
  })

  it('is not waited for any longer because the clock of the store went back', async () => {
    await begin(bench.clock.wall() + 3_600_000)
    const waiting = bench.tokens().renewed(connection, old)
    await bench.clock.advance(rotatingCallMs + persistMs + TOKEN_TIMES.pollMs)
    expect((await waiting).accessToken).toBe('token-2')
  })
})
