import type { Call, Layer } from '../call.ts'
import { asGatewayError } from '../errors.ts'
import type { Tokens } from '../tokens.ts'

/** One refresh fails for all who wait for it: each gets a failure of its own. */
const rethrowOwn = (thrown: unknown): never => {
  throw asGatewayError(thrown).copy()
}

/** Signs every attempt. A refused token is renewed once and the call replayed once: a 401 says that nothing was done. */
export function authorize(tokens: Tokens): Layer {
  return (next) => async (call) => {
    const { vendor } = call.connection
    const signed = (accessToken: string): Call => ({ ...call, headers: { ...call.headers, ...vendor.auth.headers(accessToken) } })
    const token = await tokens.get(call.connection, call.signal).catch(rethrowOwn)
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
