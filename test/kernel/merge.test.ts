import { expect, it } from 'vitest'
import { merged } from '../../src/kernel/merge.ts'

async function* counting(name: string, until: number, made: string[] = []): AsyncGenerator<string> {
  for (let count = 1; count <= until; count += 1) {
    made.push(`${name}${count}`)
    yield `${name}${count}`
  }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

it('gives every value once, each source in its own order', async () => {
  const values: string[] = []
  for await (const value of merged([counting('a', 50), counting('b', 3), counting('c', 0)])) values.push(value)
  expect(values.filter((value) => value.startsWith('a'))).toEqual(Array.from({ length: 50 }, (_, index) => `a${index + 1}`))
  expect(values.filter((value) => value.startsWith('b'))).toEqual(['b1', 'b2', 'b3'])
  expect(values).toHaveLength(53)
})

it('makes no more than one value ahead of whoever takes them', async () => {
  const made: string[] = []
  const values = merged([counting('a', 100, made)])
  await values.next()
  await turn()
  expect(made).toEqual(['a1', 'a2'])
  await turn()
  expect(made).toHaveLength(2)
  await values.next()
  await turn()
  expect(made).toHaveLength(3)
})

it('does not wait for a slow source with the others', async () => {
  const gate = Promise.withResolvers<void>()
  async function* slow(): AsyncGenerator<string> {
    await gate.promise
    yield 'late'
  }
  const values = merged([slow(), counting('b', 2)])
  expect([(await values.next()).value, (await values.next()).value]).toEqual(['b1', 'b2'])
  gate.resolve()
  expect((await values.next()).value).toBe('late')
  expect((await values.next()).done).toBe(true)
})

it('fails as soon as one source does', async () => {
  async function* failing(): AsyncGenerator<string> {
    yield 'x1'
    throw new Error('broken')
  }
  const values = merged([failing(), counting('b', 1_000_000)])
  await expect(
    (async () => {
      for await (const _value of values) await turn()
    })(),
  ).rejects.toThrow('broken')
})
