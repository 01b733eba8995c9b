import { createHash } from 'node:crypto'
import type { ConnectionConfig } from './config-schema.ts'
import type { Vendor } from './kernel/adapter.ts'
import type { Connection } from './kernel/connection.ts'

/** Where a connection's account is, who logs in there, and how much may be asked of it. Its parts have been checked. */
export function accountOf(
  vendor: Vendor,
  { id, credentials, settings = {} }: ConnectionConfig,
): Pick<Connection, 'baseUrl' | 'login' | 'limits'> {
  const baseUrl = String(settings.baseUrl ?? vendor.baseUrlOf?.(settings) ?? vendor.baseUrl).replace(/\/+$/, '')
  // Whoever logs in with a code holds a pair of their own; the same credentials elsewhere are the same login.
  const isOwn = credentials.grant === 'authorization_code'
  const login = createHash('sha256')
    .update(JSON.stringify([vendor.id, baseUrl, settings.tokenUrl, isOwn ? id : null, Object.entries(credentials).sort()]))
    .digest('hex')
    .slice(0, 32)
  const { requests, perMs } = (settings.limits as Connection['limits'] | undefined) ?? vendor.limits
  return { baseUrl, login, limits: { requests, perMs } }
}
