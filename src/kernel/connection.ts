import type { Limits, Vendor } from './adapter.ts'

/** One account at a vendor, as configured and resolved. Frozen; credentials never leave the kernel. */
export interface Connection {
  readonly id: string
  /** Who made it: the operator's file may point anywhere, the API only where the vendor is. */
  readonly origin: 'file' | 'api'
  readonly vendor: Vendor
  readonly label: string
  readonly credentials: Readonly<Record<string, unknown>>
  readonly settings: Readonly<Record<string, unknown>>
  /** Without a trailing slash. */
  readonly baseUrl: string
  /** IANA name. */
  readonly timeZone: string
  /** For one operation in all: permits, token, retries and reading. */
  readonly timeoutMs: number
  readonly limits: Limits
  /** For how long a stored answer may serve again; 0 for never. */
  readonly cacheSeconds: number
  /** Connections with the same login share its token and its budget. A digest, safe to use as a key. */
  readonly login: string
  /** Assumed operations the operator turned on. */
  readonly enabled: ReadonlySet<string>
}
