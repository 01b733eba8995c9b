import { isIPv6 } from 'node:net'

/** Where Redis is, as REDIS_URL says it. */
export interface RedisAddress {
  kind: 'server' | 'sentinel' | 'cluster'
  /** The server, the Sentinels, or some nodes of the cluster. */
  nodes: readonly { host: string; port: number }[]
  /** The name under which Sentinels know the master; empty elsewhere. */
  master: string
  username: string | undefined
  password: string | undefined
  db: number
  tls: boolean
}

const KINDS = { undefined: 'server', sentinel: 'sentinel', cluster: 'cluster' } as const
const PORTS = { server: 6_379, sentinel: 26_379, cluster: 6_379 }
const FORM = /^rediss?(?:\+(?<kind>sentinel|cluster))?:\/\/(?:(?<user>.*)@)?(?<hosts>[^/@]*)(?<path>\/.*)?$/
const NAME = /^[A-Za-z0-9._-]+$/

const decoded = (text: string | undefined): string | undefined => {
  try {
    return text ? decodeURIComponent(text) : undefined
  } catch {
    return undefined
  }
}

function readNode(text: string, defaultPort: number): { host: string; port: number } | undefined {
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const host = bracketed ?? plain
  const number = port === undefined ? defaultPort : Number(port)
  const isHost = bracketed === undefined ? NAME.test(plain ?? '') : isIPv6(bracketed)
  return host !== undefined && isHost && number > 0 && number <= 65_535 ? { host, port: number } : undefined
}

/** All flaws are told together, and none repeats what may be a password. */
export function readRedisUrl(url: string): { address: RedisAddress; flaws: string[] } {
  const flaws: string[] = []
  const form = FORM.exec(url)?.groups
  if (!form) flaws.push('must be a redis://, redis+sentinel:// or redis+cluster:// URL, or rediss in their place')
  const { kind: word, user, hosts = '', path = '' } = form ?? {}
  const kind = KINDS[String(word) as keyof typeof KINDS]
  const nodes = hosts.split(',').map((host) => readNode(host, PORTS[kind]))
  const [username, ...password] = user?.split(':') ?? []
  const parts = path.split('/').slice(1)
  const master = kind === 'sentinel' ? (parts.shift() ?? '') : ''
  const [db = '', ...more] = parts
  if (form) {
    nodes.forEach((node, index) => {
      if (!node) flaws.push(`host ${index + 1} of ${nodes.length} is not host:port`)
    })
    if (kind === 'server' && nodes.length > 1) flaws.push('several hosts are a redis+sentinel:// or redis+cluster:// URL')
    if ([username, ...password].some((part) => part && decoded(part) === undefined)) flaws.push('user or password is not percent-encoded')
    if (kind === 'sentinel' && !NAME.test(master)) flaws.push('the name of the master is missing: /mymaster after the hosts')
    if (more.length > 0 || !/^\d{0,5}$/.test(db)) flaws.push('the database must be a number, and nothing may follow it')
    else if (kind === 'cluster' && Number(db) !== 0) flaws.push('a cluster has database 0 only')
  }
  return {
    flaws,
    address: {
      kind,
      nodes: nodes.filter((node) => node !== undefined),
      master,
      username: decoded(username),
      password: decoded(password.join(':')),
      db: Number(db),
      tls: url.startsWith('rediss'),
    },
  }
}
