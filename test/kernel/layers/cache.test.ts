import { describe, expect, it } from 'vitest'
import { type Answer, type Call, stack } from '../../../src/kernel/call.ts'
import { cache } from '../../../src/kernel/layers/cache.ts'
import { forget } from '../../../src/kernel/layers/forget.ts'
import { testClock } from '../../support/clock.ts'
import { answered, fakeCall, fakeConnection } from '../../support/fake.ts'

const connection = fakeConnection({ cacheSeconds: 60 })
const read = (path: string, changes: Partial<Call> = {}): Call => ({
  ...fakeCall({ connection }),
  request: { method: 'GET', path },
  ...changes,
})
const write = (): Call => fakeCall({ connection, method: 'POST' })

/** The layer over a vendor that numbers its answers, each of a given length. */
function open({ length = 10, most = 1_000, hold }: { length?: number; most?: number; hold?: Promise<void> } = {}) {
  const clock = testClock()
  const asked: string[] = []
  const kept = cache(clock, most)
  const send = stack([forget([kept]), kept.layer], async ({ request }): Promise<Answer> => {
    asked.push(request.path)
    const answer = { ...answered(200, asked.length), length }
    if (request.path === '/held') await hold
    return answer
  })
  return { clock, asked, send }
}

it('lets an answer serve again, tells its age, and asks anew when its time is over', async () => {
  const { clock, asked, send } = open()
  expect(await send(read('/1'))).not.toHaveProperty('ageMs')
  await clock.advance(59_999)
  expect(await send(read('/1'))).toMatchObject({ body: 1, ageMs: 59_999 })
  await clock.advance(1)
  expect(await send(read('/1'))).toMatchObject({ body: 2 })
  expect(asked).toHaveLength(2)
})

it('goes round it for who wants it fresh, and keeps the fresher answer', async () => {
  const { asked, send } = open()
  await send(read('/1'))
  expect(await send(read('/1', { isFresh: true }))).toMatchObject({ body: 2 })
  expect(await send(read('/1'))).toMatchObject({ body: 2 })
  expect(asked).toHaveLength(2)
})

it('keeps nothing for connections that do not allow it, and never serves one connection from another', async () => {
  const { asked, send } = open()
  for (const id of ['a', 'a', 'b']) await send(read('/1', { connection: fakeConnection({ id, cacheSeconds: id === 'b' ? 60 : 0 }) }))
  expect(asked).toHaveLength(3)
  expect(await send(read('/1', { connection: fakeConnection({ id: 'c', cacheSeconds: 60 }) }))).toMatchObject({ body: 4 })
})

describe('a write', () => {
  it('forgets what the login has, through whichever connection', async () => {
    const { asked, send } = open()
    await send(read('/1'))
    await send({ ...write(), connection: fakeConnection({ id: 'same-login', cacheSeconds: 0 }) })
    await send(read('/1'))
    expect(asked).toEqual(['/1', '/v1/things/1', '/1'])
  })

  it('forgets also what was on its way', async () => {
    const held = Promise.withResolvers<void>()
    const { asked, send } = open({ hold: held.promise })
    const before = send(read('/held'))
    await send(write())
    held.resolve()
    await before
    await send(read('/held'))
    expect(asked.filter((path) => path === '/held')).toHaveLength(2)
  })
})

it('never holds more than it may, and drops the oldest first', async () => {
  const { asked, send } = open({ length: 10, most: 25 })
  for (const path of ['/1', '/2', '/3']) await send(read(path))
  await send(read('/3'))
  await send(read('/2'))
  expect(asked).toEqual(['/1', '/2', '/3'])
  await send(read('/1'))
  expect(asked).toHaveLength(4)
})

it('keeps no failure', async () => {
  const clock = testClock()
  let asked = 0
  const send = cache(clock).layer(async () => {
    asked += 1
    if (asked === 1) throw new Error('away')
    return answered(200)
  })
  await expect(send(read('/1'))).rejects.toThrow('away')
  await send(read('/1'))
  expect(asked).toBe(2)
})
