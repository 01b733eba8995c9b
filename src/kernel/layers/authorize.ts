import type { Call, Layer } from '../call.ts'
import { asGatewayError } from '../errors.ts'
import type { Token, Tokens } from '../tokens.ts'

/** One refresh fails for all who wait for it: each gets a failure of its own, and none of them asks for another refresh. */
const rethrowOwn = (thrown: unknown): never => {
  const error = asGatewayError(thrown).copy()
  error.exhausted = true
  throw error
}

/** Signs every attempt. A refused token is renewed once and the call replayed once: a 401 says that nothing was done. */
export function authorize(tokens: Tokens): Layer {
  return (next) => async (call) => {
    const { vendor } = call.connection
    const signed = (accessToken: string): Call => ({
      ...call,
      headers: { ...call.headers, ...vendor.auth.headers(accessToken, call.connection.settings) },
    })
    let token: Token
    try {
      token = await tokens.get(call.connection, call.signal)
    } catch (thrown) {
      return rethrowOwn(thrown)
    }
    try {
      return await next(signed(token.accessToken))
    } catch (thrown) {
      const error = asGatewayError(thrown)
      if (error.kind !== 'connection_unauthorized') throw error
      const fresh = await tokens.renewed(call.connection, token, call.signal).catch(rethrowOwn)
      return next(signed(fresh.accessToken))
    }
  }
}
