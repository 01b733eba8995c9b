/**
 * The values of several sources as they come. Each source is at most one value ahead of whoever takes them; the first failure ends it all,
 * and whoever stops taking ends every source.
 */
export async function* merged<T>(sources: readonly AsyncGenerator<T>[]): AsyncGenerator<T> {
  const ready: { value: T; taken(): void }[] = []
  let open = sources.length
  let failure: { reason: unknown } | undefined
  let wake = () => {}

  async function pump(source: AsyncGenerator<T>): Promise<void> {
    try {
      for await (const value of source) {
        await new Promise<void>((taken) => {
          ready.push({ value, taken })
          wake()
        })
      }
    } catch (reason) {
      failure ??= { reason }
    }
    open -= 1
    wake()
  }

  for (const source of sources) void pump(source)
  while (open > 0 || ready.length > 0) {
    if (failure) throw failure.reason
    const next = ready.shift()
    if (next) {
      next.taken()
      yield next.value
    } else {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  if (failure) throw failure.reason
}
