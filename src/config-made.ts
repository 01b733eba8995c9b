import { resolveConnection } from './config.ts'
import { connectionMisfits, type Misfit, URL_SETTINGS } from './config-file.ts'
import type { ConnectionConfig } from './config-schema.ts'
import type { Vendor } from './kernel/adapter.ts'
import type { Connection } from './kernel/connection.ts'
import { GatewayError } from './kernel/errors.ts'
import { hostAndPort, isHost } from './kernel/hosts.ts'

// Connections made over the API: checked as those of the file are, and besides pinned to where their vendor is.

/** Scheme, host, port and path in plain letters: nothing that two parsers could read as two hosts. */
const PLAIN_URL = /^https?:\/\/([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?(\/[A-Za-z0-9._~/-]*)?$/

function hostMisfit(text: string, { hosts, name }: Vendor, allowed: readonly string[]): string | null {
  if (!PLAIN_URL.test(text)) return 'must be a plain URL: no user, no query, no escaped characters'
  const url = new URL(text)
  if (allowed.includes(hostAndPort(url))) return null
  if (url.protocol !== 'https:') return 'must be https'
  if (url.port !== '' || !hosts.some((pattern) => isHost(pattern, url.hostname)))
    return `must be on ${hosts.join(' or ')}, where ${name} is`
  return null
}

function hostMisfits(config: ConnectionConfig, vendor: Vendor, allowed: readonly string[]): Misfit[] {
  return URL_SETTINGS.flatMap((name) => {
    const value = config.settings?.[name]
    const detail = value === undefined ? null : hostMisfit(String(value), vendor, allowed)
    return detail === null ? [] : [{ pointer: `/settings/${name}`, detail }]
  })
}

/** A body of the API as a connection; what is wrong with it is one `validation_failed` that names it all. */
export function connectionMaker(vendors: readonly Vendor[], allowedHosts: readonly string[]): (body: unknown) => Connection {
  function refuse(errors: readonly Misfit[]): void {
    if (errors.length > 0)
      throw new GatewayError('validation_failed', { message: 'The connection is not valid.', errors: errors.slice(0, 20) })
  }
  return (body) => {
    refuse(connectionMisfits(body, vendors))
    const config = body as ConnectionConfig
    const vendor = vendors.find(({ id }) => id === config.vendor)!
    refuse(hostMisfits(config, vendor, allowedHosts))
    return resolveConnection(vendor, config, 'api')
  }
}
