import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { type Answer, type Call, stack } from '../../../src/kernel/call.ts'
import { GatewayError } from '../../../src/kernel/errors.ts'
import { coalesce } from '../../../src/kernel/layers/coalesce.ts'
import { forget } from '../../../src/kernel/layers/forget.ts'
import { testClock } from '../../support/clock.ts'
import { answered, fakeCall, fakeConnection } from '../../support/fake.ts'

/** The layer over a vendor that answers when it is told to. */
function open() {
  const sent: { call: Call; answer: (answer: Answer) => void; fail: (error: GatewayError) => void }[] = []
  const shared = coalesce(testClock())
  const send = stack(
    [forget([shared]), shared.layer],
    (call) =>
      new Promise((resolve, reject) => {
        sent.push({ call, answer: resolve, fail: reject })
      }),
  )
  return { sent, send }
}

it('makes one call of identical reads at the same time, and another of the next', async () => {
  const { sent, send } = open()
  const both = [send(fakeCall()), send(fakeCall())]
  expect(sent).toHaveLength(1)
  sent[0]!.answer(answered(200, { id: 1 }))
  const [one, other] = await Promise.all(both)
  expect(other).toBe(one)
  const later = send(fakeCall())
  expect(sent).toHaveLength(2)
  sent[1]!.answer(answered(200))
  await later
})

it('shares nothing that was asked before a write with who comes after it, through whichever connection of the login', async () => {
  const { sent, send } = open()
  const before = [send(fakeCall()), send(fakeCall())]
  const write = send(fakeCall({ method: 'PATCH', connection: fakeConnection({ id: 'same-login' }) }))
  sent[1]!.answer(answered(200))
  await write
  const after = [send(fakeCall()), send(fakeCall())]
  expect(sent).toHaveLength(3)
  sent[0]!.answer(answered(200, 'old'))
  expect((await Promise.all(before)).map(({ body }) => body)).toEqual(['old', 'old'])
  const last = send(fakeCall())
  sent[2]!.answer(answered(200, 'new'))
  expect((await Promise.all([...after, last])).map(({ body }) => body)).toEqual(['new', 'new', 'new'])
  expect(sent).toHaveLength(3)
})

it.each<[string, Partial<Call>]>([
  ['another connection', { connection: fakeConnection({ id: 'norte' }) }],
  ['another query', { request: { method: 'GET', path: '/v1/things/1', query: { page: 2 } } }],
  ['another header', { request: { method: 'GET', path: '/v1/things/1', headers: { 'cplug-company-id': '2' } } }],
  ['who wants it fresh', { isFresh: true }],
])('never shares with %s', (_what, changes) => {
  const { sent, send } = open()
  void send(fakeCall())
  void send({ ...fakeCall(), ...changes })
  expect(sent).toHaveLength(2)
})

it('never makes one of two writes', () => {
  const { sent, send } = open()
  void send(fakeCall({ method: 'POST' }))
  void send(fakeCall({ method: 'POST' }))
  expect(sent).toHaveLength(2)
})

it('gives everyone a failure of their own', async () => {
  const { sent, send } = open()
  const failures = [send(fakeCall()), send(fakeCall())].map((one) => one.catch((error) => error))
  sent[0]!.fail(new GatewayError('vendor_error', { origin: 'vendor' }))
  const [one, other] = await Promise.all(failures)
  expect([one.kind, other.kind]).toEqual(['vendor_error', 'vendor_error'])
  expect(other).not.toBe(one)
  expect(sent).toHaveLength(1)
})

it('asks again for the others when whoever asked gives up', async () => {
  const { sent, send } = open()
  const leaving = new AbortController()
  const left = send(fakeCall({ signal: leaving.signal })).catch((error) => error.kind)
  const staying = [send(fakeCall()), send(fakeCall())]
  leaving.abort()
  sent[0]!.fail(new GatewayError('request_timeout'))
  expect(await left).toBe('request_timeout')
  await expect.poll(() => sent.length).toBe(2)
  sent[1]!.answer(answered(200, 'theirs'))
  expect((await Promise.all(staying)).map(({ body }) => body)).toEqual(['theirs', 'theirs'])
  expect(sent).toHaveLength(2)
})

/** How many go on between one look at whatever else there is to do and the next, the first of all beside them. */
async function stepsWith(length: number): Promise<number[]> {
  const { sent, send } = open()
  let goneOn = 0
  const all = Array.from({ length: 50 }, () => send(fakeCall()).then(() => (goneOn += 1)))
  const seen: number[] = []
  sent[0]!.answer({ ...answered(200), length })
  while (goneOn < 50) {
    await new Promise((resolve) => setImmediate(resolve))
    seen.push(goneOn)
  }
  await Promise.all(all)
  return seen.map((count, index) => count - (seen[index - 1] ?? 0))
}

it.each([
  ['one after the other, where answers are as long as a large page', 60_000, 2],
  ['a few at a time, where they are shorter', 20_000, 4],
])('lets those who waited go on %s, so that whatever else there is to do comes between', async (_how, length, most) => {
  expect(Math.max(...(await stepsWith(length)))).toBeLessThanOrEqual(most)
})

it('lets those who waited go on together, where answers are small', async () => {
  expect(await stepsWith(1_000)).toEqual([50])
})

it('keeps nothing alive of what was answered where something is always under way', async () => {
  setFlagsFromString('--expose-gc')
  const collectYoung = () => runInNewContext('gc')({ type: 'minor' })
  const { sent, send } = open()
  const read = (id: number) => send({ ...fakeCall(), request: { method: 'GET', path: `/v1/things/${id}` } })
  const reads = Array.from({ length: 8 }, (_, id) => read(id))
  // What survives twice is old, and is not looked at by the collections that follow.
  collectYoung()
  collectYoung()
  const before = process.memoryUsage().heapUsed
  for (let id = 8; id <= 400; id += 1) {
    reads.push(read(id))
    sent.shift()!.answer(answered(200, new Array(4_000).fill(id)))
    await reads.shift()
    if (id % 50 === 0) collectYoung()
  }
  // Of 12 MiB that were answered.
  expect((process.memoryUsage().heapUsed - before) / 2 ** 20).toBeLessThan(3)
})
