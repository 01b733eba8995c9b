import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLog, patientLog } from '../src/log.ts'

describe('a patient log', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 22, 12) })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  function open(level = 'info') {
    const written: string[] = []
    let flushed = 0
    const { log, flushSync } = patientLog(level, {
      write: (text) => written.push(text),
      flushSync: () => {
        flushed += 1
      },
    })
    const lines = () => written.flatMap((text) => text.trimEnd().split('\n')).map((line) => JSON.parse(line))
    return { log, flushSync, written, lines, flushes: () => flushed }
  }

  it('passes lines on together, in order, after a quarter of a second, each with the time at which it happened', () => {
    const { log, written, lines } = open()
    log.info({ status: 200 }, 'one')
    vi.advanceTimersByTime(100)
    log.info('two')
    expect(written).toEqual([])
    vi.advanceTimersByTime(150)
    expect(written).toHaveLength(1)
    expect(lines()).toEqual([
      { level: 30, time: '2026-11-22T12:00:00.000Z', status: 200, msg: 'one' },
      { level: 30, time: '2026-11-22T12:00:00.100Z', msg: 'two' },
    ])
    vi.advanceTimersByTime(1_000)
    expect(written).toHaveLength(1)
  })

  it('passes many lines on at once', () => {
    const { log, written, lines } = open()
    for (let count = 0; count < 64; count += 1) log.info({ count }, 'request')
    expect(written).toHaveLength(1)
    expect(lines().map(({ count }) => count)).toEqual(Array.from({ length: 64 }, (_, count) => count))
    expect(vi.getTimerCount()).toBe(0)
  })

  it('lets no long text wait, whatever its level', () => {
    const { log, written } = open()
    log.warn('x'.repeat(16_000))
    expect(written).toHaveLength(1)
  })

  it.each(['trace', 'debug', 'warn', 'error', 'fatal'] as const)('keeps a line of level %s behind those before it', (other) => {
    const { log, flushSync, lines } = open('trace')
    log.info('one')
    vi.advanceTimersByTime(10)
    log[other]('two')
    vi.advanceTimersByTime(10)
    log.info('three')
    flushSync()
    expect(lines().map(({ msg, time }) => `${msg} ${time.slice(-5)}`)).toEqual(['one .000Z', 'two .010Z', 'three .020Z'])
  })

  it('writes the line of a child too', () => {
    const { log, lines } = open()
    log.child({ part: 'store' }).info('opened')
    vi.advanceTimersByTime(250)
    expect(lines()).toMatchObject([{ part: 'store', msg: 'opened' }])
  })

  it('writes what is left when the process ends', () => {
    const { log, flushSync, lines, flushes } = open()
    log.info('last')
    flushSync()
    expect(lines()).toMatchObject([{ msg: 'last' }])
    expect(flushes()).toBe(1)
  })

  it('keeps nothing that its level does not write', () => {
    const { log, flushSync, written } = open('warn')
    log.info('nothing')
    expect(vi.getTimerCount()).toBe(0)
    flushSync()
    expect(written).toEqual([])
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
