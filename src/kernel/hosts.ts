const LABEL = '[a-z0-9][a-z0-9-]{0,62}'

/** Host and port of a URL, the default port too. */
export const hostAndPort = ({ protocol, hostname, port }: URL): string => `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`

/** Whether a vendor's host, such as `*.kommo.com`, is this one. A star is one label. */
export const isHost = (pattern: string, host: string): boolean =>
  pattern.startsWith('*.') ? new RegExp(`^${LABEL}${pattern.slice(1).replaceAll('.', '\\.')}$`).test(host) : pattern === host
