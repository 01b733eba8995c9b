import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Call } from '../../../src/kernel/call.ts'
import { systemClock } from '../../../src/kernel/clock.ts'
import { deadline } from '../../../src/kernel/layers/deadline.ts'
import { answered, fakeCall } from '../../support/fake.ts'

const layer = deadline(systemClock)
const soon = () => systemClock.now() + 10_000

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Waits on the signal that the layer passes on, as a socket or a permit would. */
function hanging() {
  const seen: { aborted: unknown; calls: number } = { aborted: undefined, calls: 0 }
  const next = (call: Call) =>
    new Promise<never>((_resolve, reject) => {
      seen.calls += 1
      call.signal!.addEventListener('abort', () => {
        seen.aborted = call.signal!.reason
        reject(call.signal!.reason)
      })
    })
  return { seen, next }
}

describe('the deadline', () => {
  it('ends a call when its time is over, and stops what it does', async () => {
    const { seen, next } = hanging()
    const call = layer(next)(fakeCall({ deadline: soon() })).catch((error) => error)
    await vi.advanceTimersByTimeAsync(9_999)
    expect(seen.aborted).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1)
    expect(await call).toMatchObject({ kind: 'vendor_timeout', retryable: true })
    expect(seen.aborted).toMatchObject({ kind: 'vendor_timeout' })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('ends a call even when nobody listens', async () => {
    const call = layer(() => new Promise(() => {}))(fakeCall({ deadline: soon() })).catch((error) => error)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await call).toMatchObject({ kind: 'vendor_timeout' })
  })

  it('does not begin a call whose time is over', async () => {
    const { seen, next } = hanging()
    await expect(layer(next)(fakeCall({ deadline: systemClock.now() }))).rejects.toMatchObject({ kind: 'vendor_timeout' })
    expect(seen.calls).toBe(0)
  })

  it('leaves nothing behind when the call ends in time', async () => {
    const client = new AbortController()
    expect(await layer(async () => answered(200))(fakeCall({ deadline: soon(), signal: client.signal }))).toMatchObject({ status: 200 })
    await expect(layer(() => Promise.reject(new Error('broken')))(fakeCall({ deadline: soon() }))).rejects.toThrow('broken')
    await vi.advanceTimersByTimeAsync(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('knows whether a write may have been done', async () => {
    for (const unsettled of [true, false]) {
      const call = fakeCall({ method: 'POST', deadline: soon() })
      const ended = layer(async (sent) => {
        sent.trace.unsettled = unsettled
        return new Promise(() => {})
      })(call).catch((error) => error)
      await vi.advanceTimersByTimeAsync(10_000)
      expect(await ended).toMatchObject({ kind: 'vendor_timeout', unsent: !unsettled })
    }
  })
})

describe('a client who goes away', () => {
  it('ends a read', async () => {
    const client = new AbortController()
    const { seen, next } = hanging()
    const call = layer(next)(fakeCall({ deadline: soon(), signal: client.signal })).catch((error) => error)
    client.abort()
    expect(await call).toMatchObject({ kind: 'request_timeout' })
    expect(seen.aborted).toMatchObject({ kind: 'request_timeout' })
  })

  it('ends a read before it begins', async () => {
    await expect(layer(hanging().next)(fakeCall({ deadline: soon(), signal: AbortSignal.abort() }))).rejects.toMatchObject({
      kind: 'request_timeout',
    })
  })

  it('does not end a write', async () => {
    const client = new AbortController()
    let done: () => void = () => {}
    const call = layer(() => new Promise((resolve) => (done = () => resolve(answered(200)))))(
      fakeCall({ method: 'POST', deadline: soon(), signal: client.signal }),
    )
    client.abort()
    done()
    expect(await call).toMatchObject({ status: 200 })
  })
})
