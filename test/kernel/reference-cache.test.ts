import { beforeEach, describe, expect, it } from 'vitest'
import type { Answer, Call } from '../../src/kernel/call.ts'
import type { Connection } from '../../src/kernel/connection.ts'
import { GatewayError } from '../../src/kernel/errors.ts'
import { createOperator, type Operator } from '../../src/kernel/operate.ts'
import { createReferenceCache, type ReferenceCache } from '../../src/kernel/reference-cache.ts'
import { type TestClock, testClock } from '../support/clock.ts'
import { answered, fakeConnection } from '../support/fake.ts'

let clock: TestClock
let cache: ReferenceCache
let calls: number
beforeEach(() => {
  clock = testClock()
  cache = createReferenceCache(clock)
  calls = 0
})

const MINUTE_MS = 60_000
const numbered = async () => {
  calls += 1
  return answered(200, calls)
}
const failing = async (): Promise<Answer> => {
  calls += 1
  throw new GatewayError('vendor_error')
}
const read = async (key = 'fields', after?: number, call = numbered) => (await cache.read(key, { forMs: 10 * MINUTE_MS, after }, call)).body
const kindOf = (thrown: unknown) => (thrown as GatewayError).kind

describe('an answer that is kept', () => {
  it('serves until it is as old as whoever asks allows', async () => {
    expect([await read(), await read()]).toEqual([1, 1])
    await clock.advance(MINUTE_MS)
    expect((await cache.read('fields', { forMs: MINUTE_MS }, numbered)).body).toBe(2)
    await clock.advance(10 * MINUTE_MS - 1)
    expect(await read()).toBe(2)
    await clock.advance(1)
    expect(await read()).toBe(3)
  })

  it('is asked for once by any number who ask at a time', async () => {
    expect(new Set(await Promise.all(Array.from({ length: 100 }, () => read())))).toEqual(new Set([1]))
    expect(calls).toBe(1)
  })

  it('makes room for the thousand and first by itself alone', async () => {
    for (let key = 0; key < 1_001; key += 1) await read(String(key))
    expect(calls).toBe(1_001)
    for (let key = 1; key < 1_001; key += 1) await read(String(key))
    expect(calls).toBe(1_001)
    await read('0')
    expect(calls).toBe(1_002)
  })
})

describe('a failure', () => {
  it('is not kept', async () => {
    await expect(read('fields', undefined, failing)).rejects.toSatisfy((thrown) => kindOf(thrown) === 'vendor_error')
    expect(await read()).toBe(2)
  })

  it('is for each who waited one of their own', async () => {
    const thrown = await Promise.all([1, 2].map(() => read('fields', undefined, failing).catch((error) => error)))
    expect(calls).toBe(1)
    expect(thrown[0]).not.toBe(thrown[1])
    expect(thrown.map(kindOf)).toEqual(['vendor_error', 'vendor_error'])
  })
})

describe('something unknown', () => {
  it('makes one call for all who meet it, and none for half a minute after', async () => {
    await read()
    await clock.advance(MINUTE_MS)
    const now = clock.now()
    expect(await Promise.all([read('fields', now), read('fields', now), read()])).toEqual([2, 2, 2])
    await clock.advance(29_999)
    expect(await read('fields', clock.now())).toBe(2)
    await clock.advance(1)
    expect(await read('fields', clock.now())).toBe(3)
  })

  it('costs nothing where the answer came during the same operation', async () => {
    const startedAt = clock.now()
    await read()
    await clock.advance(100)
    expect(await read('fields', startedAt)).toBe(1)
  })

  it('leaves the older answer in force when the call for it fails, as old as it is', async () => {
    await read()
    await clock.advance(MINUTE_MS)
    expect(await read('fields', clock.now(), failing)).toBe(1)
    expect(await read('fields', clock.now(), failing)).toBe(1)
    expect(calls).toBe(2)
    await clock.advance(9 * MINUTE_MS)
    expect(await read()).toBe(3)
  })
})

describe('reference data of an operation', () => {
  let held: { operation: string; signal: Call['signal']; letGo(): void }[]
  let operator: Operator
  beforeEach(() => {
    held = []
    operator = createOperator(
      ({ operation, signal }) =>
        new Promise((resolve) => held.push({ operation, signal, letGo: () => resolve(answered(200, held.length)) })),
      clock,
    )
  })

  const ask = (connection: Partial<Connection> = {}, signal?: AbortSignal, path = '/fields') =>
    operator.start(fakeConnection(connection), 'customers.list', { signal }).ask({ method: 'GET', path }, { cachedForMs: MINUTE_MS })

  it('is never shared by two connections, nor by two logins or addresses of one', async () => {
    const asked = [
      ask(),
      ask({ id: 'norte' }),
      ask({ login: 'another' }),
      ask({ baseUrl: 'http://127.0.0.1:8' }),
      ask({}, undefined, '/users'),
    ]
    expect(held).toHaveLength(5)
    for (const { letGo } of held) letGo()
    await Promise.all(asked)
    await ask()
    expect(held).toHaveLength(5)
  })

  it('comes to those who stay when the one who asked first leaves', async () => {
    const leaver = new AbortController()
    const first = ask({}, leaver.signal).catch(kindOf)
    const second = ask()
    leaver.abort()
    expect(await first).toBe('request_timeout')
    expect(held.map(({ signal }) => signal?.aborted ?? false)).toEqual([false])
    held[0]!.letGo()
    expect((await second).body).toBe(1)
  })

  it('is waited for no longer than the time of whoever waits', async () => {
    const patient = ask()
    expect(await ask({ timeoutMs: 20 }).catch(kindOf)).toBe('vendor_timeout')
    held[0]!.letGo()
    expect((await patient).body).toBe(1)
  })
})
