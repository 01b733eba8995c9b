import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Connection } from '../../src/kernel/connection.ts'
import type { Tokens } from '../../src/kernel/tokens.ts'
import { fakeConnection, fakeVendor } from '../support/fake.ts'
import { failed, LIFE_MS, type TokenBench, tokenBench } from '../support/tokens.ts'

// A refresh token that ends when nobody uses it (Kommo's, after three months).

const HOUR_MS = 3_600_000

const { auth } = fakeVendor()
const ends = fakeConnection({ vendor: fakeVendor({ auth: { ...auth, rotates: () => true, refreshTokenEndsUnused: true } }) })

let bench: TokenBench
let tokens: Tokens
let connections: Connection[]
beforeEach(() => {
  bench = tokenBench()
  connections = [ends]
  tokens = bench.tokens()
  tokens.keepUsed(() => connections)
})
afterEach(() => tokens.settled(0))

const sent = () => bench.calls.map(({ request }) => (request.body as { refreshToken: string | null }).refreshToken)

describe('a connection that nobody uses', () => {
  it('has its token renewed once it is over, again and again', async () => {
    await tokens.get(ends)
    await bench.clock.advance(3 * HOUR_MS)
    expect(sent()).toEqual([null, 'refresh-1', 'refresh-2', 'refresh-3'])
  })

  it('is left alone while its token lives', async () => {
    await bench.clock.advance(HOUR_MS - LIFE_MS / 2)
    await tokens.get(ends)
    await bench.clock.advance(LIFE_MS)
    expect(sent()).toHaveLength(1)
  })

  it('is renewed by one process, whose token all others find', async () => {
    const other = bench.tokens()
    other.keepUsed(() => connections)
    await tokens.get(ends)
    await bench.clock.advance(2 * HOUR_MS)
    expect(sent()).toEqual([null, 'refresh-1', 'refresh-2'])
    expect((await other.get(ends)).version).toBe(3)
    await other.settled(0)
  })

  it('may be one that was made while the process runs', async () => {
    connections = []
    await tokens.get(ends)
    await bench.clock.advance(HOUR_MS)
    expect(sent()).toHaveLength(1)
    connections = [ends]
    await bench.clock.advance(HOUR_MS)
    expect(sent()).toHaveLength(2)
  })

  it('is not logged in where it never was, nor where its vendor says nothing of such an end', async () => {
    const plain = fakeConnection({ login: 'plain' })
    connections = [ends, plain]
    await tokens.get(plain)
    await bench.clock.advance(5 * HOUR_MS)
    expect(sent()).toHaveLength(1)
  })

  it('is tried again an hour after it failed, and the failure is told', async () => {
    await tokens.get(ends)
    bench.respond(failed)
    await bench.clock.advance(HOUR_MS)
    expect(bench.trouble).toMatchObject([{ reason: 'refresh_failed', error: { kind: 'vendor_error' } }])
    bench.respond(bench.grant)
    await bench.clock.advance(HOUR_MS)
    expect(sent()).toEqual([null, 'refresh-1', 'refresh-1'])
  })

  it('is looked at no more once the process stops', async () => {
    await tokens.get(ends)
    await tokens.settled(0)
    await bench.clock.advance(5 * HOUR_MS)
    expect(sent()).toHaveLength(1)
  })
})
