/** What tells that work is not wanted any more. An AbortSignal does. */
export interface Signal {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** A signal and what aborts it. The platform's pair, made for every call, takes a sixth of the time of a single read. */
export class Abort implements Signal {
  aborted = false
  reason: unknown = undefined
  #listeners: (() => void)[] = []

  addEventListener(_type: 'abort', listener: () => void): void {
    if (!this.aborted) this.#listeners.push(listener)
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const index = this.#listeners.indexOf(listener)
    if (index >= 0) this.#listeners.splice(index, 1)
  }

  abort(reason: unknown = new DOMException('This operation was aborted', 'AbortError')): void {
    if (this.aborted) return
    this.aborted = true
    this.reason = reason
    const listeners = this.#listeners
    this.#listeners = []
    for (const listener of listeners) listener()
  }
}

/** Tells when a signal is aborted, at once where it is already. It listens for as long as the signal lives. */
export function onAbort(signal: Signal, tell: (reason: unknown) => void): void {
  const pass = () => tell(signal.reason)
  if (signal.aborted) pass()
  else signal.addEventListener('abort', pass)
}

/** For those who want the platform's own. It ends with the work, and so does what listens to it. */
export function platformSignal(signal: Signal): AbortSignal {
  const controller = new AbortController()
  onAbort(signal, (reason) => controller.abort(reason))
  return controller.signal
}
