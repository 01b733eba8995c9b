import { isRead, type Layer } from '../call.ts'

/** A layer by which an answer serves more than one read, and how it is told that the answers of a login are old. */
export interface Keeper {
  layer: Layer
  forget(login: string): void
}

/** After each write, done or not, no read gets an answer that was asked for before it, through whichever connection of the same login. */
export function forget(keepers: readonly Keeper[]): Layer {
  return (next) => (call) => {
    if (isRead(call)) return next(call)
    return next(call).finally(() => {
      for (const keeper of keepers) keeper.forget(call.connection.login)
    })
  }
}
