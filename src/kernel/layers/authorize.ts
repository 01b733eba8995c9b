import type { Call, Layer } from '../call.ts'
import type { Clock } from '../clock.ts'
import type { Connection } from '../connection.ts'
import { asGatewayError } from '../errors.ts'
import { REFUSED_FOR_MS } from '../tokens/times.ts'
import type { Token, Tokens } from '../tokens.ts'

/** One refresh fails for all who wait for it: each gets a failure of its own, and none of them asks for another refresh. */
const rethrowOwn = (thrown: unknown): never => {
  const error = asGatewayError(thrown).copy()
  error.exhausted = true
  throw error
}

/**
 * Signs every attempt. A refused token is renewed once and the call replayed once: a 401 says that nothing was done. Where the new one is
 * refused too, no call of that connection has its token renewed for a while.
 */
export function authorize(tokens: Tokens, clock: Clock): Layer {
  const refusedUntil = new WeakMap<Connection, number>()

  return (next) => async (call) => {
    const { connection } = call
    const { vendor } = connection
    const signed = (accessToken: string): Call => ({
      ...call,
      headers: { ...call.headers, ...vendor.auth.headers(accessToken, connection.settings) },
    })
    let token: Token
    try {
      token = await tokens.get(connection, call.signal)
    } catch (thrown) {
      return rethrowOwn(thrown)
    }
    try {
      return await next(signed(token.accessToken))
    } catch (thrown) {
      const error = asGatewayError(thrown)
      if (error.kind !== 'connection_unauthorized' || clock.now() < (refusedUntil.get(connection) ?? 0)) throw error
      const fresh = await tokens.renewed(connection, token, call.signal).catch(rethrowOwn)
      try {
        return await next(signed(fresh.accessToken))
      } catch (again) {
        if (asGatewayError(again).kind === 'connection_unauthorized') refusedUntil.set(connection, clock.now() + REFUSED_FOR_MS)
        throw again
      }
    }
  }
}
