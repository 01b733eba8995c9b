import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Kind } from '../../src/contract/problem.ts'
import { GatewayError, type Outcome } from '../../src/kernel/errors.ts'
import {
  type Claimed,
  createIdempotency,
  type Idempotency,
  type IdempotencyStore,
  LEASE_MS,
  type StoredAnswer,
} from '../../src/kernel/idempotency.ts'
import { digestsFor, type KeyRing, sealFor } from '../../src/kernel/seal.ts'
import { memoryIdempotency } from '../../src/store/memory/idempotency.ts'
import { type TestClock, testClock } from '../support/clock.ts'
import { fakeConnection, fakeVendor } from '../support/fake.ts'

const ANSWER: StoredAnswer = { status: 201, headers: { location: '/customers/centro:1' }, body: '{"data":{"name":"Ana Teles"}}' }
const [OLD, NEW] = ['old', 'new'].map((id) => ({ id, secret: randomBytes(32) })) as [KeyRing['keys'][0], KeyRing['keys'][0]]

let clock: TestClock
let store: IdempotencyStore
let troubles: string[]
let calls: string[]
beforeEach(() => {
  clock = testClock()
  store = memoryIdempotency(clock)
  troubles = []
  calls = []
})

const failing = () => Promise.reject(new GatewayError('vendor_unavailable'))

const keysOf = (keys: KeyRing['keys'] = [OLD], changes: Partial<IdempotencyStore> = {}): Idempotency =>
  createIdempotency({
    store: { ...store, ...changes },
    digests: digestsFor({ keys }, 'idempotency'),
    seal: sealFor({ keys }, 'idempotency'),
    clock,
    onTrouble: (message) => troubles.push(message),
  })

const open = (keys: Idempotency, content: unknown = { name: 'Ana' }, writesOncePerKey = false) =>
  keys.open({
    scope: ['erp-da-loja', 'centro', 'POST', '/customers', 'chave-do-pedido'],
    content,
    destination: {
      connection: fakeConnection({ vendor: fakeVendor(writesOncePerKey ? { writesOncePerKey } : {}) }),
      operation: 'customers.create',
      lookUp: () => 'Look there.',
    },
  })

const begin = async (...parameters: Parameters<typeof open>) => (await open(...parameters)) as Claimed

const refusal = async (...parameters: Parameters<typeof open>): Promise<GatewayError> => {
  const thrown = await open(...parameters).catch((error: unknown) => error)
  expect(thrown).toBeInstanceOf(GatewayError)
  return thrown as GatewayError
}

const failed = (kind: Kind, outcome: Outcome) => new GatewayError(kind, { outcome })

describe('a keyed write', () => {
  it('stays claimed for as long as it runs, however slow it is', async () => {
    const write = await begin(keysOf())
    await write.sending()
    for (let passed = 0; passed < 10; passed += 1) {
      await clock.advance(LEASE_MS / 2)
      expect(await refusal(keysOf())).toMatchObject({ kind: 'idempotency_in_progress', retryable: true, outcome: 'unknown' })
    }
    await write.finish(ANSWER, undefined)
    expect(await open(keysOf())).toEqual(ANSWER)
    expect(clock.sleepers()).toBe(0)
  })

  it('is noted as sent once, before the first sending of several', async () => {
    const counting: Partial<IdempotencyStore> = {
      markSent: (...parameters) => {
        calls.push('sent')
        return store.markSent(...parameters)
      },
    }
    const write = await begin(keysOf([OLD], counting))
    expect(calls).toEqual([])
    await write.sending()
    await write.sending()
    expect(calls).toEqual(['sent'])
  })

  it('may not be sent by a process that slept through its lease', async () => {
    const asleep = await begin(keysOf([OLD], { renew: failing }))
    await clock.advance(LEASE_MS)
    expect(troubles).not.toEqual([])
    const heir = await begin(keysOf())
    await expect(asleep.sending()).rejects.toMatchObject({ kind: 'idempotency_in_progress' })
    await asleep.finish(ANSWER, failed('idempotency_in_progress', 'unknown'))
    await heir.sending()
    await heir.finish(ANSWER, undefined)
    expect(await open(keysOf())).toEqual(ANSWER)
  })

  it('is the same however the members of its body are ordered, and another where a list is', async () => {
    const write = await begin(keysOf(), { name: 'Ana', note: null, address: { city: 'Canoas', state: 'RS' }, tags: ['a', 'b'] })
    await write.finish(ANSWER, undefined)
    const reordered = { tags: ['a', 'b'], address: { state: 'RS', city: 'Canoas' }, note: null, name: 'Ana' }
    expect(await open(keysOf(), reordered)).toEqual(ANSWER)
    expect(await refusal(keysOf(), { ...reordered, tags: ['b', 'a'] })).toMatchObject({
      kind: 'idempotency_mismatch',
      errors: [{ parameter: 'idempotency-key', detail: 'belongs to another request' }],
    })
  })

  it('has a write key that follows from client, key and request, and from nothing else', async () => {
    const first = await begin(keysOf())
    await first.finish(ANSWER, failed('vendor_unavailable', 'not_applied'))
    const same = await begin(keysOf())
    await same.finish(ANSWER, failed('vendor_unavailable', 'not_applied'))
    const other = await begin(keysOf(), { name: 'Bia' })
    expect(first.writeKey).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(same.writeKey).toBe(first.writeKey)
    expect(other.writeKey).not.toBe(first.writeKey)
  })
})

describe('what is kept of a write that failed', () => {
  it.each<[Kind, Outcome]>([
    ['vendor_rejected', 'not_applied'],
    ['conflict', 'not_applied'],
    ['not_found', 'not_applied'],
    ['gone', 'not_applied'],
    ['vendor_error', 'applied'],
    ['vendor_timeout', 'applied'],
    ['internal_error', 'applied'],
  ])('the answer, where it was %s and %s after it was sent', async (kind, outcome) => {
    const write = await begin(keysOf())
    await write.sending()
    await write.finish(ANSWER, failed(kind, outcome))
    expect(await open(keysOf())).toEqual(ANSWER)
  })

  it.each<[Kind, Outcome]>([
    ['vendor_rate_limited', 'not_applied'],
    ['vendor_unavailable', 'not_applied'],
    ['vendor_timeout', 'not_applied'],
    ['connection_unauthorized', 'not_applied'],
    ['connection_forbidden', 'not_applied'],
    ['unsupported_field', 'not_applied'],
  ])('nothing, where it was %s and %s although it was about to be sent', async (kind, outcome) => {
    const write = await begin(keysOf())
    await write.sending()
    await write.finish(ANSWER, failed(kind, outcome))
    expect(await open(keysOf(), { name: 'Bia' })).toHaveProperty('writeKey')
  })

  it.each<[Kind, Outcome]>([
    ['vendor_rejected', 'not_applied'],
    ['conflict', 'not_applied'],
    ['internal_error', 'unknown'],
  ])('nothing, where it was %s and %s before anything was sent', async (kind, outcome) => {
    const write = await begin(keysOf())
    await write.finish(ANSWER, failed(kind, outcome))
    expect(await open(keysOf(), { name: 'Bia' })).toHaveProperty('writeKey')
  })

  it('that nobody knows what became of it', async () => {
    const write = await begin(keysOf())
    await write.sending()
    await write.finish(ANSWER, failed('vendor_timeout', 'unknown'))
    expect(await refusal(keysOf())).toMatchObject({
      kind: 'outcome_unknown',
      outcome: 'unknown',
      retryable: false,
      message: expect.stringContaining('Look there.'),
      place: { connection: 'centro', vendor: 'fake', operation: 'customers.create' },
    })
    expect(await refusal(keysOf(), { name: 'Bia' })).toMatchObject({ kind: 'idempotency_mismatch' })
  })
})

describe('a vendor that does a write once for each key', () => {
  const unknown = async () => {
    const write = await begin(keysOf(), undefined, true)
    await write.sending()
    await write.finish(ANSWER, failed('vendor_timeout', 'unknown'))
    return write
  }

  it('is asked again under the same key', async () => {
    const first = await unknown()
    const again = await begin(keysOf(), undefined, true)
    expect([first.isRepeat, again.isRepeat, again.writeKey]).toEqual([false, true, first.writeKey])
    await again.sending()
    await again.finish(ANSWER, undefined)
    expect(await open(keysOf(), undefined, true)).toEqual(ANSWER)
  })

  it.each<[Kind, boolean]>([
    ['vendor_rejected', true],
    ['vendor_unavailable', false],
    ['vendor_rate_limited', true],
  ])('does not forget that it may have been done, when the next sending is %s', async (kind, isSent) => {
    await unknown()
    const again = await begin(keysOf(), undefined, true)
    if (isSent) await again.sending()
    await again.finish(ANSWER, failed(kind, 'unknown'))
    expect((await begin(keysOf(), undefined, true)).isRepeat).toBe(true)
  })

  it('is asked again by one at a time', async () => {
    await unknown()
    await begin(keysOf(), undefined, true)
    expect(await refusal(keysOf(), undefined, true)).toMatchObject({ kind: 'idempotency_in_progress' })
  })
})

describe('a store that fails', () => {
  it('before the write is claimed leaves it unsent', async () => {
    expect(await refusal(keysOf([OLD], { claim: failing }))).toMatchObject({ kind: 'vendor_unavailable', place: { connection: 'centro' } })
  })

  it('before the write is sent leaves it unsent, and the key free once the claim has ended', async () => {
    const write = await begin(keysOf([OLD], { markSent: failing, release: failing }))
    await expect(write.sending()).rejects.toMatchObject({ kind: 'vendor_unavailable' })
    await write.finish(ANSWER, failed('vendor_unavailable', 'not_applied'))
    expect(troubles).toHaveLength(1)
    await clock.advance(LEASE_MS)
    expect(await open(keysOf())).toHaveProperty('writeKey')
  })

  it('after the write was done keeps it as sent, so that it is unknown and never sent again', async () => {
    const write = await begin(keysOf([OLD], { settle: failing }))
    await write.sending()
    await write.finish(ANSWER, undefined)
    expect(troubles).toEqual(['a key could not be noted as done'])
    expect(await refusal(keysOf())).toMatchObject({ kind: 'idempotency_in_progress' })
    await clock.advance(LEASE_MS)
    expect(await refusal(keysOf())).toMatchObject({ kind: 'outcome_unknown' })
  })

  it('or whose record does not open says that nobody knows', async () => {
    const write = await begin(keysOf())
    await write.finish(ANSWER, undefined)
    const swapped = keysOf([OLD], {
      claim: async (...parameters) => ({ ...(await store.claim(...parameters)), answer: 'v1.old.AAAA' }) as never,
    })
    expect(await refusal(swapped)).toMatchObject({ kind: 'outcome_unknown' })
  })
})

describe('what is kept', () => {
  it('names neither client nor key, and cannot be read without the ring', async () => {
    const kept: unknown[] = []
    const spying = Object.fromEntries(
      Object.entries(store).map(([name, method]) => [
        name,
        (...parameters: unknown[]) => {
          kept.push(parameters)
          return (method as (...given: unknown[]) => unknown)(...parameters)
        },
      ]),
    ) as unknown as IdempotencyStore
    const write = await begin(keysOf([OLD], spying), { name: 'Ana' })
    await write.sending()
    await write.finish(ANSWER, undefined)
    expect(kept.length).toBe(3)
    for (const word of ['erp-da-loja', 'chave-do-pedido', 'Ana Teles', 'customers']) expect(JSON.stringify(kept)).not.toContain(word)
  })
})

describe('a ring whose keys are rotated', () => {
  it.each([
    ['a new key is added', [OLD], [OLD, NEW]],
    ['the new key comes first', [OLD, NEW], [NEW, OLD]],
    ['the old key is dropped', [NEW, OLD], [NEW]],
    ['the order is taken back', [NEW, OLD], [OLD, NEW]],
  ])('gives the answer again when %s', async (_what, before, after) => {
    const write = await begin(keysOf(before))
    await write.sending()
    await write.finish(ANSWER, undefined)
    expect(await open(keysOf(after))).toEqual(ANSWER)
    expect(await refusal(keysOf(after), { name: 'Bia' })).toMatchObject({ kind: 'idempotency_mismatch' })
    await write.finish(ANSWER, undefined)
  })

  it('sends a write once where two processes have the keys in another order', async () => {
    for (let round = 0; round < 50; round += 1) {
      store = memoryIdempotency(clock)
      const slow: Partial<IdempotencyStore> = {
        has: async (name) => {
          await Promise.resolve()
          return store.has(name)
        },
      }
      const opened = await Promise.allSettled([open(keysOf([OLD, NEW], round % 2 ? slow : {})), open(keysOf([NEW, OLD]))])
      expect(opened.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1)
    }
  })
})
