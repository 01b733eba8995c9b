import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { batched, createLog } from '../src/log.ts'

describe('batched', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  function open() {
    const written: string[] = []
    let flushed = 0
    const lines = batched({
      write: (text) => written.push(text),
      flushSync: () => {
        flushed += 1
      },
    })
    return { lines, written, flushes: () => flushed }
  }

  it('passes lines on together, in order, after a quarter of a second', () => {
    const { lines, written } = open()
    lines.write('one\n')
    lines.write('two\n')
    expect(written).toEqual([])
    vi.advanceTimersByTime(250)
    expect(written).toEqual(['one\ntwo\n'])
    vi.advanceTimersByTime(1_000)
    expect(written).toHaveLength(1)
  })

  it('passes a full batch on at once', () => {
    const { lines, written } = open()
    lines.write('x'.repeat(16_000))
    expect(written).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('writes what is left when the process ends', () => {
    const { lines, written, flushes } = open()
    lines.write('last\n')
    lines.flushSync()
    expect(written).toEqual(['last\n'])
    expect(flushes()).toBe(1)
  })
})

describe('an error in the log', () => {
  function logged(err: unknown) {
    const lines: string[] = []
    createLog('info', { write: (line) => lines.push(line) }).error({ err }, 'request failed')
    return JSON.parse(lines[0]!).err
  }

  it('tells its kind, its code and where it came from', () => {
    const error = Object.assign(new TypeError('it is no list'), { code: 'ERR_LIST' })
    expect(logged(error)).toMatchObject({ type: 'TypeError', code: 'ERR_LIST', message: 'it is no list' })
    expect(logged(error).stack).toContain('log.test.ts')
  })

  it('leaves out what else it carries, such as the command of a client library with its secrets', () => {
    const error = Object.assign(new Error('it failed'), {
      command: { args: ['segredo'] },
      config: { headers: { authorization: 'segredo' } },
    })
    expect(JSON.stringify(logged(error))).not.toContain('segredo')
  })

  it('hides in its message, and in none of its lines, who it is about', () => {
    const text = JSON.stringify(logged(new Error('no customer 529.982.247-25, ana@loja.com.br')))
    expect(text).not.toMatch(/529|ana@/)
  })

  it('tells its cause in the same way', () => {
    const cause = Object.assign(new RangeError('too far'), { secret: 'segredo' })
    const err = logged(new Error('it failed', { cause }))
    expect(err.cause).toMatchObject({ type: 'RangeError', message: 'too far' })
    expect(JSON.stringify(err)).not.toContain('segredo')
  })

  it('that is none is told by its type alone', () => {
    expect(logged('segredo')).toEqual({ type: 'string' })
  })
})
