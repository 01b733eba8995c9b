import { type Answer, type Call, identityOf, isRead, type Layer, type Send } from '../call.ts'
import type { Clock } from '../clock.ts'
import { remembered } from '../remembered.ts'
import type { Keeper } from './forget.ts'

interface Kept {
  answer: Answer
  /** `Clock.now` when it came. */
  at: number
}

/** Answers kept for one login, the oldest first. */
interface Shelf {
  answers: Map<string, Kept>
}

/** Characters of vendors' answers that are kept, over all logins; read, they take some four times as many bytes. */
const MOST_LENGTH = 16 * 1024 * 1024

/**
 * Lets answers serve again for `cacheSeconds`, where the connection has any. They are kept in this process alone, since the gateway keeps no
 * copy of business data elsewhere.
 */
export function cache(clock: Clock, mostLength = MOST_LENGTH): Keeper {
  const shelves = new Map<string, Shelf>()
  let length = 0

  const shelfOf = ({ connection }: Call) => remembered(shelves, connection.login, (): Shelf => ({ answers: new Map() }))

  function drop(shelf: Shelf, identity: string): void {
    length -= shelf.answers.get(identity)?.answer.length ?? 0
    shelf.answers.delete(identity)
  }

  /** Until all fits, the oldest of each login in turn. */
  function makeRoom(): void {
    for (const shelf of shelves.values()) {
      for (const identity of shelf.answers.keys()) {
        if (length <= mostLength) return
        drop(shelf, identity)
      }
    }
  }

  function keep(shelf: Shelf, identity: string, answer: Answer): void {
    drop(shelf, identity)
    shelf.answers.set(identity, { answer, at: clock.now() })
    length += answer.length
    makeRoom()
  }

  /** What is on its way finds its shelf gone, and is kept on none. */
  function forget(login: string): void {
    for (const { answer } of shelves.get(login)?.answers.values() ?? []) length -= answer.length
    shelves.delete(login)
  }

  async function served(call: Call, next: Send): Promise<Answer> {
    const lifeMs = call.connection.cacheSeconds * 1_000
    const shelf = shelfOf(call)
    const identity = identityOf(call)
    const kept = call.isFresh ? undefined : shelf.answers.get(identity)
    const ageMs = kept ? clock.now() - kept.at : lifeMs
    if (kept && ageMs < lifeMs) return { ...kept.answer, ageMs }
    const answer = await next(call)
    if (shelves.get(call.connection.login) === shelf) keep(shelf, identity, answer)
    return answer
  }

  const layer: Layer = (next) => (call) => (!isRead(call) || call.connection.cacheSeconds === 0 ? next(call) : served(call, next))
  return { layer, forget }
}
