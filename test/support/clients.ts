import { createHash } from 'node:crypto'
import type { ClientConfig } from '../../src/config-schema.ts'
import { keepSecrets } from './results.ts'

/** The key of a client that `clientWith` made. */
export const keyOf = (id: string) => `chave-de-teste-${id}-0123456789abcdef`

/** A client as gateway.config.json has it. Its key may be in no log line. */
export function clientWith(id: string, options: Partial<Omit<ClientConfig, 'id' | 'keyHash'>> = {}): ClientConfig {
  keepSecrets([keyOf(id)])
  const keyHash = `sha256:${createHash('sha256').update(keyOf(id)).digest('hex')}`
  return { id, keyHash, scopes: ['read'], connections: ['*'], ...options }
}

/** Headers of a request of that client. */
export const as = (id: string): RequestInit => ({ headers: { authorization: `Bearer ${keyOf(id)}` } })
