import { expect, it } from 'vitest'
import { Abort, onAbort, platformSignal, type Signal } from '../../src/kernel/abort.ts'

const told = (signal: Signal) => {
  const calls: unknown[] = []
  const listener = () => {
    calls.push(signal.reason)
  }
  signal.addEventListener('abort', listener)
  return { calls, listener }
}

it.each<[string, () => { signal: Signal; abort(reason?: unknown): void }]>([
  [
    'of ours',
    () => {
      const own = new Abort()
      return { signal: own, abort: (reason) => own.abort(reason) }
    },
  ],
  ["of the platform's, which is the model", () => new AbortController()],
])('a signal %s tells each listener once, and none that was taken off or came too late', (_whose, make) => {
  const abortable = make()
  const { signal } = abortable
  const [first, gone, second] = [told(signal), told(signal), told(signal)]
  signal.removeEventListener('abort', gone.listener)
  signal.removeEventListener('abort', () => {})
  expect([signal.aborted, signal.reason]).toEqual([false, undefined])
  abortable.abort('late')
  abortable.abort('again')
  const late = told(signal)
  expect([first.calls, gone.calls, second.calls, late.calls]).toEqual([['late'], [], ['late'], []])
  expect([signal.aborted, signal.reason]).toEqual([true, 'late'])
})

it('a signal that is aborted without a reason has the one that the platform gives', () => {
  const [ours, theirs] = [new Abort(), new AbortController()]
  ours.abort()
  theirs.abort()
  expect((ours.reason as Error).name).toBe((theirs.signal.reason as Error).name)
})

it.each<[string, (other: Abort) => Signal]>([
  [
    'follows another',
    (other) => {
      const own = new Abort()
      onAbort(other, (reason) => own.abort(reason))
      return own
    },
  ],
  ["is made for the platform's sake", platformSignal],
])('a signal that %s is aborted with it, also where that is over', (_how, make) => {
  const other = new Abort()
  const before = make(other)
  expect(before.aborted).toBe(false)
  other.abort('late')
  for (const signal of [before, make(other)]) expect([signal.aborted, signal.reason]).toEqual([true, 'late'])
})
