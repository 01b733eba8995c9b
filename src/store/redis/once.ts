import type { OnceStore } from '../../kernel/authorization.ts'
import { type Client, guarded, keyOf } from './script.ts'

/** What all processes on one Redis may use once. */
export const redisOnce = (client: Client): OnceStore => ({
  spend: async (key, ttlMs) => (await guarded(client.set(keyOf('once', key), '1', 'PX', Math.ceil(ttlMs), 'NX'))) === 'OK',
})
