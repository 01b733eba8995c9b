import { expect, it } from 'vitest'
import { stack } from '../../src/kernel/call.ts'
import { limit } from '../../src/kernel/layers/limit.ts'
import { createOperator } from '../../src/kernel/operate.ts'
import { patientPermit } from '../../src/kernel/patience.ts'
import { budgetOf } from '../../src/kernel/permits.ts'
import { memoryPermits } from '../../src/store/memory/permits.ts'
import { testClock } from '../support/clock.ts'
import { answered, fakeConnection, fakeVendor } from '../support/fake.ts'

function open(requests: number, perMs: number) {
  const clock = testClock()
  const permits = memoryPermits(clock)
  const connection = fakeConnection({ limits: { requests, perMs } })
  const granted: number[] = []
  const patient = (signal?: AbortSignal) =>
    patientPermit(permits, clock, connection, signal).then(() => {
      granted.push(clock.now())
    })
  return { clock, permits, connection, granted, patient }
}

it('waits as long as it takes, and leaves a share of a large budget to others', async () => {
  const { clock, permits, connection, granted, patient } = open(60, 60_000)
  const all = Promise.all(Array.from({ length: 120 }, () => patient()))
  await clock.advance(0)
  expect(granted).toHaveLength(57)
  // An interactive call is served at once, although many wait.
  expect(await permits.take(budgetOf(connection), 0)).toMatchObject({ granted: true, waitMs: 0 })
  await clock.advance(180_000)
  await all
  const most = Math.max(...granted.map((from) => granted.filter((at) => at >= from && at < from + 60_000).length))
  expect(most).toBeLessThanOrEqual(57)
})

it.each([
  ['eGestor', 60, 60_000, 1_000],
  ['Kommo', 7, 1_000, 90],
])("uses at least nine tenths of %s's limit, and never more than it in any window", async (_vendor, requests, perMs, marginMs) => {
  const clock = testClock()
  const permits = memoryPermits(clock)
  const vendor = fakeVendor()
  const connection = fakeConnection({ vendor: { ...vendor, limits: { ...vendor.limits, marginMs } }, limits: { requests, perMs } })
  const granted: number[] = []
  const stop = new AbortController()
  // Two exports with four pages each on their way.
  const exporting = Array.from({ length: 8 }, async () => {
    for (;;) {
      await patientPermit(permits, clock, connection, stop.signal)
      granted.push(clock.now())
    }
  }).map((one) => one.catch(() => {}))
  const windows = 20
  for (let step = 0; step < windows * 10; step += 1) await clock.advance(perMs / 10)
  stop.abort()
  await Promise.all(exporting)
  expect(granted.length).toBeGreaterThanOrEqual(0.9 * requests * windows)
  const most = Math.max(...granted.map((from) => granted.filter((at) => at >= from && at < from + perMs).length))
  expect(most).toBeLessThanOrEqual(requests)
})

it('uses nearly all of a small budget, and is no hindrance to who reserves ahead', async () => {
  const { clock, permits, connection, granted, patient } = open(7, 1_000)
  const all = Promise.all(Array.from({ length: 70 }, () => patient()))
  await clock.advance(0)
  expect(granted).toHaveLength(7)
  expect(await permits.take(budgetOf(connection), 5_000)).toMatchObject({ granted: true, waitMs: 1_000 })
  await clock.advance(11_000)
  await all
  expect(granted).toHaveLength(70)
})

it('ends when nobody waits for it any more, and takes nothing then', async () => {
  const { clock, permits, connection, patient } = open(1, 60_000)
  await patient()
  const leaving = new AbortController()
  const waiting = patient(leaving.signal)
  await clock.advance(0)
  leaving.abort(new Error('gone'))
  await expect(waiting).rejects.toThrow('gone')
  await clock.advance(60_000)
  expect(await permits.take(budgetOf(connection), 0)).toMatchObject({ granted: true })
})

it('passes the limit in no window, although those who have one wait for a login', async () => {
  const clock = testClock()
  const permits = memoryPermits(clock)
  const vendor = fakeVendor()
  const connection = fakeConnection({
    vendor: { ...vendor, limits: { ...vendor.limits, marginMs: 100 } },
    limits: { requests: 5, perMs: 1_000 },
  })
  const login = clock.sleep(3_500)
  const sentAt: number[] = []
  const send = stack([(next) => (call) => login.then(() => next(call)), limit(permits, clock)], async () => {
    sentAt.push(clock.now())
    return answered(200)
  })
  const operator = createOperator(send, clock)
  const pages = Promise.all(
    Array.from({ length: 15 }, (_, page) => {
      const permit = () => patientPermit(permits, clock, connection, undefined)
      return operator.start(connection, 'customers.list', { permit }).ask({ method: 'GET', path: `/${page}` })
    }),
  )
  await clock.advance(10_000)
  await pages
  expect(sentAt).toHaveLength(15)
  const most = Math.max(...sentAt.map((from) => sentAt.filter((at) => at >= from && at < from + 1_000).length))
  expect(most).toBeLessThanOrEqual(5)
})
