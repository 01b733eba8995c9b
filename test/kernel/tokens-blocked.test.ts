import { expect, it } from 'vitest'
import { type Answer, type Send, stack } from '../../src/kernel/call.ts'
import { GatewayError } from '../../src/kernel/errors.ts'
import { classify } from '../../src/kernel/layers/classify.ts'
import { limit } from '../../src/kernel/layers/limit.ts'
import { budgetOf } from '../../src/kernel/permits.ts'
import { randomKeyRing, sealFor } from '../../src/kernel/seal.ts'
import { createTokens } from '../../src/kernel/tokens.ts'
import { memoryPermits } from '../../src/store/memory/permits.ts'
import { memoryTokens } from '../../src/store/memory/tokens.ts'
import { testClock } from '../support/clock.ts'
import { answered, fakeConnection, fakeVendor } from '../support/fake.ts'

// What meets a refresh and says nothing of the refresh token: it is not spent by it, and serves when the vendor is well again.

const HOUR_MS = 3_600_000

const plain = fakeVendor()
const connection = fakeConnection({
  vendor: fakeVendor({
    limits: { ...plain.limits, block: { status: 403, forMs: 60_000 } },
    auth: { ...plain.auth, rotates: () => true },
  }),
})

/** A refresh that `answer` meets, the same an hour later with a vendor that is well, and how often the vendor was asked. */
async function refreshedTwice(answer: Answer, wasRefusedBefore = false) {
  const clock = testClock()
  const permits = memoryPermits(clock)
  if (wasRefusedBefore) {
    await permits.close(budgetOf(connection), 1_000)
    await clock.advance(1_000)
  }
  let asked = 0
  const vendor: Send = async ({ trace }) => {
    asked += 1
    Object.assign(trace, { attempts: trace.attempts + 1, status: answer.status, unsettled: true })
    return asked === 1 ? answer : answered(200, { accessToken: 'a', expiresInSeconds: 900, refreshToken: 'r' })
  }
  const send = stack([limit(permits, clock), classify(clock.wall)], vendor)
  const tokens = createTokens({
    store: memoryTokens(clock),
    send,
    seal: sealFor(randomKeyRing(), 'token'),
    clock,
    random: () => 0,
    onTrouble() {},
  })
  const kindOf = (thrown: unknown) => (thrown instanceof GatewayError ? thrown.kind : String(thrown))
  const refreshed = () => tokens.get(connection).then(() => 'fine', kindOf)
  const first = await refreshed()
  await clock.advance(HOUR_MS)
  return [first, await refreshed(), asked]
}

const html: Answer = { ...answered(403, null), flaw: 'an HTML page' }

it.each<[string, Answer, boolean, unknown[]]>([
  ['a block after a 429', answered(403, null), true, ['vendor_rate_limited', 'fine', 2]],
  ['a page of whoever stands before the vendor', html, false, ['bad_vendor_response', 'fine', 2]],
  ['the same with 401', { ...html, status: 401 }, false, ['bad_vendor_response', 'fine', 2]],
  ['a bare 403', answered(403, null), false, ['connection_unauthorized', 'fine', 2]],
  [
    "OAuth's word for a client that is not taken",
    answered(401, { error: 'invalid_client' }),
    false,
    ['connection_unauthorized', 'fine', 2],
  ],
  [
    'its word for a refused token',
    answered(400, { error: 'invalid_grant' }),
    false,
    ['connection_unauthorized', 'connection_unauthorized', 1],
  ],
  ['a 401 without a word', answered(401, null), false, ['connection_unauthorized', 'connection_unauthorized', 1]],
])('a refresh meets %s (rows 6, 8)', async (_what, answer, wasRefusedBefore, expected) => {
  expect(await refreshedTwice(answer, wasRefusedBefore)).toEqual(expected)
})
