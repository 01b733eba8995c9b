import { isRead, type Layer } from '../call.ts'

/**
 * Has a write noted before it leaves. It stands outside the limiter, since what takes time between a permit and its call would bunch calls at the
 * vendor, and within the login, which writes nothing.
 */
export const journal: Layer = (next) => (call) =>
  isRead(call) || !call.journal ? next(call) : call.journal.sending().then(() => next(call))
