import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { batched } from '../src/log.ts'

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
